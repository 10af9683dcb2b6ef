"""Identifiers with a grammar or a check digit of their own: SemVer, SPDX, ORCID iD, ROR id, sha256, links."""

import re

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

_NUMBER = r"(?:0|[1-9][0-9]*)"
_PRE = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
SEMVER = rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_PRE}(?:\.{_PRE})*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
SHA256 = "[0-9a-f]{64}"
ORCID = r"(?:https://orcid\.org/)?[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]"
ROR = r"https://ror\.org/0[0-9a-hj-km-np-tv-z]{6}[0-9]{2}"
WEB = r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#][!-~]*)?"
HTTPS = WEB.replace("https?", "https", 1)
LINK = rf"(?:{WEB}|doi:10\.[0-9.]+/[!-~]+|(?:ads|arxiv|ascl|swh):[!-~]+)"
IMAGE = r"[a-z0-9][a-z0-9._:/-]*@sha256:[0-9a-f]{64}"

_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's, as ROR uses it


def spdx(text: str) -> str:
    """The expression in canonical spelling. Raises ValueError."""
    try:
        return canonicalize_license_expression(text)
    except InvalidLicenseExpression as e:
        raise ValueError(f"`{text}` is no SPDX licence expression") from e


def orcid(text: str) -> str:
    """The bare iD, of which the check digit (ISO 7064 MOD 11-2) holds. Raises ValueError."""
    bare = text.removeprefix("https://orcid.org/")
    digits = bare.replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    wanted = "0123456789X"[(12 - total % 11) % 11]
    if digits[-1] != wanted:
        raise ValueError(f"the check digit of ORCID iD {bare} is wrong")
    return bare


def ror(text: str) -> str:
    """The id, of which the check digits (ISO 7064 MOD 97-10) hold. Raises ValueError."""
    bare = text.rsplit("/", 1)[-1]
    number = 0
    for letter in bare[:7]:
        number = number * 32 + _BASE32.index(letter)
    if 98 - number * 100 % 97 != int(bare[7:]):
        raise ValueError(f"the check digits of ROR id {bare} are wrong")
    return text


def affiliation(text: str) -> str:
    """A name, or a ROR id that must then be a good one. Raises ValueError."""
    if "ror.org/" not in text:
        return text
    if re.fullmatch(ROR, text) is None:
        raise ValueError(f"`{text}` is no ROR id")
    return ror(text)
