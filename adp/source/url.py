"""Is this an address we are willing to fetch from? Strict on purpose: one spelling, one meaning, for us and for git."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from adp.errors import AuthorError
from adp.source.policy import Address, Policy
from adp.source.refuse import refused, shown

LONGEST = 500
DEFAULT_PORTS = {"https": 443, "http": 80}
PLAIN = re.compile(r"[A-Za-z0-9._~+/:@?#=&\[\]-]+")
PATH = re.compile(r"(/[A-Za-z0-9._~+-]{1,200}){1,12}/?")
HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
SCP_LIKE = re.compile(r"(?:ssh://)?[\w.-]+@([\w.-]+)[:/](?!\d+/)([\w./~+-]+)")


@dataclass(frozen=True, slots=True)
class Location:
    """A checked address: `url` as git shall see it, and the addresses it may connect to."""

    url: str
    host: str
    port: int
    addresses: tuple[Address, ...]

    @property
    def pin(self) -> str:
        """For http.curloptResolve."""
        spelled = (f"[{a}]" if a.version == 6 else str(a) for a in self.addresses)  # noqa: PLR2004 - IPv6
        return f"{self.host}:{self.port}:{','.join(spelled)}"


def check(url: str, policy: Policy) -> Location:
    """Refuses with URL_REFUSED (the rule is in the evidence) or UNREACHABLE (no such name)."""
    if len(url) > LONGEST:
        raise _refused(url, "length", f"it is longer than {LONGEST} characters", "Use a shorter address.")
    if not PLAIN.fullmatch(url):
        hint = "Use letters, digits and . _ ~ + - / only."
        raise _refused(url, "characters", "it has characters that have no place in an address", hint)
    asked = _split(url, policy)
    for rule, judge in RULES.items():
        if why := judge(asked):
            raise _refused(url, rule, *why)
    port = "" if DEFAULT_PORTS.get(asked.scheme) == asked.port else f":{asked.port}"
    clean = f"{asked.scheme}://{asked.host}{port}{asked.path}"
    return Location(clean, asked.host, asked.port, _addresses(asked))


@dataclass(frozen=True, slots=True)
class _Asked:
    url: str
    policy: Policy
    scheme: str
    host: str
    port: int
    path: str
    has_user: bool
    has_query: bool


def _split(url: str, policy: Policy) -> _Asked:
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
        host = (parts.hostname or "").lower()
    except ValueError:
        raise _refused(url, "host", "its host or port cannot be read", _example(policy)) from None
    has_query = "?" in url or "#" in url
    return _Asked(url, policy, parts.scheme, host, port, parts.path, "@" in parts.netloc, has_query)


def _addresses(asked: _Asked) -> tuple[Address, ...]:
    policy, host = asked.policy, asked.host
    try:
        found = tuple(ipaddress.ip_address(text) for text in policy.resolve(host, asked.port))
    except (OSError, ValueError):  # a UnicodeError of an odd name is a ValueError
        found = ()
    if not found:
        raise refused(
            "UNREACHABLE",
            f"the host name {shown(host)} does not resolve to an address",
            "Check the spelling; if it opens in a browser, try again in a few minutes.",
            evidence={"url": shown(asked.url)},
        )
    if not all(policy.ip_ok(address) for address in found):
        hint = "Use a repository that is reachable from the internet."
        raise _refused(asked.url, "address", f"{shown(host)} does not lead to a public address", hint)
    return found


def _refused(url: str, rule: str, message: str, hint: str) -> AuthorError:
    evidence = {"rule": rule, "url": shown(url)}
    return refused("URL_REFUSED", f"this repository address is refused: {message}", hint, evidence=evidence)


def _example(policy: Policy) -> str:
    return f"Give the address in the form {policy.schemes[0]}://host/owner/repository."


Why = tuple[str, str] | None


def _scheme(asked: _Asked) -> Why:
    schemes = asked.policy.schemes
    if asked.scheme in schemes and asked.url.lower().startswith(f"{asked.scheme}://"):
        return None
    hint = f"Use an address that begins with {' or '.join(f'{name}://' for name in schemes)}."
    like_ssh = SCP_LIKE.fullmatch(asked.url)
    if like_ssh and "https" in schemes:
        hint = f"Use https://{like_ssh[1]}/{like_ssh[2].lstrip('/')} instead."
    return f"only {' or '.join(schemes)} is fetched, no other protocol and no path", hint


def _user(asked: _Asked) -> Why:
    hint = "Remove what stands before the @; only public repositories are fetched."
    return ("it carries a user name or password", hint) if asked.has_user else None


def _query(asked: _Asked) -> Why:
    hint = "Give the plain address of the repository; the tag or branch goes into ref."
    return ("it has a query or fragment", hint) if asked.has_query else None


def _host(asked: _Asked) -> Why:
    if asked.host and (asked.policy.allow_literal_hosts or HOST.fullmatch(asked.host)):
        return None
    return "it needs a full host name, not a number or a local name", _example(asked.policy)


def _port(asked: _Asked) -> Why:
    ports = asked.policy.ports
    why = f"only port {' or '.join(map(str, ports))} is used", "Remove the port from the address."
    return None if asked.port in ports else why


def _path(asked: _Asked) -> Why:
    is_good = PATH.fullmatch(asked.path) and not {".", ".."} & set(asked.path.split("/"))
    return None if is_good else ("its path is not that of a repository", _example(asked.policy))


RULES: Mapping[str, Callable[[_Asked], Why]] = {
    "scheme": _scheme,
    "user": _user,
    "query": _query,
    "host": _host,
    "port": _port,
    "path": _path,
}
