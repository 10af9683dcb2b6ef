"""What counts as the same: the words of a comparison spec, and the reader that refuses what it does not know."""
