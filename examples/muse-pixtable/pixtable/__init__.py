"""The pixel-table chain: from the table of an instrument to positions on the sky, touching nothing but coordinates."""

__version__ = "1.0.1"
