"""Three hundred short runs while everything around them dies: `python -m tests.soak`, `make soak`.

Each round starts services of its own from Debian packages (PostgreSQL, Redis, RabbitMQ, Docker) and the whole of Pharos
as an institute runs it: web, Celery worker and beat, three nodes on a real sandbox with a no-op ADP from a real git
repository, and short leases. Then it kills, restarts and empties when a seed says so, waits until all runs have ended,
and asks the book, the ledger and the machine: each run ended once, none is lost, none doubled, nothing is left.
"""
