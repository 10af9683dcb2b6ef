"""`adp.compare` as a notebook uses it: any path, any form of a spec, an outcome that shows itself."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import adp
from adp.comparison.result import Comparison
from adp.comparison.spec.reader import parse
from adp.errors import AuthorError, UsageError
from tests.adp.comparison.making import IMAGE, changed, hdus, image

LOOSE: Mapping[str, Any] = {"data": {"abs": 0.6}}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    hdus(image())(tmp_path / "reference.fits")
    hdus(image(changed(IMAGE, (3, 4), IMAGE[3, 4] + 0.5)))(tmp_path / "product.fits")
    (tmp_path / "loose.toml").write_text("[data]\nabs = 0.6\n")
    return tmp_path


SPECS = {
    "a mapping": LOOSE,
    "dotted keys": {"data.abs": 0.6},
    "TOML": "[data]\nabs = 0.6",
    "TOML in one line": "data.abs = 0.6",
    "parsed": parse(LOOSE),
}


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_a_spec_may_come_in_any_form(spec: Any, files: Path) -> None:
    assert adp.compare(files / "reference.fits", str(files / "product.fits"), spec).agrees
    assert not adp.compare(files / "reference.fits", files / "product.fits").agrees


@pytest.mark.parametrize("kind", [str, Path])
def test_a_spec_may_be_a_file(kind: Any, files: Path) -> None:
    assert adp.compare(files / "reference.fits", files / "product.fits", kind(files / "loose.toml")).agrees


def test_abs_and_rel_replace_the_specs_own(files: Path) -> None:
    pair = files / "reference.fits", files / "product.fits"
    assert adp.compare(*pair, abs=0.6).agrees
    assert adp.compare(*pair, rel=0.1).agrees
    assert not adp.compare(*pair, LOOSE, abs=0.1).agrees


WRONG = [
    ({"dta": {}}, AuthorError, "no key 'dta'"),
    ("dta = 1", AuthorError, "no key 'dta'"),
    ("[data\n", AuthorError, "not valid TOML"),
    ("nowhere.toml", UsageError, "cannot be read"),
]


@pytest.mark.parametrize(("spec", "error", "message"), WRONG, ids=[str(w[0]) for w in WRONG])
def test_a_spec_that_is_wrong_raises(spec: Any, error: type[Exception], message: str, files: Path) -> None:
    with pytest.raises(error, match=message):
        adp.compare(files / "reference.fits", files / "product.fits", spec)


def test_a_path_that_is_not_there_raises_and_a_file_that_cannot_be_read_does_not(files: Path) -> None:
    (files / "noise").write_bytes(b"\0\1")
    with pytest.raises(UsageError, match="does not exist"):
        adp.compare(files / "reference.fits", files / "nowhere.fits")
    with pytest.raises(UsageError, match="a file and a folder"):
        adp.compare(files / "reference.fits", files)
    assert adp.compare(files / "reference.fits", files / "noise").verdict == "differs"
    assert adp.compare(files / "noise", files / "product.fits").verdict == "error"


def test_a_spec_that_is_parsed_takes_no_more_keys(files: Path) -> None:
    with pytest.raises(UsageError, match="parsed already"):
        adp.compare(files / "reference.fits", files / "product.fits", parse(LOOSE), abs=1)


def test_the_outcome_shows_itself_as_text_as_html_and_as_a_document(files: Path) -> None:
    bad = files / "<b>\x1b[31m.fits"
    bad.write_bytes((files / "product.fits").read_bytes()[:5000])
    found = adp.compare(files / "reference.fits", bad)

    assert str(found).splitlines()[0] == "the product differs from the reference"
    assert "\x1b" not in str(found)
    shown = found._repr_html_()
    assert "TRUNCATED" in shown
    assert "<b>" not in shown
    assert "\x1b" not in shown
    assert Comparison.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_what_the_pass_learned_is_found_by_scope(files: Path) -> None:
    found = adp.compare(files / "reference.fits", files / "product.fits", LOOSE)
    assert found.statistics["SCI"]["compared"] == IMAGE.size


def test_what_would_pass_is_printed_so_that_it_passes(files: Path) -> None:
    pair = files / "reference.fits", files / "product.fits"
    table = str(adp.compare(*pair)).splitlines()
    at = next(line for line in table if line.startswith("SCI ")).split()[-1]
    assert adp.compare(*pair, abs=float(at)).agrees


def test_importing_adp_costs_no_numpy_and_the_names_are_typed() -> None:
    code = "import sys, adp; print({'numpy', 'astropy', 'rich'} & sys.modules.keys(), 'compare' in dir(adp))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set() True\n"
    with pytest.raises(AttributeError, match="nothing"):
        _ = adp.nothing
