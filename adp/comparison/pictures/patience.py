"""How long pictures may take: a picture is a comfort, and a file of a terabyte has none."""

from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True, slots=True)
class Patience:
    """Ends at `until`, a time of the monotonic clock."""

    until: float

    @classmethod
    def of(cls, seconds: float) -> "Patience":
        return cls(monotonic() + seconds)

    @property
    def is_over(self) -> bool:
        return monotonic() > self.until

    def check(self) -> None:
        """Raises TimeoutError when it is over."""
        if self.is_over:
            raise TimeoutError("reading the files once more takes too long")
