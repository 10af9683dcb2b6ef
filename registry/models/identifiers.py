"""How people, centres and products are named: handles, ORCID iDs, ROR ids."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

HANDLE_PATTERN = r"^[a-z][a-z0-9-]{1,62}[a-z0-9]$"
PRODUCT_PATTERN = r"^[a-z][a-z0-9-]{2,63}$"
RESERVED = frozenset({"admin", "api", "editor", "me", "pharos", "registry", "root", "system"})

handle_shape = RegexValidator(
    HANDLE_PATTERN,
    "a handle has 3 to 64 characters: lower-case letters, digits and hyphens, beginning with a letter",
    code="handle",
)
product_shape = RegexValidator(
    PRODUCT_PATTERN,
    "a product name has 3 to 64 characters: lower-case letters, digits and hyphens, beginning with a letter",
    code="name",
)


def not_reserved(value: str) -> None:
    if value in RESERVED:
        raise ValidationError(f"the handle {value} is reserved; choose another", code="reserved")


def orcid_is_right(value: str) -> None:
    """ISO 7064 MOD 11-2, as https://support.orcid.org/hc/articles/360006897674 describes it."""
    if not re.fullmatch(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", value):
        raise ValidationError("an ORCID iD looks like 0000-0002-1825-0097", code="orcid")
    total = 0
    for digit in value.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if value[-1] != ("X" if check == 10 else str(check)):  # noqa: PLR2004 - X stands for ten
        raise ValidationError(f"the last character of the ORCID iD {value} does not fit the others", code="orcid")


ror_shape = RegexValidator(
    r"^https://ror\.org/0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}$", "a ROR id looks like https://ror.org/01qtasp15", code="ror"
)

file_shape = RegexValidator(
    r"^(?!(?:.*/)?\.\.?(?:/|$))(?!/)(?!.*//)[^\x00-\x1f\x7f\\]+(?<!/)\Z",
    "a file name is a path below the version: relative, with /, without .. or control characters",
    code="path",
)
