import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adp.finding import Finding, Reason
from adp.manifest import toml
from adp.manifest.load import MOST, load, loads
from adp.manifest.model import (
    Contributor,
    Data,
    DataTest,
    Environment,
    Facility,
    Funding,
    Manifest,
    Parameters,
    Product,
    ProductFile,
    Relation,
    Resources,
    Step,
)
from adp.manifest.model import (
    Tests as DeclaredTests,
)
from tests.adp.manifest.bad import COMPLETE, ROWS, Bad

COMPLETE_AS_VALUES = Manifest(
    product=Product(
        owner="muse-gto",
        name="muse-pixtable",
        version="1.0.0",
        title="Pixel tables of MUSE",
        summary="From detector pixels to the sky.",
        license="BSD-3-Clause",
        science_case="SCIENCE.md",
        keywords=("Integral field spectroscopy",),
        type="cube",
        facilities=(Facility("ESO", "VLT", "MUSE"),),
        waveband=("Optical",),
        funding=(Funding("https://ror.org/01qtasp15", "123"),),
        links={"documentation": "https://example.org/docs", "paper": "doi:10.1051/0004-6361/202037834"},
        profiles=("adp-core",),
    ),
    contributors=(
        Contributor("Josiah Carberry", ("Software", "Methodology"), "0000-0002-1825-0097", "https://ror.org/05dxps055"),
    ),
    environment=Environment(base="astro-1", requirements="requirements.lock"),
    resources=Resources(cpus=2.0, memory=4 << 30, disk=500_000_000, time=5400.0, gpu=1, arch="aarch64"),
    parameters=Parameters("config/default.toml", "config/schema.json"),
    data=(
        Data("level0", "input", "a" * 64, path="data/level0.ecsv", level=0),
        Data("level1", "reference", "b" * 64, url="https://example.org/level1.ecsv"),
    ),
    steps=(
        Step(
            "shift",
            "coordinates-only",
            (
                *("python", "-m", "pixtable", "shift"),
                *("{level0}", "{out}/shifted.ecsv", "--config", "{parameters}"),
            ),
            "bounded",
        ),
    ),
    products=(
        ProductFile(
            name="shifted",
            path="shifted.ecsv",
            format="ecsv",
            type="image",
            level=1,
            calib_level=2,
            calib_reason="flat-fielded before",
            derived_from=("level0",),
            variance="STAT",
            requires_keywords=("METHOD",),
            relation=Relation("level0", ("lambda", "value"), {"x": "x - 20.5", "y": "1.5 * y"}),
        ),
    ),
    tests=DeclaredTests(
        deterministic=False,
        nondeterministic_reason="random start values",
        version=("python", "-m", "pixtable", "--version"),
        unit=("python", "-m", "pytest", "-q", "--junitxml={out}/junit.xml"),
        data=(
            DataTest(
                "reproduces-the-reference",
                "shifted",
                "level1",
                "independent",
                {"column": {"x": {"abs": 1e-9}, "y": {"abs": 1e-9}}},
            ),
        ),
    ),
)
CHARACTERS = st.characters(codec="utf-8")
LINES = st.sampled_from(COMPLETE.decode().splitlines())


def test_a_complete_manifest_loads_with_every_value() -> None:
    assert loads(COMPLETE) == (COMPLETE_AS_VALUES, ())


def test_a_manifest_with_only_what_is_required_gets_the_defaults() -> None:
    manifest, findings = loads(Path(__file__).with_name("smallest.toml").read_bytes())
    assert findings == ()
    assert manifest is not None
    assert manifest.resources == Resources()
    assert manifest.product.profiles == ("adp-core",)
    assert manifest.products[0].type == manifest.product.type
    assert manifest.tests.deterministic
    assert manifest.contributors[0].orcid == "0000-0002-1825-0097"


def test_every_manifest_is_held_to_the_core_profile() -> None:
    manifest, _ = loads(COMPLETE.replace(b'profiles = ["adp-core"]', b'profiles = ["eso-sdps-8"]'))
    assert manifest is not None
    assert manifest.product.profiles == ("adp-core", "eso-sdps-8")


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_fault_is_found_with_code_line_and_column(row: Bad) -> None:
    manifest, findings = loads(row.text)
    places = [(f.code, f.where.line, f.where.column) for f in findings]
    assert manifest is None
    assert (row.code, row.line, row.column) in places


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_one_fault_is_not_reported_as_many(row: Bad) -> None:
    assert len(loads(row.text)[1]) <= 2


def test_all_faults_are_found_at_once_in_the_order_of_the_file() -> None:
    text = COMPLETE.replace(b'version = "1.0.0"', b'version = "one"').replace(b"gpu = 1", b"gpus = 1")
    findings = loads(text.replace(b'kind = "independent"', b'kind = "own"'))[1]
    assert [f.code for f in findings] == ["SEMVER", "KEY_UNKNOWN", "ENUM"]


def test_the_sentence_names_the_key_and_the_nearest_known_one() -> None:
    finding = loads(COMPLETE.replace(b"license = ", b"licence = "))[1][0]
    assert finding.message == "key `licence` is unknown; did you mean `license`?"
    assert finding.where.to_dict() == {"file": "adp.toml", "line": 8, "column": 1}
    assert "license" in finding.hint


