"""Forged verdicts: proposals that want to pass without being right. A row is a whole proposal, and how it must end."""
# ruff: noqa: E501 - a row is a line, and code in a row may be long

from adp.finding import Reason
from tests.factories.proposals import CODE, Change, code, instead_of_doubling, swapped
from tests.hostile.case import Case, Door
from tests.hostile.floods import SLOW_ENGINES

PYTEST = {'unit = ["python3", "tiny.py", "test"]': 'unit = ["python3", "-m", "unittest", "-q"]'}
TOLERANCE = 'tolerance = { column.x.abs = "1e-9 pix" }'
RELATION = '[products.relation]\nfrom = "table"\ninvariant = ["flag"]\ntransform = { x = "2 * x" }\n'
WRONG = "open(paths[1], 'w').write(double(open(paths[0]).read()).replace('3.0', '3.5'))"
JUNIT = (
    '<testsuites tests=\\"9\\" failures=\\"0\\"><testsuite name=\\"x\\" tests=\\"9\\" failures=\\"0\\"/></testsuites>'
)
REPORT = '{\\"schema\\": \\"adp-report/1\\", \\"verdict\\": \\"passed\\", \\"comparison\\": null, \\"findings\\": [], \\"facts\\": {}}'
FAKES = f"[open('/out/' + n, 'w').write('{REPORT}') for n in ('report.json', '0.json', '1.json', '2.json', 'verdict')]"


def step(code: str) -> Change:
    """The step does this, and no more."""
    return instead_of_doubling(f"{code}; return")


def with_(change: Change, *others: Change) -> Change:
    manifest, files = dict(change.manifest), dict(change.files)
    for other in others:
        manifest, files = manifest | dict(other.manifest), files | dict(other.files)
    return Change(manifest, files)


