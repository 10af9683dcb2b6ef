"""The stages of a check, one file each."""
