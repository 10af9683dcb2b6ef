"""Two runs of one version, held against each other by the tolerances the version itself declares."""

import hashlib
from dataclasses import replace

import pytest

from adp.checks.replica import Pair, replicate
from adp.environment.build import judge_root
from adp.environment.place import new_job_folder
from adp.manifest.model import DataTest, ProductFile
from adp.replication import Agreement, ProductAgreement, Replication, between_runs, held_to
from adp.sandbox.bubblewrap import Bubblewrap
from tests.factories.registry import manifest

TEXT = "name,flux\na,{}\nb,2.0\n"
FLUX = {"column": {"flux": {"rel": 1e-6}}}
# product -> what the first and the second run wrote, and what that is called
MADE = {
    "same": ("1.0", "1.0", "bit-identical"),
    "close": ("1.0", "1.0000000001", "within tolerance"),
    "written": ("1.0", "1.00", "within tolerance"),
    "far": ("1.0", "1.1", "differs"),
    "exact": ("1.0", "1.0000000001", "differs"),
    "respelt": ("1.0", "1.000", "within tolerance"),
}
UNDECLARED = ("exact", "respelt")


def a_test(product, *, kind="regression", tolerance=FLUX, name="as-before"):
    return DataTest(name, product, "level1", kind, tolerance)


@pytest.fixture(scope="module")
def found():
    declared = [a_test(name, name=f"{name}-as-before") for name in MADE if name not in UNDECLARED]
    one = manifest()
    products = tuple(ProductFile(name, f"{name}.csv", "csv") for name in MADE)
    one = replace(one, products=products, tests=replace(one.tests, data=tuple(declared)))
    with new_job_folder() as folder:
        pairs = [pair(folder, name, before, after) for name, (before, after, _) in MADE.items()]
        yield replicate(Bubblewrap(), judge_root, one, folder, pairs, folder / "replica", lambda _line: None)


def pair(folder, name, before, after):
    texts = TEXT.format(before), TEXT.format(after)
    files = folder / f"first-{name}.csv", folder / f"{name}.csv"
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    is_read = before != after
    return Pair(name, f"{name}.csv", *digests, *(files if is_read else (None, None)))


@pytest.mark.sandbox
@pytest.mark.parametrize("product", MADE)
def test_a_product_of_another_run_agrees_as_far_as_the_version_asks(found, product):
    row = next(p for p in found.products if p.name == product)
    assert row.agreement == MADE[product][2]
    assert bool(row.comparisons) == (row.agreement is not Agreement.IDENTICAL)
    words = "exact: no tolerance is declared" if product in UNDECLARED else f"{product}-as-before"
    assert row.held_to == (words if row.comparisons else "")


@pytest.mark.sandbox
def test_how_much_they_differ_is_in_the_table(found):
    far = next(p for p in found.products if p.name == "far")
    rule = next(r for r in far.comparisons[0]["rules"] if r["verdict"] == "fail")
    assert rule["worst"] == pytest.approx(0.1)
    assert rule["would_pass_at"] == pytest.approx(0.1)


@pytest.mark.sandbox
def test_a_replication_is_as_its_worst_product_and_survives_json(found):
    assert found.agreement is Agreement.DIFFERS
    assert Replication.from_dict(found.to_dict()) == found
    with pytest.raises(ValueError, match="its products say differs"):
        Replication.from_dict(found.to_dict() | {"agreement": "bit-identical"})


def test_where_nothing_differs_no_judge_is_asked():
    def no_root():
        raise AssertionError

    row = Pair("shifted", "shifted.csv", "a" * 64, "a" * 64)
    assert replicate(None, no_root, manifest(), None, [row], None, print).agreement is Agreement.IDENTICAL


def test_what_a_run_did_not_make_differs():
    row = Pair("shifted", "shifted.csv", "a" * 64, "")
    assert replicate(None, None, manifest(), None, [row], None, print).agreement is Agreement.DIFFERS


def test_tolerances_of_the_same_code_come_before_those_against_another():
    one = manifest()
    both = (a_test("shifted", kind="independent", name="sdss"), a_test("shifted"), a_test("other"))
    assert [t.name for t in held_to(replace(one, tests=replace(one.tests, data=both)), "shifted")] == ["as-before"]
    assert [t.name for t in held_to(replace(one, tests=replace(one.tests, data=both[:1])), "shifted")] == ["sdss"]


def test_how_noise_is_distributed_says_nothing_between_two_runs():
    spec = {"data": {"rel": 1}, "statistics": {"pull_std": [0.9, 1.1]}, "hdu": {"SCI": {"statistics": {}, "data": {}}}}
    assert between_runs(spec | {"hdu.SCI.statistics": {}, "statistics.chi2_p": 1}) == {
        "data": {"rel": 1},
        "hdu": {"SCI": {"data": {}}},
    }


def test_a_run_without_products_agrees_with_nothing():
    assert Replication(()).agreement is Agreement.DIFFERS
    same = ProductAgreement("a", "a", "", "", Agreement.IDENTICAL)
    assert Replication((same, replace(same, agreement=Agreement.WITHIN))).agreement is Agreement.WITHIN