def test_every_finding_blames_the_manifest_and_names_the_file() -> None:
    findings = loads(b"", "other.toml")[1]
    assert {f.reason for f in findings} == {Reason.MANIFEST_INVALID}
    assert {f.where.file for f in findings} == {"other.toml"}
    assert {"adp", "product", "tests"} <= {f.message.split("`")[1] for f in findings}


def test_columns_count_characters_not_bytes() -> None:
    finding = loads('"ü" = 1\né = { "äöü" = 1 }\n'.encode())[1]
    assert [(f.where.line, f.where.column) for f in finding if f.code != "KEY_MISSING"] == [(2, 1)]
    text = COMPLETE.replace(b'{ observatory = "ESO", telescope', '{ observatory = "ÉSÖ", telescop'.encode())
    assert [(f.where.line, f.where.column) for f in loads(text)[1]] == [(12, 38)]


def test_windows_line_ends_do_not_move_the_place() -> None:
    text = COMPLETE.replace(b"gpu = 1", b"gpu = 0.5").replace(b"\n", b"\r\n")
    assert [(f.where.line, f.where.column) for f in loads(text)[1]] == [(30, 7)]


def test_a_thousand_faults_end_in_a_sentence() -> None:
    text = COMPLETE + b"".join(b"[t%d]\n" % i for i in range(1000))
    findings = loads(text)[1]
    assert len(findings) == MOST + 1
    assert findings[-1].code == "TOO_MANY"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (b"#" * (toml.LIMIT + 1), "TOO_LARGE", 1),
        (b'a = 1\nb = "\xff"', "ENCODING", 2),
        (b"\xef\xbb\xbfadp = 1", "ENCODING", 1),
        (b"\x7fELF\0\0", "ENCODING", 1),
        (b'a = """\n\n', "SYNTAX", 3),
        (b"a = " + b"[" * 100_000, "TOO_DEEP", 1),
        (b"a." * 120_000, "TOO_DEEP", 1),
        (b"[" + b"'a'." * 60_000 + b"a]", "TOO_DEEP", 1),
        (b"a = " + b"{b = " * 40_000, "TOO_DEEP", 1),
        (b"a = 1\nb = 1979-13-01", "SYNTAX", 2),
    ],
    ids=lambda v: repr(v[:20]) if isinstance(v, bytes) else str(v),
)
def test_what_is_no_toml_gives_one_finding(text: bytes, code: str, line: int) -> None:
    manifest, findings = loads(text)
    assert manifest is None
    assert [(f.code, f.where.line) for f in findings] == [(code, line)]


def test_a_missing_manifest_is_a_finding(tmp_path: Path) -> None:
    assert [f.code for f in load(tmp_path / "adp.toml")[1]] == ["NO_MANIFEST"]


def test_only_a_regular_file_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "real.toml").write_bytes(COMPLETE)
    (tmp_path / "link.toml").symlink_to("real.toml")
    assert load(tmp_path / "real.toml")[0] == COMPLETE_AS_VALUES
    assert [load(tmp_path / n)[1][0].code for n in ("pipe.toml", "link.toml", ".")] == ["NO_MANIFEST"] * 3


def _is_sound(findings: tuple[Finding, ...]) -> bool:
    return all((f.where.line or 0) >= 1 and isinstance(f.where.column, int) and f.where.column >= 1 for f in findings)


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_no_bytes_make_it_raise(text: bytes) -> None:
    manifest, findings = loads(text)
    assert manifest is None
    assert findings
    assert _is_sound(findings)


@settings(deadline=None)
@given(st.lists(LINES | st.text(CHARACTERS, max_size=40), max_size=60))
def test_no_mixture_of_lines_makes_it_raise(lines: list[str]) -> None:
    assert _is_sound(loads("\n".join(lines).encode())[1])


@settings(deadline=None)
@given(st.integers(0, len(COMPLETE)), st.integers(0, 60), st.text("={}[]\"'.,#\n -0a", max_size=8))
def test_no_slip_of_the_keyboard_makes_it_raise(at: int, length: int, typed: str) -> None:
    manifest, findings = loads(COMPLETE[:at] + typed.encode() + COMPLETE[at + length :])
    assert (manifest is None) == bool(findings)
    assert _is_sound(findings)


NAMED = "".join(f'[[data]]\nname = "nam{i}"\n' for i in range(3000))


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        NAMED + '[[products]]\nname = "x"\nderived_from = [' + "".join(f'"nom{i}",' for i in range(3000)) + "]",
        NAMED + "".join(f'[[tests.data]]\nproduct = "x"\nreference = "nom{i}"\n' for i in range(3000)),
        "[product]\nwaveband = [" + '"é",' * 40_000 + "]",
        "".join(f"nam{i} = 1\n" for i in range(20_000)),
        '[[steps]]\nrun = ["' + "{ab}" * 50_000 + '"]',
    ],
    ids=lambda text: text[-20:],
)
def test_as_many_faults_as_fit_into_the_file_are_told_in_short_time(text: str) -> None:
    assert len(text.encode()) <= toml.LIMIT
    findings = loads(text.encode())[1]
    assert len(findings) <= MOST + 1
    assert sum(len(f.message) + len(f.hint) for f in findings) < 200_000
