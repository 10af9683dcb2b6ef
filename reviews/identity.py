"""Would this text give somebody away? Pure: a text and who must stay unnamed in, what gives them away out."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """What a person is known by. A one-word name and a bare handle are ordinary words and are not searched for."""

    name: str
    handle: str
    email: str = ""
    orcid: str = ""

    @property
    def marks(self) -> tuple[str, ...]:
        full_name = self.name if len(self.name.split()) > 1 else ""
        return tuple(mark for mark in (full_name, f"@{self.handle}", self.email, self.orcid) if mark)


def given_away(text: str, identities: tuple[Identity, ...]) -> str:
    """The first mark of anybody found in the text, as a whole word in any case and spacing; "" when there is none."""
    plain = " ".join(text.split())
    for identity in identities:
        for mark in identity.marks:
            if re.search(rf"(?<!\w){re.escape(' '.join(mark.split()))}(?!\w)", plain, re.IGNORECASE):
                return mark
    return ""
