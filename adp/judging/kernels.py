"""The comparer's compiled code for the judge: made once on a machine, kept beside the judge's packages."""

import hashlib
import platform
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import adp
from adp.comparison.compiled import cached
from adp.environment import place, uses
from adp.environment.tree import Root
from adp.errors import PlatformError
from adp.judging.tasks import Task
from adp.judging.wall import OUT_AT, job_of
from adp.sandbox.collect import collect
from adp.sandbox.engine import Engine, Limits, Mount
from adp.sandbox.out import output_folder

OnLine = Callable[[str], None]
LEAST = 2 << 30  # bytes of a pair from which they pay: loading them takes a second (docs/decisions/0010)
LIMITS = Limits(cpus=2.0, memory=3 << 30, disk=64 << 20, seconds=300.0, processes=64, log=1 << 16)
LARGEST = 32 << 20
PACKED = "kernels.zip"
COMPARING = frozenset({"compare", "agree"})
CPU = Path("/proc/cpuinfo")
# What tells one kind of processor from another; all else there is its number, clock or place.
X86 = {"vendor_id", "cpu family", "model", "model name", "stepping", "flags"}
ARM = {"CPU implementer", "CPU architecture", "CPU variant", "CPU part", "CPU revision", "Features"}


def kernels_for(engine: Engine, root: Root, tasks: Sequence[Task], least: int, on_line: OnLine) -> Path | None:
    """The packed kernels, where a task compares `least` bytes or more; made by a job in `root` where there are none.

    None where they would not pay or cannot be had: the judge then compares by numpy, to the same verdict."""
    if not any(_size(task) >= least for task in tasks):
        return None
    try:
        return _kept(engine, root, on_line)
    except (PlatformError, OSError) as error:
        on_line(f"compares without compiled kernels, which could not be made: {error}")
        return None


def digest_of(root: Root, sources: Sequence[Path], processor: str) -> str:
    """Of all that compiled code depends on: numba and Python (both in `root`), what is compiled, and the processor
    (`processor` as Linux describes it in /proc/cpuinfo)."""
    total = hashlib.sha256(f"{root.digest}\n{platform.machine()}\n".encode())
    for source in sources:
        total.update(f"{source.name} {hashlib.sha256(source.read_bytes()).hexdigest()}\n".encode())
    total.update("\n".join(_kind(processor)).encode())
    return total.hexdigest()


def sources() -> tuple[Path, ...]:
    """The kernels, and who says for which types they are compiled."""
    return (*cached.sources(), Path(adp.__file__).resolve().parent / "judging/compiling.py")


def _kind(processor: str) -> Iterator[str]:
    """Of the first core."""
    for line in processor.partition("\n\n")[0].splitlines():
        key, _, value = line.partition(":")
        if key.strip() in X86 | ARM:
            yield f"{key.strip()}={value.strip()}"


def _size(task: Task) -> int:
    """Bytes that a comparison will read."""
    paths = (task.product, task.reference) if task.kind in COMPARING else ()
    return sum(path.stat().st_size for path in paths if path is not None and path.is_file())


def _kept(engine: Engine, root: Root, on_line: OnLine) -> Path:
    digest = digest_of(root, sources(), CPU.read_text(encoding="utf-8") if CPU.is_file() else platform.processor())
    done = place.kernels() / f"{digest}.zip"
    uses.use(done)
    if done.is_file():
        return done
    waiting = "another process is compiling the comparer's kernels; waiting for it"
    with place.lock(f"kernels-{digest}", on_wait=lambda: on_line(waiting)):
        if not done.is_file():
            on_line("compiling the comparer's kernels, once on this machine")
            _make(engine, root, done)
    return done


def _make(engine: Engine, root: Root, done: Path) -> None:
    unfinished = done.with_name(f".{done.stem}")  # alone here by the lock; a process that died left its half
    place.remove(unfinished)
    unfinished.mkdir()
    unfinished.chmod(place.LISTED)
    try:
        with output_folder(unfinished / "out", LIMITS.disk) as out:
            mounts = (Mount(out, OUT_AT, writable=True),)
            outcome = engine.run(root, job_of("compile", "compiling", f"{OUT_AT}/{PACKED}", mounts, LIMITS))
            found = collect(out, [PACKED], unfinished, LARGEST, durable=True)
        if outcome.reason is not None or found.findings:
            said = outcome.log.strip()[-500:] or "; ".join(f.message for f in found.findings)
            raise PlatformError(f"compiling ended with exit {outcome.exit_code}: {said}")
        found.files[0].file.rename(done)
    finally:
        place.remove(unfinished)
