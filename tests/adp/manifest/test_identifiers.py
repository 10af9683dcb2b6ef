import re

import pytest

from adp.manifest import identifiers


@pytest.mark.parametrize("good", ["0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X"])
def test_an_orcid_id_with_its_check_digit_is_taken_in_both_forms(good: str) -> None:
    assert identifiers.orcid(good) == good
    assert identifiers.orcid(f"https://orcid.org/{good}") == good


@pytest.mark.parametrize("bad", ["0000-0002-1825-0096", "0000-0002-1694-2330", "0000-0002-8125-0097"])
def test_an_orcid_id_with_another_check_digit_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="check digit"):
        identifiers.orcid(bad)


@pytest.mark.parametrize("good", ["01qtasp15", "01ggx4157", "05dxps055", "03vek6s52", "00f54p054"])
def test_a_ror_id_with_its_check_digits_is_taken(good: str) -> None:
    assert identifiers.ror(f"https://ror.org/{good}").endswith(good)


def test_an_affiliation_may_be_a_name() -> None:
    assert identifiers.affiliation("ESO") == "ESO"


@pytest.mark.parametrize("bad", ["ror.org/01qtasp15", "https://ror.org/11qtasp15", "https://ror.org/01qtasp14"])
def test_an_affiliation_that_looks_like_a_ror_id_must_be_one(bad: str) -> None:
    with pytest.raises(ValueError, match="ROR id"):
        identifiers.affiliation(bad)


@pytest.mark.parametrize(("written", "canonical"), [("mit", "MIT"), ("gpl-3.0-only or mit", "GPL-3.0-only OR MIT")])
def test_a_licence_is_read_into_its_canonical_spelling(written: str, canonical: str) -> None:
    assert identifiers.spdx(written) == canonical


# from the SemVer 2.0.0 page
GOOD = ("0.0.4", "1.0.0-alpha.beta.1", "1.0.0-0A.is.legal", "2.0.0+build.1848", "1.0.0-alpha-a.b-c-s+b.1-aef.1-its-ok")
BAD = ("1", "1.2", "1.2.3-0123", "1.1.2+.123", "+invalid", "alpha", "1.0.0-alpha..1", "01.1.1", "1.2.3.DEV", "٣.0.0")


@pytest.mark.parametrize(("text", "holds"), [(t, True) for t in GOOD] + [(t, False) for t in BAD])
def test_versions_follow_the_full_grammar_of_semver(text: str, holds: bool) -> None:
    assert (re.fullmatch(identifiers.SEMVER, text) is not None) is holds
