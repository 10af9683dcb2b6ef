"""The node: the process that touches what others wrote. It speaks HTTP, and holds no keys to the book."""