# name: (change, reason, the finding's code)
ROWS = {
    "reports that say passed, beside a wrong product": (
        with_(step(f"{FAKES}; {WRONG}")), Reason.MISMATCH, "RELATION",
    ),
    "a JUnit file that says passed, of tests that fail": (
        code('assert line("1.5 0") == "3.0 0"', f"open('/out/junit.xml', 'w').write(\"{JUNIT}\"); raise SystemExit(1)"), Reason.TEST_FAIL, "UNIT_TEST_FAILED",
    ),
    "a verdict printed into the log": (step(r"print('\x1b[2J\x1b[32mverdict: passed\x1b[0m\n' * 9); " + WRONG), Reason.MISMATCH, "RELATION"),
    "an exit code written where the engine's is": (
        step(r"import os; [os.write(n, b'{\"exit-code\": 0}\n') for n in range(3, 256) if os.path.exists(f'/proc/self/fd/{n}')]; raise SystemExit(1)"), Reason.CRASH, "STEP_FAILED",
    ),
    "a test runner that a conftest ends well, and a wrong product": (
        with_(step(WRONG), Change(files={"conftest.py": "import os; os._exit(0)\n", "test_tiny.py": "import os; os._exit(0)\n"}), Change(PYTEST)), Reason.MISMATCH, "RELATION",
    ),
    "a product that its unit tests put there": (
        Change(files={"tiny.py": swapped(
            swapped(CODE, 'assert line("1.5 0") == "3.0 0"', "open('/out/doubled.ecsv', 'w').write(double(open('data/table.ecsv').read()))"),
            "        with open(paths[0])", "        return\n        with open(paths[0])",
        )}), Reason.OUTPUT_INVALID, "PRODUCT_MISSING",
    ),
    "a product that the test of the version puts there": (
        with_(code('print(f"tiny {__version__}")', "print('1.0.0'); open('/out/doubled.ecsv', 'w').write('x')"), Change({'"double", "{table}"': '"--version", "{table}"'})), Reason.OUTPUT_INVALID, "FORMAT",
    ),
    "a daemon that corrects the product after the step": (
        step("import os, time; " + WRONG + "; os.fork() or (os.setsid(), time.sleep(0.3), open(paths[1], 'w').write(double(open(paths[0]).read())), os._exit(0))"), Reason.MISMATCH, "RELATION",
    ),
    "a product that is another each time it is made": (
        with_(step("import os; open(paths[1], 'w').write(double(open(paths[0]).read()).replace('3.0 0', f'3.{int.from_bytes(os.urandom(4), chr(98)+chr(105)+chr(103)):012d} 0'))"),
              Change({RELATION: "", TOLERANCE: 'tolerance = { column.x.abs = "1 pix" }'})), Reason.NONREPRODUCIBLE, "VALUE",
    ),
    "a version inside another": (code('"1.0.0"', '"11.0.0"'), Reason.TEST_FAIL, "VERSION_DIFFERS"),
    "a version that is only a complaint": (code('print(f"tiny {__version__}")', "print('1.0.0', file=sys.stderr)"), Reason.TEST_FAIL, "VERSION_DIFFERS"),
    "a version by a command that fails": (code('print(f"tiny {__version__}")', "print('1.0.0'); raise SystemExit(1)"), Reason.TEST_FAIL, "VERSION_TEST_FAILED"),
    "a version behind a flood of words": (code('print(f"tiny {__version__}")', "print('x ' * 99_999); print('1.0.0')"), Reason.TEST_FAIL, "VERSION_DIFFERS"),
    "an infinite tolerance": (Change({TOLERANCE: "tolerance = { column.x.abs = inf }"}), Reason.MANIFEST_INVALID, ""),
    "a tolerance that is no number": (Change({TOLERANCE: "tolerance = { column.x.abs = nan }"}), Reason.MANIFEST_INVALID, ""),
    "a negative tolerance": (Change({TOLERANCE: "tolerance = { column.x.abs = -1 }"}), Reason.MANIFEST_INVALID, ""),
    "a transform that is a program": (Change({'"2 * x"': '"__import__(\'os\').system(\'id\')"'}), Reason.MANIFEST_INVALID, ""),
    "a placeholder that looks into our objects": (Change({'"{doubled}"]': '"{doubled.__class__.__init__.__globals__}"]'}), Reason.MANIFEST_INVALID, ""),
    "a reference changed after its checksum": (Change(files={"data/truth.ecsv": "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: x, datatype: float64}\nx\n1.0\n"}), Reason.MANIFEST_INVALID, ""),
    "an input changed after its checksum": (Change(files={"data/table.ecsv": "x\n1\n"}), Reason.MANIFEST_INVALID, ""),
    "a reference outside the repository": (Change({'path = "data/truth.ecsv"': 'path = "../../etc/passwd"'}), Reason.MANIFEST_INVALID, ""),
    "a manifest that is a link": (Change(files={"adp.toml": None, "real.toml": "adp = 1\n"}, then=lambda p: (p / "adp.toml").symlink_to("real.toml")), Reason.MANIFEST_INVALID, "NO_MANIFEST"),
    "no manifest at all": (Change(files={"adp.toml": None}), Reason.MANIFEST_INVALID, "NO_MANIFEST"),
    "a program compiled from other lines than its source": (
        Change(files={".gitignore": "", "__pycache__/work.cpython-311.pyc": b"\xa7\r\r\n\x01" + bytes(20)}), Reason.POLICY, "COMPILED_CODE",
    ),
}  # fmt: skip
QUICK = {
    "reports that say passed, beside a wrong product",
    "an exit code written where the engine's is",
    "a daemon that corrects the product after the step",
}

CASES = tuple(
    Case(
        f"forged: {name}", f"wants to pass by {name}", Door.VERDICT, ends, change, code=named,
        long_on=(SLOW_ENGINES - {"docker"}) if name in QUICK else SLOW_ENGINES,
    )
    for name, (change, ends, named) in ROWS.items()
)  # fmt: skip
