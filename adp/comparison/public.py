"""`adp.compare`: the comparer's door for Python. Files or folders, and a spec in whatever form the caller has it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adp.comparison.compare import compare as compare_files
from adp.comparison.folders import compare_folders
from adp.comparison.progress import Progress, silent
from adp.comparison.result import Comparison
from adp.comparison.spec.reader import parse
from adp.comparison.spec.terms import Spec
from adp.comparison.words.text import named
from adp.errors import UsageError

SPEC_CAP = 256 << 10
AnyPath = str | os.PathLike[str]
AnySpec = Mapping[str, Any] | str | os.PathLike[str] | Spec | None


def compare(
    reference: AnyPath,
    product: AnyPath,
    spec: AnySpec = None,
    *,
    abs: float | str | None = None,  # noqa: A002 (the word of the spec)
    rel: float | None = None,
    pictures: bool = False,
    progress: Progress = silent,
    digests: bool = False,
) -> Comparison:
    """Whether `product` is the same as `reference`, by a stated rule; two files, or two folders file by file.

    `spec` is a mapping (``{"data": {"rel": 1e-6}}``, dotted keys allowed), TOML text, or the path of a TOML file; a
    string without ``=`` and line breaks is a path. Without one, everything must be equal. `abs` (a number in the
    data's own unit, or ``"1e-6 Jy"``) and `rel` stand for the keys of its ``[data]`` and replace them.
    With `pictures` both files are read once more and :attr:`~adp.comparison.result.Comparison.pictures` shows where
    and how much they differ, worst first, as PNG; a picture that cannot be drawn is one of the ``notes``.
    `progress(done, total)` is called with bytes of values compared, now and then, from the threads that compare.
    `digests` asks for the sha256 of every file, which takes longer than to compare them.

    What the files hold never raises: a product that cannot be read is a finding ``OUTPUT_INVALID`` and the verdict
    ``differs``, such a reference ``REFERENCE_INVALID`` and ``error``. Raises
    :class:`~adp.errors.UsageError` when a path or the spec file is not there, or one path is a folder and the other
    is not, and :class:`~adp.errors.AuthorError`, with every finding, when the spec is wrong.
    """
    rules = spec_of(spec, abs=abs, rel=rel)
    paths = Path(reference), Path(product)
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError(f"{named(path)} does not exist", hint="give a reference and a product, in this order")
    folders = [path.is_dir() for path in paths]
    if folders[0] != folders[1]:
        raise UsageError("a file and a folder cannot be compared", hint="give two files or two folders")
    judge = compare_folders if folders[0] else compare_files
    found = judge(*paths, rules, progress=progress, digests=digests)
    return with_pictures(found, *paths, rules) if pictures else found


def with_pictures(found: Comparison, reference: Path, product: Path, spec: Spec, *, svg: bool = False) -> Comparison:
    """The same outcome with pictures of both sides; `svg` makes vector drawings as well."""
    from adp.comparison.pictures.illustrate import illustrated  # noqa: PLC0415 (only where pictures are wanted)

    return illustrated(found, reference, product, spec, svg=svg)


def spec_of(spec: AnySpec = None, *, abs: float | str | None = None, rel: float | None = None) -> Spec:  # noqa: A002
    """The spec as frozen terms. Raises UsageError when its file cannot be read, AuthorError when it is wrong."""
    given = {key: value for key, value in (("abs", abs), ("rel", rel)) if value is not None}
    if isinstance(spec, Spec):
        if given:
            raise UsageError("abs and rel cannot be put into a spec that is parsed already")
        return spec
    if spec is None or isinstance(spec, Mapping):
        return parse(spec or {}, data=given)
    if isinstance(spec, str) and ("=" in spec or "\n" in spec):
        return parse(spec, data=given)
    return parse(_text(Path(spec)), file=named(spec), data=given)


def _text(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            text = file.read(SPEC_CAP + 1)
    except OSError as error:
        raise UsageError(f"the spec {named(path)} cannot be read: {error.strerror}") from error
    if len(text) > SPEC_CAP:
        raise UsageError(f"the spec {named(path)} is larger than {SPEC_CAP} bytes")
    return text
