"""Whether a file is what it claims by the standard of its format, beyond what a reader needs: one module per format."""
