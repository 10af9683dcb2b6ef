"""One-dimensional spectra whose samples lie at other wavelengths: compared where they meet, or resampled."""
