"""What a step may leave where a product is due. All rows are products of one proposal, made by one step."""
# ruff: noqa: E501 - a row is a line, and code in a row may be long

from dataclasses import dataclass

from adp.finding import Reason
from tests.hostile.case import HARMLESS, Case, Door

INVALID, MANIFEST = Reason.OUTPUT_INVALID, Reason.MANIFEST_INVALID


@dataclass(frozen=True, slots=True)
class Made:
    """`make` is Python that leaves something at `p`, whose declared path below the outputs is `path`; `codes` are the
    findings that are right, none when it is a good product."""

    path: str
    make: str
    codes: tuple[str, ...] = ()


def _row(name: str, ends: Reason | str, path: str, make: str, *codes: str) -> Case:
    return Case(
        f"a product: {name}", f"leaves {name} where a product is due", Door.OUTPUTS, ends, Made(path, make, codes)
    )


GOOD = "open(p, 'w').write(TABLE)"
NO_FILE = (
    "PRODUCT_MISSING",
    "PRODUCT_NOT_A_FILE",
    "PRODUCT_UNREADABLE",
)  # our list of calls makes none of these; were one made, it is no file
PRODUCTS = (
    _row("a link to a file of the host", INVALID, "a-link", "os.symlink('/etc/passwd', p)", "PRODUCT_SYMLINK"),
    _row("a link to the reference", INVALID, "a-reference", "os.symlink('/source/data/truth.ecsv', p)", "PRODUCT_SYMLINK"),
    _row("a link to nothing", INVALID, "a-dangling", "os.symlink('/nowhere', p)", "PRODUCT_SYMLINK"),
    _row("a link to itself", INVALID, "a-loop", "os.symlink(p, p)", "PRODUCT_SYMLINK"),
    _row("a link to endless zeros", INVALID, "a-zero", "os.symlink('/dev/zero', p)", "PRODUCT_SYMLINK"),
    _row("a link to the collector's own environment", INVALID, "a-proc", "os.symlink('/proc/self/environ', p)", "PRODUCT_SYMLINK"),
    _row("a link to a good product", INVALID, "a-twin", "open('/out/other', 'w').write(TABLE); os.symlink('other', p)", "PRODUCT_SYMLINK"),
    _row("a file behind a linked folder", INVALID, "folder/passwd", "os.rmdir('/out/folder'); os.symlink('/etc', '/out/folder')", "PRODUCT_SYMLINK"),
    _row("a file behind a link to the folder above", INVALID, "up/out/x", "os.rename('/out/up', '/out/gone'); os.symlink('..', '/out/up')", "PRODUCT_SYMLINK", "PRODUCT_MISSING"),
    _row("a hard link", INVALID, "a-hard-link", "open('/out/kept', 'w').write(TABLE); os.link('/out/kept', p)", "PRODUCT_HARD_LINK"),
    _row("a pipe nobody writes to", INVALID, "a-pipe", "os.mkfifo(p)", *NO_FILE),
    _row("a character device", INVALID, "a-device", "os.mknod(p, 0o20666, os.makedev(1, 5))", *NO_FILE),
    _row("a block device", INVALID, "a-disk", "os.mknod(p, 0o60666, os.makedev(254, 0))", *NO_FILE),
    _row("a socket", INVALID, "a-socket", "socket.socket(socket.AF_UNIX).bind(p)", *NO_FILE),
    _row("a folder", INVALID, "a-folder", "os.mkdir(p)", "PRODUCT_NOT_A_FILE"),
    _row("a file where a folder is due", INVALID, "plain/x", "os.rmdir('/out/plain'); open('/out/plain', 'w').close()", "PRODUCT_SYMLINK"),
    _row("a sparse file", INVALID, "a-sparse", "open(p, 'wb').truncate(7 << 20)", "PRODUCT_SPARSE"),
    _row("nothing", INVALID, "a-nothing", "pass", "PRODUCT_MISSING"),
    _row("a file deeper than anybody needs", INVALID, "/".join("b" * 40), GOOD, "PRODUCT_PATH"),
    _row("a program with every bit that makes one another", HARMLESS, "a-setuid", f"{GOOD}; os.chmod(p, 0o6777)"),
    _row("a file its owner may not read", HARMLESS, "a-closed", f"{GOOD}; os.chmod(p, 0)"),
    _row("a name of 255 bytes", HARMLESS, "n" * 255, GOOD),
    _row("a name that looks like an option", HARMLESS, "-rf", GOOD),
    _row("a name that a shell would expand", HARMLESS, "~/$(id)", GOOD),
    _row("a hidden name", HARMLESS, ".bashrc", GOOD),
    _row("a name of a report of ours", HARMLESS, "report.json", GOOD),
)  # fmt: skip
BESIDE = """
for name in (b'a\\nb', b'\\x1b[31mred', b'\\xff\\xfe', b'x' * 255, b'-rf', b'*', b'$(id)', b'. .', b' '):
    open(b'/out/' + name, 'w').close()
for number in range(3000): open(f'/out/tiny-{number}', 'w').close()
here = '/out'
for number in range(300): here += '/d'; os.mkdir(here)
os.chmod('/out', 0)
"""  # what nobody declared, and a folder that is closed at last

PATHS = {
    "above the outputs": "../x.ecsv",
    "of the host": "/etc/passwd",
    "that goes up on its way": "a/../../x.ecsv",
    "with a line break": "a\\nb.ecsv",
    "with escapes of a terminal": "\\u001b[31mred.ecsv",
    "written from right to left": "\\u202egpj.ecsv",
    "with a NUL": "a\\u0000b.ecsv",
    "that is none": "",
    "that is the folder itself": ".",
    "that ends in a slash": "x/",
    "longer than any file system has": "x" * 256,
}
DECLARED = tuple(
    Case(f"a declared path {name}", f"declares a product at a path {name}", Door.OUTPUTS, MANIFEST, path)
    for name, path in PATHS.items()
)
CASES = (*PRODUCTS, *DECLARED)
