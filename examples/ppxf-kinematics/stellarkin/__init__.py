"""Stellar kinematics and star-formation history from galaxy spectra, by full-spectrum fitting with pPXF."""

__version__ = "1.0.0"
