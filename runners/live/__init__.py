"""A run as it happens: what changed since the last look, as server-sent events, for page and API."""
