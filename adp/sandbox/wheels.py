"""Source distributions built into wheels: a stranger's build code, run like any other, without a network."""

from collections.abc import Mapping
from pathlib import Path

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from adp.environment.build import packaged
from adp.environment.packages import Builder, set_for
from adp.environment.recipe import BUILDER_AT, Recipe
from adp.environment.sources import Source
from adp.environment.tree import PACKAGES_AT, Root
from adp.errors import AuthorError
from adp.finding import Finding, Reason, Where
from adp.sandbox.collect import collect
from adp.sandbox.engine import Engine, Job, Limits, Mount, OnLine, Outcome
from adp.sandbox.inside import OUT, SOURCE, standard_env
from adp.sandbox.out import output_folder
from adp.source.refuse import shown

LIMITS = Limits(cpus=2.0, memory=4 << 30, disk=4 << 30, seconds=1200.0, log=4 << 20)
EPOCH = 315_532_800  # 1980-01-01, the first day a zip file knows: the same source gives the same wheel
LIMIT_REASONS = frozenset({Reason.TIME_LIMIT, Reason.MEMORY_LIMIT, Reason.PROCESS_LIMIT, Reason.DISK_LIMIT})
PIP = ("-m", "pip", "--isolated", "--disable-pip-version-check", "--no-cache-dir", "wheel", "--no-index", "--no-deps")
HINT = (
    "the lock must also pin what builds it (setuptools, wheel, …); there is no compiler and no network while it builds"
)


def builder(engine: Engine, recipe: Recipe, tree: Path, name: str) -> Builder:
    """What adp.environment.packages calls for the sources of a lock called `name`."""

    def build(packages: Path, fetched: Mapping[Source, Path], folder: Path, on_line: OnLine) -> tuple[Path, ...]:
        """One wheel per source, in `folder`. `packages` are the lock's wheels, among them the build backends.

        Raises AuthorError BUILD_FAIL or BUILD_LIMIT, PlatformError when the sandbox failed."""
        pip = set_for(packaged("builder.lock"), recipe, tree, on_line, name="builder.lock")
        root = Root(recipe.name, recipe.digest, tree, packages)
        made = []
        for number, (source, file) in enumerate(fetched.items()):
            on_line(f"building {source.filename}")
            made.append(_one(engine, root, pip, source, file, folder / str(number), name))
        return tuple(made)

    return build


def _one(engine: Engine, root: Root, pip: Path, source: Source, file: Path, folder: Path, name: str) -> Path:
    folder.mkdir(mode=0o755)
    with output_folder(folder / "out", LIMITS.disk) as out:
        mounts = (Mount(file, f"{SOURCE}/{file.name}"), Mount(pip, BUILDER_AT), Mount(out, OUT, writable=True))
        extra = {"PYTHONPATH": f"{BUILDER_AT}:{PACKAGES_AT}", "TMPDIR": OUT}
        argv = ("python3", *PIP, "--no-build-isolation", "-w", f"{OUT}/wheels", f"{SOURCE}/{file.name}")
        job = Job(f"build {file.name}", argv, mounts, standard_env(LIMITS.cpus, EPOCH, extra), cwd=OUT, limits=LIMITS)
        outcome = engine.run(root, job)
        if outcome.reason is not None:
            raise AuthorError(_failed(source, outcome, name))
        wheel = _wheel(out / "wheels", source, name)
        found = collect(out, [f"wheels/{wheel}"], folder, LIMITS.disk, durable=True)
    if found.findings:
        raise AuthorError(_wrong(source, found.findings[0].message, name))
    return found.files[0].file


def _wheel(folder: Path, source: Source, name: str) -> str:
    """The name of the one wheel in the folder the build wrote to."""
    names = sorted(p.name for p in folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else []
    for each in names:
        try:
            project, version, _, _ = parse_wheel_filename(each)
        except InvalidWheelFilename:
            continue
        if source.matches(project, str(version)):
            return each
    raise AuthorError(_wrong(source, f"the build made {shown(', '.join(names[:5])) or 'no file'}", name))


def _failed(source: Source, outcome: Outcome, name: str) -> Finding:
    is_limit = outcome.reason in LIMIT_REASONS
    how = f"took more than a build may use ({outcome.reason})" if is_limit else f"failed (exit {outcome.exit_code})"
    return Finding(
        Reason.BUILD_LIMIT if is_limit else Reason.BUILD_FAIL,
        "SOURCE_BUILD",
        f"building {source.filename} {how}",
        where=Where(file=name, line=source.pin.line),
        hint=HINT,
        evidence={"log": outcome.log[-4000:]},
    )


def _wrong(source: Source, what: str, name: str) -> Finding:
    message = f"building {source.filename} gave no wheel of {source.pin.name} {source.pin.version}: {what}"
    where = Where(file=name, line=source.pin.line)
    return Finding(Reason.BUILD_FAIL, "SOURCE_BUILD", message, where=where, hint=HINT)
