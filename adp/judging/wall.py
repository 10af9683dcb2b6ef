"""The wall around the judge: files and tasks go in, read only and under numbers; bounded regular files come out."""

import json
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import adp
from adp.environment.tree import PACKAGES_AT
from adp.errors import PlatformError
from adp.judging.tasks import Result, Task
from adp.sandbox.engine import Job, Limits, Mount
from adp.sandbox.out import output_folder

JOB_AT, DATA_AT, SOURCE_AT, OUT_AT = "/judge", "/data", "/opt/judge", "/out"
KERNELS_AT = f"{SOURCE_AT}/kernels.zip"


@dataclass(frozen=True, slots=True)
class Kernels:
    """Packed compiled code (adp.judging.kernels) and from how many bytes on the judge shall load it."""

    packed: Path
    least: int


@contextmanager
def asked(
    name: str,
    tasks: Sequence[Task],
    folder: Path,
    limits: Limits,
    *,
    kernels: Kernels | None = None,
    draw: bool = False,
) -> Iterator[tuple[Job, Path]]:
    """The job that puts `tasks` to the inside half, to be judged or drawn, and the folder its answers will be in.
    `folder` is ours."""
    job_folder = folder / "job"
    job_folder.mkdir(parents=True)
    for made in (folder, job_folder):
        made.chmod(0o755)
    shown = _shown(tasks)
    document = {
        "out": OUT_AT,
        "draw": draw,
        "kernels": {"packed": KERNELS_AT, "least": kernels.least} if kernels else None,
        "tasks": [_plain(task, shown) for task in tasks],
    }
    (job_folder / "job.json").write_text(json.dumps(document, allow_nan=False), encoding="utf-8")
    (job_folder / "job.json").chmod(0o644)
    with output_folder(folder / "out", limits.disk) as out:
        mounts = (
            Mount(job_folder, JOB_AT),
            *((Mount(kernels.packed, KERNELS_AT),) if kernels else ()),
            *(Mount(path.absolute(), target) for path, target in shown.items()),
            Mount(out, OUT_AT, writable=True),
        )
        yield job_of(name, "inside", f"{JOB_AT}/job.json", mounts, limits), out


def _shown(tasks: Sequence[Task]) -> dict[Path, str]:
    """Where each file is seen inside: under a number, by its own name."""
    paths = dict.fromkeys(p for task in tasks for p in (task.reference, task.product) if p is not None)
    return {path: f"{DATA_AT}/{number}/{path.name}" for number, path in enumerate(paths)}


def _plain(task: Task, shown: Mapping[Path, str]) -> dict[str, Any]:
    reference = shown[task.reference] if task.reference is not None else None
    spec = task.spec if isinstance(task.spec, str) else dict(task.spec)
    return {"kind": task.kind, "product": shown[task.product], "reference": reference, "spec": spec}


def job_of(name: str, module: str, argument: str, mounts: tuple[Mount, ...], limits: Limits) -> Job:
    """Runs a module of this folder in the judge's root, with our package as it stands here and `mounts`."""
    package = Path(adp.__file__).resolve().parent
    env = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/tmp",  # noqa: S108 (the sandbox's own, fresh)
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": f"{SOURCE_AT}:{PACKAGES_AT}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "NUMBA_CACHE_DIR": "/tmp/kernels",  # noqa: S108 (as above)
    }
    argv = ("python3", "-P", "-m", f"adp.judging.{module}", argument)
    return Job(name, argv, (Mount(package, f"{SOURCE_AT}/{package.name}"), *mounts), env, limits=limits)


def read(path: Path, cap: int) -> bytes | None:
    """A regular file of at most `cap` bytes, no link followed; None when there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PlatformError(f"the judge's answer {path.name} cannot be opened: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size > cap:
            raise PlatformError(f"the judge's answer {path.name} is no file of at most {cap} bytes")
        return file.read(cap)


def named(result: Result) -> Result:
    """Files by their own names: where the sandbox showed them means nothing outside."""
    if result.comparison is None:
        return result
    files = {side: replace(facts, path=Path(facts.path).name) for side, facts in result.comparison.files.items()}
    return replace(result, comparison=replace(result.comparison, files=files))
