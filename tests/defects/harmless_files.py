"""Differences of files that are none."""

HARMLESS_FILES = ()
