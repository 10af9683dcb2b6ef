"""Everything that may be done at the desk that runs. One verb, one function; keyword arguments only."""
