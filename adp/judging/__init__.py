"""Products are read and compared in a second sandbox with our own packages; this is its inside and its outside."""
