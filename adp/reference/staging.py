"""Bring a file that the store does not hold: by the fetcher, through size and digest, into store or quarantine."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from adp.environment.place import lock, var
from adp.errors import AuthorError, CuratorError, PlatformError
from adp.finding import Finding, Reason
from adp.reference.store import DamagedError, Store, digest, incoming
from adp.reference.wanted import BOUNDS, Bounds, Wanted
from adp.source import apart
from adp.source.policy import PUBLIC, Policy
from adp.source.refuse import shown

OnLine = Callable[[str], None]
SLACK = 1 << 20  # the fetcher may write so much more than is wanted, and is told apart by that
LATER = "it is tried again; if it stays, ask the server's operators, or keep the data elsewhere"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where this machine's reference data are and how it may get more. `authorities` (PEM) vouch for servers instead
    of the machine's own; only whoever runs the machine says so."""

    store: Store
    policy: Policy = PUBLIC
    bounds: Bounds = BOUNDS
    authorities: str = ""

    @contextmanager
    def using(self, wanted: Wanted, on_line: OnLine) -> Iterator[Path]:
        """The file, held while the context lasts. AuthorError: its address is refused; CuratorError: what comes from
        there is not what was agreed, or nothing comes any more; PlatformError: not now, or not here."""
        with ExitStack() as held:
            yield _sized(self._held(wanted, held) or self._brought(wanted, held, on_line), wanted)

    def _held(self, wanted: Wanted, held: ExitStack) -> Path | None:
        with suppress(KeyError, DamagedError):  # damaged: it lies in quarantine now, and is fetched anew
            return held.enter_context(self.store.using(wanted.sha256, private=not wanted.url))
        return None

    def _brought(self, wanted: Wanted, held: ExitStack, on_line: OnLine) -> Path:
        with lock(f"reference-{wanted.sha256}", on_wait=lambda: on_line(f"{wanted.name}: another run fetches it")):
            if not self.store.has(wanted.sha256):
                self._fetch(wanted, on_line)
            return held.enter_context(self.store.using(wanted.sha256, private=not wanted.url))

    def _fetch(self, wanted: Wanted, on_line: OnLine) -> None:
        if not wanted.url:
            hint = "an operator brings it: pharos-node data add FILE (on a laptop: adp data add FILE)"
            raise PlatformError(f"nobody brought {wanted.name} ({wanted.sha256[:12]}…) to this machine", hint=hint)
        self.store.make_room(wanted.size or 0)
        on_line(f"{wanted.name}: fetching {shown(wanted.url)}")
        with incoming(self.store.folder) as folder:
            file = folder / "data"
            got = self._asked(wanted, folder, file)
            self._judge(wanted, file, got)
            self.store.make_room(got)
            self.store.take(file, wanted.sha256)
        on_line(f"{wanted.name}: {got} bytes, sha256 {wanted.sha256}")

    def _asked(self, wanted: Wanted, folder: Path, file: Path) -> int:
        """The bytes that came; one more than may come means: too many."""
        most = self._most(wanted)
        request = {
            "url": wanted.url,
            "most": most,
            "policy": self.policy.to_json(),
            "bounds": asdict(self.bounds),
            "authorities": self.authorities,
            "into": str(file),
        }
        said = _apart(json.dumps(request).encode() + b"\n", folder, self.bounds.seconds(wanted), most + SLACK)
        if "refused" in said:
            raise AuthorError(*(Finding.from_dict(each) for each in said["refused"]))
        if "gone" in said:
            raise invalid(wanted, "REFERENCE_GONE", f"{wanted.name} is not served any more: {said['gone']}")
        if "platform" in said:
            raise PlatformError(f"{wanted.name} could not be fetched: {said['platform']}", hint=LATER)
        return int(said["got"])

    def _most(self, wanted: Wanted) -> int:
        return self.bounds.most(wanted) if wanted.size is not None else min(self.bounds.largest, self.store.room)

    def _judge(self, wanted: Wanted, file: Path, got: int) -> None:
        """What is not as agreed goes into quarantine."""
        _own(file)
        if wanted.size is None and got > self._most(wanted):
            hint = f"say its size in [[data]], so that a machine with room for {wanted.name} is found"
            raise PlatformError(f"{wanted.name} is larger than this machine takes of unknown size", hint=hint)
        found = digest(file)
        if found == wanted.sha256 and wanted.size in {None, got}:
            return
        code = "REFERENCE_DIGEST" if wanted.size in {None, got} else "REFERENCE_SIZE"
        came = f"more than {wanted.size}" if wanted.size is not None and got > wanted.size else str(got)
        sentence = {
            "REFERENCE_DIGEST": f"{wanted.name} is another file than was agreed: its sha256 is {found}",
            "REFERENCE_SIZE": f"{wanted.name} was to have {wanted.size} bytes, and {came} came",
        }[code]
        self.store.quarantine.put(file, sha256=wanted.sha256, found=found, why=sentence, url=wanted.url)
        raise invalid(wanted, code, sentence, found=found, got=got)


