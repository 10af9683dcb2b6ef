"""Faulty manifests: what to change in complete.toml, and the finding it must give with line and column.

`structural` rows are those the JSON Schema must refuse too; the others need two places at once, or a check digit."""

from dataclasses import dataclass
from pathlib import Path

COMPLETE = Path(__file__).with_name("complete.toml").read_bytes()
SHA = "a" * 64
RUN = '["python", "-m", "pixtable", "shift", "{level0}", "{out}/shifted.ecsv", "--config", "{parameters}"]'
DATA_TEST = COMPLETE[COMPLETE.index(b"[[tests.data]]") :].decode()
PARAMETERS = '[parameters]\nfile = "config/default.toml"\nschema = "config/schema.json"\n'
PROMISES = 'invariant = ["lambda", "value"]\ntransform = { x = "x - 20.5", y = "1.5 * y" }\n'
PRODUCTS = COMPLETE[COMPLETE.index(b"[[products]]") : COMPLETE.index(b"[tests]")].decode()


@dataclass(frozen=True)
class Bad:
    old: str
    new: str
    code: str
    line: int
    column: int
    structural: bool = True

    @property
    def text(self) -> bytes:
        text = COMPLETE.decode()
        assert text.count(self.old) == 1, f"{self.old!r} must stand once in complete.toml"
        return text.replace(self.old, self.new).encode()

    def __str__(self) -> str:
        return f"{self.code}: {self.new[:40]!r}"


def only_loader(old: str, new: str, code: str, line: int, column: int) -> Bad:
    return Bad(old, new, code, line, column, structural=False)


