"""Aperture photometry of one CCD frame."""

__version__ = "0.1.0"
