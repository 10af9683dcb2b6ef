"""The public API, version 1: parse, act or ask, show."""
