"""What can go wrong, by whose turn it is: the stranger's fault and ours are different types."""

from adp.finding import Finding


class AdpError(Exception):
    """Base of everything this package raises on purpose. `hint` is the next step for the person who reads it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(AdpError):
    """The caller asked for something that makes no sense: exit 2."""


class AuthorError(AdpError):
    """The proposal is at fault, and the findings say where: exit 1."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f.message for f in findings), hint=findings[0].hint if findings else "")
        self.findings = findings


class CuratorError(AdpError):
    """Reference data are not what was agreed: who answers for them has to act; nothing was judged, nobody is charged:
    exit 2, not retried."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f.message for f in findings), hint=findings[0].hint if findings else "")
        self.findings = findings


class PlatformError(AdpError):
    """We could not check it; this says nothing about the proposal: exit 2, retried, never a verdict."""
