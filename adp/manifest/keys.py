"""The one table of every key of `adp.toml`: its kind, whether it is required, its default, what it means. DESIGN §3."""

from adp.manifest import model, words
from adp.manifest import values as v
from adp.manifest.kinds import Choice, Flag, Free, Number
from adp.manifest.tables import Apart, Choose, Key, ListOf, Need, Table

FACILITY = Table(
    (
        Key("observatory", v.LINE_TEXT, "who runs it"),
        Key("telescope", v.LINE_TEXT, "the telescope or spacecraft"),
        Key("instrument", v.LINE_TEXT, "the instrument"),
    ),
    model.Facility,
    fewest=1,
)
FUNDING = Table(
    (
        Key("funder", v.FUNDER, "ROR id of the funder", required=True),
        Key("award", v.LINE_TEXT, "number of the grant"),
    ),
    model.Funding,
)
PRODUCT = Table(
    (
        Key("owner", v.HANDLE, "handle of the centre or person it belongs to; default: who submits"),
        Key("name", v.PRODUCT_NAME, "short name, part of the address", required=True),
        Key("version", v.VERSION, "SemVer; the git tag is the same with a v before it", required=True),
        Key("title", v.TITLE, "one line that says what it is", required=True),
        Key("summary", v.SUMMARY, "at most 500 characters", required=True),
        Key("license", v.LICENSE, "SPDX expression; the LICENSE file must exist", required=True),
        Key("science_case", v.PATH, "path of the science case, CommonMark", required=True),
        Key("keywords", v.WORDS, "Unified Astronomy Thesaurus concept names or ids"),
        Key("type", v.TYPE, "ObsCore dataproduct_type", required=True),
        Key("facilities", ListOf(FACILITY), "where the data came from; several are the normal case"),
        Key("waveband", ListOf(Choice(words.WAVEBANDS)), "VODataService wavebands"),
        Key("funding", ListOf(FUNDING), "who paid"),
        Key("links", v.LINKS, "documentation, paper and the like"),
        Key("profiles", ListOf(v.PROFILE), "standards to be held to; adp-core always", default=["adp-core"]),
    ),
    model.Product,
)
CONTRIBUTOR = Table(
    (
        Key("name", v.LINE_TEXT, "as it is to be cited", required=True),
        Key("orcid", v.ORCID, "ORCID iD, bare or as an address"),
        Key("affiliation", v.AFFILIATION, "name or ROR id"),
        Key("roles", ListOf(Choice(words.ROLES, words.ROLE_SYNONYMS), 1), "CRediT roles and ours", required=True),
    ),
    model.Contributor,
)
ENVIRONMENT = Table(
    (
        Key("base", Choice(words.BASES), "an environment of the registry; alone: its default package set"),
        Key("requirements", v.PATH, "hash-locked requirements; then they are the whole package set"),
        Key("dockerfile", v.PATH, "built by the registry without a network; needs a container engine"),
        Key("image", v.IMAGE, "a container image by digest"),
    ),
    model.Environment,
    needs=(Apart("requirements", "image", "ENVIRONMENT_CHOICE", "`requirements` goes with `base` or `dockerfile`"),),
    choose=(Choose(("base", "dockerfile", "image"), "ENVIRONMENT_CHOICE"),),
)
RESOURCES = Table(
    (
        Key("cpus", Number(0, 1024, above=True), "cores", default=1),
        Key("memory", v.SIZE, "for one step", default="2 GiB"),
        Key("disk", v.SIZE, "for all that the steps write", default="1 GiB"),
        Key("time", v.DURATION, "for one step", default="10 min"),
        Key("gpu", Number(0, 64, whole=True), "number of GPUs", default=0),
        Key("arch", Choice(words.ARCHITECTURES), "processor architecture", default="x86_64"),
    ),
    model.Resources,
)
PARAMETERS = Table(
    (
        Key("file", v.PATH, "what the run was configured with, TOML or JSON; recorded whole"),
        Key("schema", v.PATH, "JSON Schema the file is validated against"),
    ),
    model.Parameters,
    needs=(Need("schema", "file", "KEY_MISSING", "`schema` without a `file` to validate"),),
)
DATA = Table(
    (
        Key("name", v.NAME, "what steps and tests call it", required=True),
        Key("role", Choice(words.DATA_ROLES), "what it is for", required=True),
        Key("path", v.PATH, "a file of the repository"),
        Key("url", v.HTTPS, "fetched by the node, never by the sandbox"),
        Key("package", v.PACKAGE_PATH, "a file of an installed package, package:path"),
        Key("centre", v.HANDLE, "handle of the centre whose nodes hold it; never fetched"),
        Key("sha256", v.SHA256, "of the file's bytes", required=True),
        Key("size", Number(0, 1 << 44, whole=True), "bytes of the file at `url`, so that a node with room is found"),
        Key("level", v.LEVEL, "place in the chain of levels"),
    ),
    model.Data,
    needs=(Need("size", "url", "KEY_MISSING", "`size` goes with `url` only"),),
    choose=(Choose(("path", "url", "package", "centre"), "DATA_CHOICE"),),
)
STEP = Table(
    (
        Key("name", v.NAME, "what reports call it", required=True),
        Key("kind", Choice(tuple(words.STEP_KINDS)), "what it does to the data", required=True),
        Key("loss", Choice(words.LOSSES), "information lost, as the author states it", default="none"),
        Key("run", v.COMMAND, "the command, without a shell; {name}, {out}, {parameters} are paths", required=True),
    ),
    model.Step,
)
RELATION = Table(
    (
        Key("from", v.NAME, "the data or product this one is made of", required=True, attribute="source"),
        Key("invariant", v.WORDS, "columns that stay the same to the last bit"),
        Key("transform", v.TRANSFORM, "how the other columns follow"),
    ),
    model.Relation,
)
PRODUCT_FILE = Table(
    (
        Key("name", v.NAME, "what steps and tests call it", required=True),
        Key("path", v.OUT_PATH, "below {out}", required=True),
        Key("format", Choice(words.FORMATS, words.FORMAT_SYNONYMS), "file format", required=True),
        Key("type", v.TYPE, "ObsCore dataproduct_type; default: product.type"),
        Key("level", v.LEVEL, "place in the chain of levels"),
        Key("calib_level", v.CALIB_LEVEL, "ObsCore calib_level; default: follows from the steps"),
        Key("calib_reason", v.REASON, "why it is another than follows from the steps"),
        Key("derived_from", v.NAMES, "data and products it is made of"),
        Key("variance", v.LINE_TEXT, "HDU or column of the variance"),
        Key("mask", v.LINE_TEXT, "HDU or column of the mask"),
        Key("covariance", v.LINE_TEXT, "HDU or column of the covariance"),
        Key("requires_keywords", v.WORDS, "method and configuration that must be in the product's metadata"),
        Key("relation", RELATION, "what a coordinates-only step promises"),
    ),
    model.ProductFile,
    needs=(Need("calib_level", "calib_reason", "REASON_MISSING", "`calib_level` needs a `calib_reason`"),),
)
DATA_TEST = Table(
    (
        Key("name", v.NAME, "what reports call it", required=True),
        Key("product", v.NAME, "name of a product", required=True),
        Key("reference", v.NAME, "name of the data to compare with", required=True),
        Key("kind", Choice(words.TEST_KINDS), "other code, survey or truth; or the same code before", required=True),
        Key("tolerance", Free(), "a comparison spec"),
        Key("spec", v.PATH, "a file with a comparison spec"),
    ),
    model.DataTest,
    choose=(Choose(("tolerance", "spec"), "TOLERANCE_CHOICE"),),
)
TESTS = Table(
    (
        Key("deterministic", Flag(), "the steps run twice and must agree", default=True),
        Key("nondeterministic_reason", v.REASON, "why they cannot"),
        Key("version", v.COMMAND, "must print product.version"),
        Key("unit", v.COMMAND, "the unit tests", required=True),
        Key("data", ListOf(DATA_TEST, 1), "products against references", required=True),
    ),
    model.Tests,
    needs=(
        Need(
            "deterministic",
            "nondeterministic_reason",
            "REASON_MISSING",
            "`deterministic = false` needs a `nondeterministic_reason`",
            when=False,
        ),
    ),
)
MANIFEST = Table(
    (
        Key("adp", Number(1, 1, whole=True), "version of this schema: 1", required=True),
        Key("product", PRODUCT, "what it is, for whom, under which licence", required=True),
        Key("contributors", ListOf(CONTRIBUTOR, 1, 5000), "who made it, in author order", required=True),
        Key("environment", ENVIRONMENT, "what it runs in", required=True),
        Key("resources", RESOURCES, "what it needs"),
        Key("parameters", PARAMETERS, "what the run is configured with"),
        Key("data", ListOf(DATA, 0, 1000), "inputs and reference data, all immutable"),
        Key("steps", ListOf(STEP, 1), "the pipeline, in order", required=True),
        Key("products", ListOf(PRODUCT_FILE, 1, 1000), "the files it makes", required=True),
        Key("tests", TESTS, "how anyone can see that it works", required=True),
    ),
    model.Manifest,
)
