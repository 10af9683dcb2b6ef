"""A folder of results that is there whole or not at all: written beside its place, then renamed into it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adp.errors import UsageError


@contextmanager
def placed(folder: Path) -> Iterator[Path]:
    """A folder to write into, which becomes `folder` when nothing went wrong. In a `folder` that is there already,
    files of the same names are replaced one by one and others stay. Raises UsageError when it cannot be written."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be written: {error.strerror}", hint="name a folder for the report"
        ) from error
    try:
        yield draft
        draft.chmod(0o755)
        _move(draft, folder)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _move(draft: Path, folder: Path) -> None:
    if not folder.exists():
        draft.rename(folder)
        return
    for file in sorted(p for p in draft.rglob("*") if p.is_file()):
        target = folder / file.relative_to(draft)
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)
