"""The period of an RR Lyrae star from two survey light curves."""

__version__ = "1.0.0"
