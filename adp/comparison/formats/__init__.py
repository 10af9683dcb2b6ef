"""What a file holds, read in pieces and within bounds: one module per format, `opening` chooses."""
