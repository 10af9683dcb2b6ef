"""The ADPs that `adp init` writes. Each folder of templates/ is one, complete, its product named as the folder."""

import re
import shutil
from pathlib import Path

HERE = Path(__file__).parent / "templates"
DEFAULT = "aperture-photometry"
MENTIONS = ("adp.toml", "README.md", "CITATION.cff")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".pytest_cache")
SHORTEST, LONGEST = 3, 64


def names() -> tuple[str, ...]:
    return tuple(sorted(p.name for p in HERE.iterdir() if (p / "adp.toml").is_file()))


def product_name(folder: str) -> str:
    """A good product name out of any folder's."""
    words = re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-")
    if not words or not words[0].isalpha() or len(words) < SHORTEST:
        words = f"adp-{words or 'new'}"
    return words[:LONGEST].rstrip("-")


def write(directory: Path, name: str, template: str = DEFAULT) -> None:
    """Writes a complete ADP whose product is called `name`, or nothing. Raises FileExistsError when `directory` is
    not an empty or new folder, OSError when it cannot be written."""
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise FileExistsError(f"{directory} is not empty")
    try:
        _copy(HERE / template, directory, name)
    except OSError:
        _empty(directory)
        raise


def _copy(template: Path, directory: Path, name: str) -> None:
    shutil.copytree(template, directory, ignore=LEFT_OUT, copy_function=shutil.copyfile, dirs_exist_ok=True)
    for file in MENTIONS:
        path = directory / file
        path.write_text(path.read_text("utf-8").replace(template.name, name), "utf-8")


def _empty(directory: Path) -> None:
    for path in directory.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
