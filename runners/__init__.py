"""The desk that runs: takes a version from the book, has it checked on a node, hands the report back."""
