"""`adp compare` as a person and a script use it: exit codes, one JSON document, a report."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from adp.cli import compare
from adp.errors import UsageError
from tests.adp.comparison.making import IMAGE, changed, hdus, image


def run(*words: Any) -> int:
    parser = argparse.ArgumentParser()
    compare.add(parser.add_subparsers())
    args = parser.parse_args(["compare", *map(str, words)])
    return int(args.act(args))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    hdus(image())(tmp_path / "reference.fits")
    hdus(image(changed(IMAGE, (3, 4), IMAGE[3, 4] + 0.5)))(tmp_path / "product.fits")
    (tmp_path / "noise").write_bytes(b"\0\1\2")
    (tmp_path / "loose.toml").write_text('[data]\nabs = 0.6\n[header]\nignore = ["PIPEVER"]\n')
    (tmp_path / "wrong.toml").write_text("[dta]\nabs = 1\n")
    return tmp_path


EXITS = [
    (("reference.fits", "reference.fits"), 0),
    (("reference.fits", "product.fits"), 1),
    (("reference.fits", "product.fits", "--abs", "0.6"), 0),
    (("reference.fits", "product.fits", "--rel", "1e-6"), 1),
    (("reference.fits", "product.fits", "--rel", "0.1"), 0),
    (("reference.fits", "product.fits", "--spec", "loose.toml"), 0),
    (("reference.fits", "product.fits", "--spec", "loose.toml", "--abs", "0.1"), 1),
    (("reference.fits", "product.fits", "--abs", "1 Jy"), 2),
    (("reference.fits", "noise"), 1),
    (("noise", "product.fits"), 2),
]


@pytest.mark.parametrize(("words", "code"), EXITS, ids=[" ".join(w) for w, _ in EXITS])
def test_the_exit_code_is_the_verdict(
    words: tuple[str, ...], code: int, files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(files)

    assert run(*words, "--json") == code
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "adp-comparison/1"
    assert found["verdict"] == ["agrees", "differs", "error"][code]


MISUSES = [
    (("reference.fits", "nowhere.fits"), "does not exist"),
    (("reference.fits", "."), "a file and a folder"),
    (("reference.fits", "product.fits", "--spec", "wrong.toml"), "no key 'dta'"),
    (("reference.fits", "product.fits", "--spec", "nowhere.toml"), "cannot be read"),
    (("reference.fits", "product.fits", "--abs", "much"), "must be a number"),
    (("reference.fits", "product.fits", "--abs=-1"), "0 or more"),
]


@pytest.mark.parametrize(("words", "message"), MISUSES, ids=[" ".join(w) for w, _ in MISUSES])
def test_misuse_is_told_and_judges_nothing(
    words: tuple[str, ...], message: str, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)

    with pytest.raises(UsageError, match=message):
        run(*words)


def test_a_person_reads_the_verdict_first_then_where(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(files / "reference.fits", files / "product.fits")

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "the product differs from the reference"
    assert "VALUE: SCI: 1 of 768 values" in lines[1]
    assert any("pixel (5, 4)" in line and "fail" in line for line in lines)


def test_a_report_is_one_json_and_one_page(files: Path) -> None:
    run(files / "reference.fits", files / "product.fits", "--report", files / "report")

    assert json.loads((files / "report" / "report.json").read_text())["verdict"] == "differs"
    page = (files / "report" / "report.html").read_text()
    assert "VALUE" in page
    assert "://" not in page


def test_a_file_name_cannot_write_into_the_page(files: Path) -> None:
    bad = files / "<script>alert(1)<.fits"
    bad.write_bytes((files / "product.fits").read_bytes())

    run(files / "reference.fits", bad, "--report", files / "report")

    assert "<script" not in (files / "report" / "report.html").read_text()


def test_folders_are_compared_by_name(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for side, names in {"r": ("same.fits", "lost.fits"), "p": ("same.fits", "new.fits")}.items():
        (files / side).mkdir()
        for name in names:
            hdus(image())(files / side / name)

    assert run(files / "r", files / "p", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert {(f["code"], f["where"]["file"]) for f in found["findings"]} == {
        ("FILE_MISSING", "lost.fits"),
        ("FILE_EXTRA", "new.fits"),
    }
