"""Source catalogue and background maps of one CCD frame, with sep."""

__version__ = "1.0.0"
