"""Rules about many values at once: bias, patterns, pulls, totals, outliers, chi-square, distributions."""
