"""Site, node and periodic work in one command: what a service manager, Celery beat and an operator do elsewhere."""
