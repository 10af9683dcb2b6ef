"""The kinds of value a manifest is made of, named."""

from adp.manifest import identifiers, quantities, words
from adp.manifest.kinds import LINE, NO_CONTROLS, PROSE, Choice, Number, Quantity, Text
from adp.manifest.tables import ListOf, MapOf

_PART = rf"(?!\.\.?(?:/|$))[^/\\{NO_CONTROLS}]+"

LINE_TEXT = Text()
TITLE = Text(longest=200)
SUMMARY = Text(PROSE, "text", longest=500)
REASON = Text(PROSE, "text", longest=500)
PRODUCT_NAME = Text(
    "[a-z][a-z0-9-]{2,63}",
    "3 to 64 lower-case letters, digits and hyphens, a letter first",
    "NAME",
    hint="the name becomes part of an address",
)
HANDLE = Text(
    "[a-z0-9][a-z0-9-]{0,63}", "the handle of a centre or person: lower-case letters, digits, hyphens", "NAME"
)
NAME = Text("[A-Za-z][A-Za-z0-9_-]{0,63}", "a name of letters, digits, hyphens and underscores, a letter first", "NAME")
VERSION = Text(
    identifiers.SEMVER,
    "a version by semver.org, such as 1.0.0",
    "SEMVER",
    64,
    "three numbers; then perhaps -rc.1; the git tag is the same with a v before it",
)
LICENSE = Text(
    LINE,
    "an SPDX licence expression",
    "LICENSE_UNKNOWN",
    200,
    "see https://spdx.org/licenses, for example BSD-3-Clause, MIT or GPL-3.0-or-later",
    identifiers.spdx,
)
PATH = Text(
    rf"(?:{_PART}/)*{_PART}",
    "a path inside the repository: relative, with /, without ..",
    "PATH",
    255,
    'such as "data/level0.ecsv"',
)
OUT_PATH = Text(
    PATH.pattern,
    "a path below {out}: relative, with /, without ..",
    "PATH",
    255,
    'such as "catalogue.fits"; {out} is not part of it',
)
PACKAGE_PATH = Text(
    rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,99}}:{PATH.pattern}",
    "a package, a colon, and a path in it",
    "PATH",
    355,
    'such as "ppxf:spectra/NGC4550_SAURON.fits"',
)
HTTPS = Text(identifiers.HTTPS, "an https address", "URL", 2000)
LINK = Text(identifiers.LINK, "a web address or doi:, ads:, arxiv:, ascl:, swh:", "URL", 2000)
SHA256 = Text(identifiers.SHA256, "64 hexadecimal digits in lower case", "SHA256", 100, "`sha256sum PATH` prints it")
ORCID = Text(
    identifiers.ORCID,
    "an ORCID iD such as 0000-0002-1825-0097",
    "ORCID",
    60,
    "copy it from your page at https://orcid.org",
    identifiers.orcid,
)
AFFILIATION = Text(
    LINE,
    "a name or a ROR id such as https://ror.org/01qtasp15",
    "ROR",
    300,
    "look your institution up at https://ror.org",
    identifiers.affiliation,
)
FUNDER = Text(identifiers.ROR, "a ROR id such as https://ror.org/01qtasp15", "ROR", 60, canonical=identifiers.ror)
IMAGE = Text(
    identifiers.IMAGE,
    "an image by digest, name@sha256:…",
    "IMAGE_DIGEST",
    300,
    "a tag can move; `docker image inspect --format '{{index .RepoDigests 0}}' IMAGE` prints the digest",
)
PROFILE = Text("[a-z][a-z0-9.-]{1,63}", "the name of a profile, such as adp-core", "NAME")

WORD = Text(rf"[^{NO_CONTROLS}]*", "text on one line without control characters", longest=4096)
COMMAND = ListOf(WORD, 1, 200)
WORDS = ListOf(LINE_TEXT)
NAMES = ListOf(NAME)
LINKS = MapOf(LINK, "[a-z][a-z0-9-]{0,31}")
TRANSFORM = MapOf(Text(longest=500), "[A-Za-z_][A-Za-z0-9_.]{0,63}")

TYPE = Choice(words.DATAPRODUCT_TYPES, words.DATAPRODUCT_SYNONYMS)
LEVEL = Number(0, 99, whole=True)
CALIB_LEVEL = Number(0, 4, whole=True)
SIZE = Quantity(quantities.BYTES, 16 << 40, "SIZE", "2 GiB", whole=True)
DURATION = Quantity(quantities.SECONDS, 30 * 86400, "DURATION", "10 min")
