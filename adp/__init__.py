"""The language of Advanced Data Products: read one, run one, compare, report. No Django here."""

__version__ = "0.1.0"
