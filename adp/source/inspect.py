"""Look at a stranger's repository: in this process (`look`), or in one that has nothing to lose (`inspect_apart`).

python -m adp.source.inspect      one JSON line in: {"url", "ref", "policy"}; one JSON document out (Inspection)
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

from adp.errors import AuthorError, PlatformError
from adp.manifest import files, tree
from adp.manifest.load import NAME, loads
from adp.manifest.toml import LIMIT
from adp.source import label
from adp.source.apart import inspect_apart as inspect_apart
from adp.source.fetch import fetch
from adp.source.inspection import Inspection as Inspection
from adp.source.limits import Limits
from adp.source.policy import PUBLIC, Policy
from adp.source.refuse import refusal
from adp.source.snapshot import Snapshot

LIMITS = Limits(seconds=45.0)
LONGEST_TEXT = 200_000
LONGEST_REQUEST = 1 << 16


def look(url: str, ref: str, policy: Policy = PUBLIC, limits: Limits = LIMITS) -> Inspection:
    """Fetch, read the manifest, check it against its files and its tag. AuthorError when there is nothing to see."""
    with tempfile.TemporaryDirectory(prefix="adp-look-") as work:
        return of_snapshot(fetch(url, ref, Path(work, "source"), policy, limits))


def of_snapshot(snapshot: Snapshot) -> Inspection:
    root = snapshot.path
    text = _read(root, NAME, LIMIT + 1)
    if text is None:
        hint = "Put the manifest at the top of the repository; adp init writes a complete one to start from."
        raise AuthorError(refusal("NO_MANIFEST", f"there is no {NAME} at the top of the repository", hint, file=NAME))
    manifest, findings = loads(text)
    if manifest is not None:
        findings = (*findings, *files.findings(manifest, root, text), *label.findings(manifest, snapshot.tag, text))
    return Inspection(
        url=snapshot.url,
        ref=snapshot.ref,
        commit=snapshot.commit or "",
        tree=snapshot.tree,
        tag=snapshot.tag,
        committed_at=snapshot.committed_at,
        manifest=manifest,
        text=text[:LIMIT].decode("utf-8", "replace"),
        science_case=_text(root, manifest.product.science_case) if manifest else "",
        licence=next(filter(None, (_text(root, name) for name in files.LICENSES)), ""),
        findings=findings,
    )


def _text(root: Path, name: str) -> str:
    """As text a book can keep: what is no UTF-8, and NUL, becomes U+FFFD."""
    return (_read(root, name, LONGEST_TEXT) or b"").decode("utf-8", "replace").replace("\0", "\ufffd")


def _read(root: Path, name: str, most: int) -> bytes | None:
    try:
        with tree.opened(root, name) as stream:
            return stream.read(most)
    except tree.FileError:
        return None


def answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        return look(str(request["url"]), str(request["ref"]), Policy.from_json(request["policy"])).to_dict()
    except AuthorError as error:
        return {"refused": [finding.to_dict() for finding in error.findings]}
    except PlatformError as error:
        return {"platform": str(error), "hint": error.hint}


def main(given: IO[str], out: IO[str]) -> None:
    json.dump(answer(json.loads(given.readline(LONGEST_REQUEST))), out, ensure_ascii=False, default=str)


if __name__ == "__main__":
    main(sys.stdin, sys.stdout)
