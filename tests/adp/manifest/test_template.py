import os
import subprocess
import sys
from pathlib import Path

import pytest

from adp.manifest import files, template
from adp.manifest.load import load
from adp.manifest.placeholders import expand


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("template") / "my-adp"
    template.write(directory, "my-adp")
    return directory


def run(directory: Path, *argv: str) -> str:
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    words = (sys.executable, *argv[1:])
    return subprocess.run(words, cwd=directory, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", template.names())
def test_every_template_keeps_every_rule_as_it_is(name: str, tmp_path: Path) -> None:
    template.write(tmp_path / "adp", "some-name", name)
    manifest, findings = load(tmp_path / "adp" / "adp.toml")
    assert findings == ()
    assert manifest is not None
    assert manifest.product.name == "some-name"
    assert files.findings(manifest, tmp_path / "adp", (tmp_path / "adp" / "adp.toml").read_bytes()) == ()


def test_the_name_stands_wherever_a_person_reads_it(written: Path) -> None:
    for file in template.MENTIONS:
        assert "my-adp" in (written / file).read_text("utf-8")
        assert template.DEFAULT not in (written / file).read_text("utf-8")


def test_nothing_that_was_not_meant_is_written(written: Path) -> None:
    names = {p.name for p in written.rglob("*")}
    assert {".gitignore", "LICENSE", "CITATION.cff", "SCIENCE.md", "README.md"} <= names
    assert not names & {"__pycache__", "ruff.toml", ".git"}


def test_it_runs_and_finds_what_the_simulation_put_in(written: Path, tmp_path: Path) -> None:
    manifest, _ = load(written / "adp.toml")
    assert manifest is not None
    places = {"out": str(tmp_path), "parameters": str(written / manifest.parameters.file)}
    places |= {d.name: str(written / d.path) for d in manifest.data}
    places |= {p.name: str(tmp_path / p.path) for p in manifest.products}
    assert manifest.product.version in run(written, *expand(manifest.tests.version, places)).split()
    for step in manifest.steps:
        run(written, *expand(step.run, places))
    rows = [line.split() for line in (tmp_path / "catalogue.ecsv").read_text().splitlines() if line[0].isdigit()]
    truth = [line.split() for line in (written / "data/truth.ecsv").read_text().splitlines() if line[0].isdigit()]
    assert len(rows) == len(truth) == 9
    for found, true in zip(rows, truth, strict=True):
        assert float(found[1]) == pytest.approx(float(true[1]), abs=0.1)
        assert abs(float(found[3]) - float(true[3])) < 4 * float(found[4])


def test_its_unit_tests_pass(written: Path, tmp_path: Path) -> None:
    manifest, _ = load(written / "adp.toml")
    assert manifest is not None
    run(written, *expand(manifest.tests.unit, {"out": str(tmp_path)}))
    assert 'failures="0"' in (tmp_path / "junit.xml").read_text()


def test_the_simulation_makes_the_files_that_are_committed(written: Path) -> None:
    before = {p.name: p.read_bytes() for p in (written / "data").iterdir()}
    run(written, "python", "data/simulate.py")
    assert {p.name: p.read_bytes() for p in (written / "data").iterdir()} == before


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("my-adp", "my-adp"),
        ("My ADP (v2)", "my-adp-v2"),
        ("2mass", "adp-2mass"),
        ("x", "adp-x"),
        ("…", "adp-new"),
        ("a" * 80, "a" * 64),
        ("é-tables", "tables"),
    ],
)
def test_any_folder_name_gives_a_good_product_name(folder: str, name: str) -> None:
    assert template.product_name(folder) == name


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(FileExistsError):
        template.write(tmp_path, "my-adp")
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((FileExistsError, NotADirectoryError)):
        template.write(tmp_path / "file", "my-adp")
