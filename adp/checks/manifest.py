"""Stage `manifest`: adp.toml can be read, keeps its rules, and everything it names is there."""

from adp.checks import tolerances
from adp.checks.bench import Bench, Notes
from adp.finding import Finding, Reason, Where
from adp.manifest import files
from adp.manifest.load import loads
from adp.source import label

NAME = "adp.toml"
LIMIT = 256 << 10


def run(bench: Bench, notes: Notes) -> None:
    path = bench.snapshot.path / NAME
    if path.is_symlink() or not path.is_file():
        notes.find(_missing())
        return
    with path.open("rb") as stream:
        text = stream.read(LIMIT + 1)
    manifest, findings = loads(text)
    notes.find(*findings)
    if manifest is None:
        return
    bench.manifest = manifest
    missing = files.findings(manifest, bench.snapshot.path, text)
    notes.find(*missing)
    if not missing:
        notes.find(*tolerances.findings(manifest, bench.snapshot.path, text))
    notes.find(*label.findings(manifest, bench.snapshot.tag, text))
    if bench.snapshot.dirty:
        notes.say("the work tree has changes that are not committed; the commit is judged, not they")


def _missing() -> Finding:
    return Finding(
        Reason.MANIFEST_INVALID,
        "NO_MANIFEST",
        f"there is no {NAME} at the top of the repository",
        where=Where(file=NAME),
        hint="`adp init` writes a complete one to start from",
    )
