"""Stage `build`: the declared environment exists and is pinned."""

from adp.checks.bench import Bench, Notes
from adp.sandbox.roots import root_for


def run(bench: Bench, notes: Notes) -> None:
    """Raises AuthorError for a lock or recipe that cannot be built, PlatformError where we could not try."""
    bench.root = root_for(bench.engine, bench.declared.environment, bench.snapshot.path, notes.say)
    notes.say(f"environment {bench.root.name}, {len(bench.root.contents)} packages, digest {bench.root.digest[:12]}")
