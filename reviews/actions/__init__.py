"""Everything that may be done at the reviewers' desk. One verb, one function; keyword arguments only."""
