"""What every test may ask for, and which tests a machine without a service leaves out."""
