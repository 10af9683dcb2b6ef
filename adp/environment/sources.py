"""The packages of a lock that come as source only: found in the index and fetched by hash. Nothing of them is run.

`pip download` would run a source distribution to learn its name; here the lock has told it already."""

import hashlib
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from packaging.tags import cpython_tags
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from adp.environment import indexes, lock
from adp.environment.installing import GLIBC, refused, unreachable
from adp.environment.recipe import Recipe
from adp.errors import AuthorError
from adp.finding import Finding, Reason, Where

LARGEST = 1 << 30
OLDEST_GLIBC = 5  # manylinux1
LEGACY = ("manylinux2014", "manylinux2010", "manylinux1", "linux")


@dataclass(frozen=True, slots=True)
class Source:
    """A source distribution that a lock pins: `address` in the index, `digest` as `sha256:…`."""

    pin: lock.Pin
    filename: str
    address: str
    digest: str

    def matches(self, project: str, version: str) -> bool:
        """Whether a file that says it is `version` of `project` can come from this source."""
        try:
            is_version = Version(version) == Version(self.pin.version)
        except InvalidVersion:
            is_version = version == self.pin.version
        return is_version and canonicalize_name(project) == canonicalize_name(self.pin.name)


@dataclass(frozen=True, slots=True)
class Split:
    """A lock in two: the lines that a wheel satisfies, and the sources for the rest."""

    wheels: bytes
    sources: tuple[Source, ...]


def split(wanted: bytes, recipe: Recipe, name: str) -> Split:
    """Asks the index about every line of the lock. A pin with neither wheel nor source of a right hash stays with the
    wheels, where uv says so. Raises PlatformError when the index cannot be reached."""
    pins = lock.pins(wanted.decode("utf-8"), recipe.markers)
    with _index(recipe, name) as index:
        found = {pin: index.source(pin) for pin in pins}
    kept = "\n".join(pin.text for pin in pins if found[pin] is None)
    return Split(kept.encode(), tuple(s for s in found.values() if s is not None))


def best(wanted: bytes, recipe: Recipe, name: str) -> tuple[Source, ...]:
    """For every line of the lock the file to install it from: the best wheel whose hash it holds, else the source.

    Raises AuthorError BUILD_FAIL where the index has neither, PlatformError when it cannot be reached."""
    with _index(recipe, name) as index:
        return tuple(index.best(pin) for pin in lock.pins(wanted.decode("utf-8"), recipe.markers))


def fetch(source: Source, folder: Path, name: str) -> Path:
    """The file, its bytes those of the lock's hash. Raises AuthorError BUILD_LIMIT, or PlatformError."""
    from unearth.fetchers import PyPIClient  # noqa: PLC0415 (an HTTP client; few locks need it)

    path = folder / source.filename
    algorithm, _, wanted = source.digest.partition(":")
    digest, size = hashlib.new(algorithm), 0
    with _told(name), PyPIClient() as client, client.get_stream(source.address) as answer, path.open("wb") as file:
        answer.raise_for_status()
        for chunk in answer.iter_bytes():
            size += len(chunk)
            if size > LARGEST:
                raise AuthorError(_too_large(source, name))
            digest.update(chunk)
            file.write(chunk)
    if digest.hexdigest() != wanted:
        raise unreachable(name, f"{source.filename} arrived with {algorithm} {digest.hexdigest()[:12]}…")
    return path


class _Index:
    """What the index holds of a pin, for the Python of a recipe."""

    def __init__(self, finder: object, name: str) -> None:
        self._finder, self._name = finder, name

    def source(self, pin: lock.Pin) -> Source | None:
        """None when a compatible wheel is among the pin's hashes, or when nothing is."""
        files = self._files(pin)
        return None if not files or any(is_wheel for _, is_wheel in files) else files[0][0]

    def best(self, pin: lock.Pin) -> Source:
        """The first of what the index prefers, wheels before sources."""
        files = sorted(self._files(pin), key=lambda file: not file[1])
        if not files:
            said = f"the index has no file of {pin.name} {pin.version} with a hash of line {pin.line}"
            raise refused(self._name, said)
        return files[0][0]

    def _files(self, pin: lock.Pin) -> list[tuple[Source, bool]]:
        """Those the lock's hashes mean, each with whether it is a wheel."""
        with _told(self._name):
            held = self._finder.find_matches(  # type: ignore[attr-defined]  # unearth is imported late
                f"{pin.name}=={pin.version}", allow_yanked=True, allow_prereleases=True
            )
            known = [(p.link, d) for p in held if (d := _known(p.link.hash_option or {}, pin))]
        return [(Source(pin, Path(k.filename).name, k.normalized, digest), k.is_wheel) for k, digest in known]


def _known(hashes: Mapping[str, list[str]], pin: lock.Pin) -> str:
    """What the index says of a file that the pin says too, as `sha256:…`."""
    told = (f"{algorithm}:{digest}" for algorithm, digests in hashes.items() for digest in digests)
    return next((each for each in told if each in pin.hashes), "")


@contextmanager
def _index(recipe: Recipe, name: str) -> Iterator[_Index]:
    from unearth import PackageFinder, TargetPython  # noqa: PLC0415 (likewise)

    told = indexes.told()
    version = tuple(int(n) for n in recipe.python.split("."))
    target = TargetPython(version, sorted({t.abi for t in cpython_tags(version)}), "cp", list(_platforms()))
    with _told(name):
        finder = PackageFinder(index_urls=told.default, target_python=target)
        for address in told.extra:
            finder.add_index_url(address)
        yield _Index(finder, name)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Whatever the way to the index raises is nobody's fault in the proposal."""
    from httpx2 import HTTPError  # noqa: PLC0415 (likewise)
    from unearth.errors import UnpackError  # noqa: PLC0415 (likewise)

    try:
        yield
    except (HTTPError, UnpackError, OSError) as error:
        raise unreachable(name, f"{type(error).__name__}: {error}") from error


def _platforms() -> Iterator[str]:
    machine = platform.machine()
    yield from (f"manylinux_2_{n}_{machine}" for n in range(GLIBC, OLDEST_GLIBC - 1, -1))
    yield from (f"{old}_{machine}" for old in LEGACY)


def _too_large(source: Source, name: str) -> Finding:
    return Finding(
        Reason.BUILD_LIMIT,
        "SOURCE_TOO_LARGE",
        f"{canonicalize_name(source.pin.name)}: its source has more than {LARGEST >> 30} GiB",
        where=Where(file=name, line=source.pin.line),
        hint="data belong into the manifest, not into a package",
    )
