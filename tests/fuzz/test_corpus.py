"""What fuzzing found worth keeping: every case again ends in a verdict with a sentence."""

import warnings
from pathlib import Path

import pytest

from tests.fuzz import corpus
from tests.fuzz.judging import judged
from tests.fuzz.mutation import case
from tests.fuzz.seeds import seeds

LOT = 100
CASES = corpus.read()


@pytest.mark.parametrize("start", range(0, len(CASES), LOT))
def test_no_kept_case_ends_in_anything_but_a_verdict(start: int, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for count in CASES[start : start + LOT]:
            judged(count, tmp_path)


def test_the_corpus_is_small_and_comes_from_every_seed() -> None:
    assert len(CASES) <= corpus.MOST
    assert {case(count)[0] for count in CASES} == set(seeds())
    assert sum(p.stat().st_size for p in Path(corpus.__file__).parent.glob("*") if p.is_file()) < 2 << 20


def test_a_case_is_the_same_for_ever() -> None:
    assert [case(n) for n in range(40)] == [case(n) for n in range(40)]
