"""What the reference shows is what the program does: examples parse, codes, options, settings and addresses exist."""

import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from astropy.io import fits

import adp
from adp.cli.main import VERBS, main
from adp.comparison.spec.reader import parse
from adp.manifest.load import loads

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"`([A-Z][A-Z0-9_]{3,})`")
VARIABLE = re.compile(r'(?:switch|words|number)\("([A-Z_]+)"|environ(?:\.get\(|\[)"([A-Z_]+)"')
BELL = "runners/node/serving.py"
READ_HERE = ("config/settings.py", "config/environment.py", "adp/environment/place.py", "adp/sandbox/sockets.py", BELL)
HEAVIEST = 120_000  # bytes
RULES = sorted(f"reference/comparison/{p.name}" for p in (ROOT / "docs/reference/comparison").glob("*.md"))
SPECS = ["reference/comparison.md", *RULES]
NOT_OURS = {"XDG_RUNTIME_DIR"}  # the system sets it


def test_the_complete_manifest_loads(blocks):
    for _, text in blocks("reference/manifest.md", "toml"):
        manifest, findings = loads(text.encode())
        assert findings == ()
        assert manifest is not None


def test_the_spec_inside_the_complete_manifest_parses(blocks):
    manifest, _ = loads(blocks("reference/manifest.md", "toml")[0][1].encode())
    assert parse(manifest.tests.data[0].tolerance)


@pytest.mark.parametrize("name", [*SPECS, "howto/compare-two-files.md", "tutorial/comparing.md"])
def test_every_spec_parses(blocks, name):
    for _, text in blocks(name, "toml"):
        assert parse(text), text


def test_every_page_of_a_rule_is_listed_and_has_an_example_that_is_run(page):
    listed = set(re.findall(r"^(comparison/\S+)$", page("reference/comparison.md"), re.MULTILINE))
    assert {f"reference/{name}.md" for name in listed} == set(RULES)
    assert [name for name in RULES if "$ adp compare" not in page(name)] == []


@pytest.mark.parametrize("name", ["reference/manifest.md", "reference/report.md", *SPECS])
def test_every_code_named_is_one_the_program_knows(page, name):
    source = "\n".join(p.read_text("utf-8") for p in (ROOT / "adp").rglob("*.py"))
    known = set(re.findall(r'"([A-Z][A-Z0-9_]{3,})"', source)) | {"SPEC_UNKNOWN_HDU"}  # put together in compare.py
    named = set(CODE.findall(page(name).split("## Findings")[-1] if name in RULES else page(name)))
    assert named - known - {"HEAD", "README", "LICENSE", "DATE", "COMMENT", "CHECKSUM", "DATASUM"} == set()


@pytest.mark.parametrize("folder", ["comparison", "manifest"])
def test_every_code_of_a_finding_stands_in_its_page(page, folder):
    made = re.compile(r'(?:Fault\([^"]*?|finding\([^"]*?|_finding\(|wrong\(|problem\(|"code", )"([A-Z][A-Z_]{3,})"')
    source = "\n".join(p.read_text("utf-8") for p in (ROOT / "adp" / folder).rglob("*.py"))
    assert {code for code in made.findall(source) if f"`{code}`" not in page(f"reference/{folder}.md")} == set()


def test_every_statistic_of_a_rule_is_explained(page, tmp_path):
    cube = np.random.default_rng(0).normal(size=(4, 5, 6))
    for name, data in {"reference": cube, "product": cube + 1}.items():
        planes = [fits.ImageHDU(d, name=n) for n, d in {"SCI": data, "STAT": np.ones_like(cube)}.items()]
        fits.HDUList([fits.PrimaryHDU(), *planes]).writeto(tmp_path / name)
    spec = {"hdu.SCI.data.sigma": {"max": 0.5, "variance": "STAT"}}
    (rule,) = (r for r in adp.compare(tmp_path / "reference", tmp_path / "product", spec).rules if r.violations)
    text = page("reference/comparison.md")
    assert [key for key in rule.statistics if f"`{key}`" not in text] == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_its_section_with_all_its_options(page, verb, capsys):
    with pytest.raises(SystemExit):
        main([verb, "--help"])
    section = page("reference/command-line.md").split(f"## `adp {verb}")[1].split("\n## ")[0]
    options = set(re.findall(r"--[a-z]+", capsys.readouterr().out)) - {"--help"}
    assert options == set(re.findall(r"^\| `(--[a-z]+)", section, re.MULTILINE))


def test_every_variable_that_is_read_stands_in_the_settings_and_none_besides(page):
    read = set()
    for name in READ_HERE:
        read |= {a or b for a, b in VARIABLE.findall((ROOT / name).read_text("utf-8"))}
    rows = [line.split("|")[1] for line in page("reference/settings.md").splitlines() if line.startswith("| `")]
    named = {v for row in rows for v in re.findall(r"`([A-Z][A-Z_]+)`", row)}
    assert named == read - NOT_OURS


def test_the_numbers_of_the_desk_are_its_own(page):
    from runners.conf import Conf  # noqa: PLC0415 - Django's settings are there by now

    table = page("reference/settings.md").split("| key | default | what |")[1].split("\n## ")[0]
    keys = {k for row in table.splitlines() if row.startswith("| `") for k in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert keys == set(Conf.__dataclass_fields__)


def test_the_numbers_of_ageing_are_its_own(page):
    from registry.health import Ageing  # noqa: PLC0415 - Django's settings are there by now

    table = page("reference/settings.md").split("`AGEING`, for published")[1].split("\n## ")[0]
    rows = [row.split("|")[1:3] for row in table.splitlines() if row.startswith("| `")]
    given = {
        k: v for names, values in rows for k, v in zip(re.findall(r"`(\w+)`", names), values.split(","), strict=True)
    }
    assert {k: float(re.search(r"[\d.]+", v)[0]) for k, v in given.items()} == vars_of(Ageing())


def vars_of(numbers):
    return {name: float(getattr(numbers, name)) for name in numbers.__dataclass_fields__}


def test_every_address_of_the_api_page_is_in_the_schema(page):
    paths = yaml.safe_load(page("openapi.yaml"))["paths"]
    known = [re.compile(re.sub(r"\{[^}]+\}", "[^/ ]+", path.removeprefix("/api/v1/")) + "$") for path in paths]
    text = page("reference/api.md")
    named = re.findall(r"\$R/api/v1/([^?\"\s]+)", text) + re.findall(r"`(?:GET|POST|PUT|DELETE) ([^`?]+)`", text)
    assert len(named) > 15
    assert [p for p in named if not any(k.match(p) for k in known)] == []


def test_the_documentation_names_no_page_that_is_not_there():
    docs = ROOT / "docs"
    for file in docs.rglob("*.md"):
        if "_build" in file.parts:
            continue
        for target in re.findall(r"\{doc\}`([^`]+)`", file.read_text("utf-8")):
            there = (file.parent / f"{target}.md").resolve()
            assert there.exists() or there.name in {"states.md", "manifest-keys.md"}, f"{file.name}: {target}"


def test_every_picture_and_page_of_the_readme_is_there_and_no_picture_is_heavy():
    readme = (ROOT / "README.md").read_text("utf-8")
    targets = re.findall(r"\]\(([^)#]+)\)", readme)
    assert len(targets) > 15
    assert [t for t in targets if not (ROOT / t).exists()] == []
    assert [p.name for p in (ROOT / "docs" / "screens").iterdir() if p.stat().st_size > HEAVIEST] == []