ROWS = (
    # the top
    Bad("adp = 1\n", "adp = 2\n", "RANGE", 1, 7),
    Bad("adp = 1\n", 'adp = "1"\n', "TYPE", 1, 7),
    Bad("adp = 1\n", "adp = true\n", "TYPE", 1, 7),
    Bad("adp = 1\n", "\n", "KEY_MISSING", 1, 1),
    Bad("adp = 1\n", "adp = 1\nversion = 2\n", "KEY_UNKNOWN", 2, 1),
    # [product]
    Bad('license = "BSD-3-Clause"', 'licence = "BSD-3-Clause"', "KEY_UNKNOWN", 8, 1),
    Bad('license = "BSD-3-Clause"\n', "", "KEY_MISSING", 2, 1),
    Bad('license = "BSD-3-Clause"', 'license = ""', "LICENSE_UNKNOWN", 8, 11),
    only_loader('license = "BSD-3-Clause"', 'license = "BSD3"', "LICENSE_UNKNOWN", 8, 11),
    Bad('name = "muse-pixtable"', 'name = "MUSE"', "NAME", 4, 8),
    Bad('name = "muse-pixtable"', 'name = "m"', "NAME", 4, 8),
    Bad('name = "muse-pixtable"', "name = 7", "TYPE", 4, 8),
    Bad('owner = "muse-gto"', 'owner = "a/b"', "NAME", 3, 9),
    Bad('version = "1.0.0"', 'version = "1.0"', "SEMVER", 5, 11),
    Bad('version = "1.0.0"', 'version = "01.0.0"', "SEMVER", 5, 11),
    Bad('version = "1.0.0"', 'version = "v1.0.0"', "SEMVER", 5, 11),
    Bad('version = "1.0.0"', "version = 1.0", "TYPE", 5, 11),
    Bad('version = "1.0.0"', "version = 2026-01-01", "TYPE", 5, 11),
    Bad('title = "Pixel tables of MUSE"', 'title = "  "', "PATTERN", 6, 9),
    Bad('title = "Pixel tables of MUSE"', 'title = "a\\u202Eb"', "PATTERN", 6, 9),
    Bad('title = "Pixel tables of MUSE"', 'title = "a\\nb"', "PATTERN", 6, 9),
    Bad('summary = "From detector pixels to the sky."', f'summary = "{"x" * 501}"', "LENGTH", 7, 11),
    Bad('science_case = "SCIENCE.md"', 'science_case = "../SCIENCE.md"', "PATH", 9, 16),
    Bad('science_case = "SCIENCE.md"', 'science_case = "/SCIENCE.md"', "PATH", 9, 16),
    Bad('science_case = "SCIENCE.md"', 'science_case = "a//b.md"', "PATH", 9, 16),
    Bad('science_case = "SCIENCE.md"', 'science_case = "a\\\\b.md"', "PATH", 9, 16),
    Bad('type = "cube"', 'type = "catalog"', "ENUM", 11, 8),
    Bad('waveband = ["Optical"]', 'waveband = ["Optical", "Visible"]', "ENUM", 13, 24),
    Bad('waveband = ["Optical"]', 'waveband = "Optical"', "TYPE", 13, 12),
    Bad('{ observatory = "ESO", telescope = "VLT", instrument = "MUSE" }', "{}", "LENGTH", 12, 1),
    Bad('instrument = "MUSE"', 'instrumnt = "MUSE"', "KEY_UNKNOWN", 12, 57),
    only_loader('"https://ror.org/01qtasp15"', '"https://ror.org/01qtasp16"', "ROR", 14, 23),
    Bad('"https://ror.org/01qtasp15"', '"ESO"', "ROR", 14, 23),
    Bad('"https://example.org/docs"', '"javascript:alert(1)"', "URL", 15, 27),
    Bad("documentation = ", '"Read me" = ', "PATTERN", 15, 11),
    Bad('profiles = ["adp-core"]', 'profiles = ["ESO SDPS"]', "NAME", 16, 13),
    # [[contributors]]
    only_loader("0000-0002-1825-0097", "0000-0002-1825-0098", "ORCID", 19, 9),
    Bad("0000-0002-1825-0097", "0000-0002-1825-009x", "ORCID", 19, 9),
    Bad("0000-0002-1825-0097", "http://orcid.org/0000-0002-1825-0097", "ORCID", 19, 9),
    only_loader("https://ror.org/05dxps055", "https://ror.org/05dxps0l5", "ROR", 20, 15),
    Bad('["Software", "Methodology"]', '["Programmer"]', "ENUM", 21, 10),
    Bad('["Software", "Methodology"]', "[]", "LENGTH", 21, 9),
    Bad('name = "Josiah Carberry"\n', "", "KEY_MISSING", 17, 1),
    # [environment]
    Bad('base = "astro-1"\nrequirements = "requirements.lock"\n', "", "ENVIRONMENT_CHOICE", 22, 1),
    Bad('base = "astro-1"', 'base = "astro-1"\ndockerfile = "Dockerfile"', "ENVIRONMENT_CHOICE", 24, 1),
    Bad('base = "astro-1"', f'image = "x@sha256:{"0" * 64}"', "ENVIRONMENT_CHOICE", 24, 16),
    Bad('base = "astro-1"', 'base = "astro-9"', "ENUM", 23, 8),
    Bad('base = "astro-1"\nrequirements = "requirements.lock"', 'image = "debian:12"', "IMAGE_DIGEST", 23, 9),
    # [resources]
    Bad("cpus = 2", "cpus = 0", "RANGE", 26, 8),
    only_loader("cpus = 2", "cpus = nan", "RANGE", 26, 8),
    Bad("gpu = 1", "gpu = 0.5", "TYPE", 30, 7),
    Bad('memory = "4 GiB"', 'memory = "4 GB of RAM"', "SIZE", 27, 10),
    Bad('memory = "4 GiB"', "memory = 4", "TYPE", 27, 10),
    only_loader('memory = "4 GiB"', 'memory = "0 GiB"', "RANGE", 27, 10),
    only_loader('memory = "4 GiB"', 'memory = "999999 TiB"', "RANGE", 27, 10),
    Bad('time = "1.5 h"', 'time = "1 fortnight"', "DURATION", 29, 8),
    only_loader('time = "1.5 h"', 'time = "31 d"', "RANGE", 29, 8),
    Bad('arch = "aarch64"', 'arch = "arm64"', "ENUM", 31, 8),
    # [parameters]
    Bad('file = "config/default.toml"\n', "", "KEY_MISSING", 33, 10),
    only_loader(PARAMETERS, "", "PLACEHOLDER_UNKNOWN", 47, 91),
    # [[data]]
    Bad(SHA, SHA.upper(), "SHA256", 39, 10),
    Bad(f'sha256 = "{SHA}"\n', "", "KEY_MISSING", 35, 1),
    Bad('role = "input"', 'role = "inputs"', "ENUM", 37, 8),
    Bad('path = "data/level0.ecsv"\n', "", "DATA_CHOICE", 35, 1),
    Bad('path = "data/level0.ecsv"', 'path = "a"\nurl = "https://example.org/a"', "DATA_CHOICE", 39, 1),
    Bad('url = "https://example.org/level1.ecsv"', 'url = "file:///etc/passwd"', "URL", 44, 7),
    Bad('url = "https://example.org/level1.ecsv"', 'package = "ppxf:../x.fits"', "PATH", 44, 11),
    only_loader('name = "level1"', 'name = "level0"', "NAME_DUPLICATE", 42, 8),
    only_loader('name = "level1"', 'name = "out"', "NAME_RESERVED", 42, 8),
    # [[steps]]
    Bad('kind = "coordinates-only"', 'kind = "coordinate-only"', "ENUM", 48, 8),
    Bad('kind = "coordinates-only"\n', "", "KEY_MISSING", 46, 1),
    only_loader('kind = "coordinates-only"', 'kind = "calibration"', "RELATION_STEP", 62, 1),
    Bad('loss = "bounded"', 'loss = "some"', "ENUM", 49, 8),
    Bad(RUN, '"python -m pixtable"', "TYPE", 50, 7),
    Bad(RUN, "[]", "LENGTH", 50, 7),
    Bad(RUN, '["a\\u0000b"]', "PATTERN", 50, 8),
    only_loader('"{level0}", "{out}', '"{lvl0}", "{out}', "PLACEHOLDER_UNKNOWN", 50, 45),
    only_loader('"{level0}", "{out}', '"{level0", "{out}', "PLACEHOLDER_UNKNOWN", 50, 45),
    only_loader('"--version"', '"{versions}"', "PLACEHOLDER_UNKNOWN", 69, 40),
    # [[products]]
    Bad(PRODUCTS, "", "KEY_MISSING", 1, 1),
    Bad('format = "ecsv"', 'format = "fit"', "ENUM", 54, 10),
    Bad('path = "shifted.ecsv"', 'path = "{out}/../x"', "PATH", 53, 8),
    Bad("calib_level = 2", "calib_level = 5", "RANGE", 57, 15),
    Bad('calib_reason = "flat-fielded before"\n', "", "REASON_MISSING", 57, 15),
    only_loader('derived_from = ["level0"]', 'derived_from = ["levle0"]', "DERIVED_FROM_UNKNOWN", 59, 17),
    only_loader('derived_from = ["level0"]', 'derived_from = ["shifted"]', "DERIVED_FROM_ITSELF", 59, 17),
    only_loader('from = "level0"', 'from = "raw"', "RELATION_UNKNOWN", 63, 8),
    only_loader('from = "level0"', 'from = "shifted"', "DERIVED_FROM_ITSELF", 63, 8),
    only_loader(PROMISES, "", "RELATION_EMPTY", 62, 1),
    Bad('x = "x - 20.5"', "x = 3", "TYPE", 65, 19),
    only_loader("[tests]\n", f"{PRODUCTS.replace('shifted', 'again', 1)}[tests]\n", "PATH_DUPLICATE", 68, 8),
    # [tests]
    Bad("deterministic = false", 'deterministic = "no"', "TYPE", 67, 17),
    Bad('nondeterministic_reason = "random start values"\n', "", "REASON_MISSING", 67, 17),
    Bad(DATA_TEST, "", "KEY_MISSING", 66, 1),
    Bad('kind = "independent"', 'kind = "other"', "ENUM", 75, 8),
    only_loader('product = "shifted"', 'product = "shiffted"', "PRODUCT_UNKNOWN", 73, 11),
    only_loader('reference = "level1"', 'reference = "shifted"', "REFERENCE_UNKNOWN", 74, 13),
    Bad("tolerance = { column.x.abs = 1e-9, column.y.abs = 1e-9 }\n", "", "TOLERANCE_CHOICE", 71, 1),
    Bad("tolerance = {", 'spec = "t.toml"\ntolerance = {', "TOLERANCE_CHOICE", 77, 1),
    only_loader("column.x.abs = 1e-9", "column.x.abs = 2026-01-01", "TYPE", 76, 30),
    only_loader("column.x.abs = 1e-9", "column.x.abs = inf", "RANGE", 76, 30),
    only_loader(DATA_TEST, DATA_TEST + DATA_TEST, "NAME_DUPLICATE", 78, 8),
    # the text itself
    only_loader("gpu = 1", "gpu = ", "SYNTAX", 30, 7),
    only_loader("gpu = 1", "gpu = yes", "SYNTAX", 30, 7),
    only_loader("gpu = 1", "gpu = 1\ngpu = 2", "SYNTAX", 31, 1),
    only_loader("gpu = 1", "gpu = " + "1" * 5000, "SYNTAX", 30, 7),
    only_loader("gpu = 1", "gpu = 1\0", "ENCODING", 30, 8),
    only_loader("gpu = 1", "deep = " + "[" * 70 + "]" * 70, "TOO_DEEP", 30, 69),
    only_loader("gpu = 1", "a." * 40 + "b = 1", "TOO_DEEP", 30, 1),
)
