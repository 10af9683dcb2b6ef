"""What a node is told at its start: where the registry is, who it is, what it may fetch and what it runs in."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from adp.errors import UsageError
from adp.source.policy import Policy

MOST_SLOTS = 256
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Config:
    """`check` names the function that a job calls, as "module:function"; only tests give another one. `policy` says
    what may be fetched when that is not public https (PHAROS_SOURCE_POLICY, JSON). Times are seconds."""

    registry: str
    key: str = field(repr=False)
    engine: str = "auto"
    check: str = "runners.node.checking:check"
    policy: str = ""
    slots: int = 1  # runs at a time
    patience: float = 900.0  # how long results wait for a registry that does not answer
    poll: float = 5.0  # how long one claim waits for work, and so how long an idle node may take to stop
    pause: float = 1.0  # the first wait after a failed call; doubled each time, up to `longest_pause`
    longest_pause: float = 10.0
    grace: float = 10.0  # how long a job may take to clean up before it is killed


def config(*, registry: str, key: str, engine: str = "auto", policy: str = "", slots: int = 1) -> Config:
    """The checked configuration, or UsageError with what to change."""
    parts = urlsplit(registry)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"{registry!r} is no address of a registry", hint="give it as https://registry.example")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise UsageError("a node key must not travel in the clear", hint="use https, or http on loopback")
    if not key.startswith("phn_"):
        raise UsageError("this is no node key", hint="an operator of the centre makes one: it begins with phn_")
    if not 1 <= slots <= MOST_SLOTS:
        raise UsageError(f"{slots} runs at a time make no sense", hint=f"from 1 to {MOST_SLOTS}")
    return Config(registry.rstrip("/"), key, engine, policy=_policy(policy), slots=slots)


def _policy(text: str) -> str:
    try:
        return Policy.from_json(text).to_json() if text else ""
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"PHAROS_SOURCE_POLICY is no policy: {type(error).__name__}: {error}",
            hint="it is the JSON that adp.source.policy.Policy.to_json writes",
        ) from error
