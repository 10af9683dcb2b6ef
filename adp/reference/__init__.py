"""Reference data: files known beforehand by digest, kept once per machine, brought by their operator or fetched."""
