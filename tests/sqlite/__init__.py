"""A database backend of the tests alone."""