def shelf(policy: Policy = PUBLIC) -> Shelf:
    """That of this machine: below PHAROS_VAR, with what its operator says in the environment (docs/reference/node)."""
    told = os.environ.get
    budget, reserve = _bytes("PHAROS_DATA_BUDGET"), _bytes("PHAROS_DATA_RESERVE")
    given = {name: size for name, size in (("budget", budget), ("reserve", reserve)) if size is not None}
    pem = told("PHAROS_DATA_AUTHORITIES", "")
    return Shelf(Store(var() / "reference", **given), policy, authorities=Path(pem).read_text("ascii") if pem else "")


def _bytes(name: str) -> int | None:
    text = os.environ.get(name, "")
    if text and not text.isdecimal():
        raise PlatformError(f"{name} is not a number of bytes", hint="such as 20000000000")
    return int(text) if text else None


def invalid(wanted: Wanted, code: str, sentence: str, **found: Any) -> CuratorError:
    """The word to whoever answers for the data."""
    evidence = {"name": wanted.name, "url": shown(wanted.url), "sha256": wanted.sha256, "size": wanted.size, **found}
    hint = "whoever answers for these data has to serve the agreed file again, or to agree on another one"
    return CuratorError(Finding(Reason.REFERENCE_INVALID, code, sentence, hint=hint, evidence=evidence))


def _sized(file: Path, wanted: Wanted) -> Path:
    size = file.stat().st_size
    if wanted.size not in {None, size}:
        raise invalid(wanted, "REFERENCE_SIZE", f"{wanted.name} has {size} bytes, not {wanted.size}", got=size)
    return file


def _apart(request: bytes, folder: Path, seconds: float, largest: int) -> Mapping[str, Any]:
    is_dropped = os.geteuid() == 0 and apart.can_drop()
    if is_dropped:
        os.chown(folder, apart.FETCHER_UID, apart.FETCHER_UID)
    argv = ["-m", "adp.reference.download"]
    ended = apart.run(argv, folder, seconds, request, is_dropped=is_dropped, largest=largest)
    if ended.cause:
        raise PlatformError(f"the file did not arrive within {seconds:.0f} s", hint=LATER)
    try:
        said = json.loads(ended.output)
    except ValueError:
        raise PlatformError(f"the fetcher ended with {ended.status}: {shown(ended.error[-300:])}") from None
    if not isinstance(said, dict):
        raise PlatformError("the fetcher gave an answer that makes no sense")
    return said


def _own(file: Path) -> None:
    """The fetcher is dead; what it wrote is ours from here on. It must be a plain file, by no other name."""
    os.chown(file, os.geteuid(), os.getegid(), follow_symlinks=False)
    if file.is_symlink() or file.stat().st_nlink != 1:
        raise PlatformError("the fetcher left something that is no plain file")
