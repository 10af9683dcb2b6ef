"""Is this an address we are willing to fetch from? Strict on purpose: one spelling, one meaning, for us and for git."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from adp.errors import AuthorError
from adp.source.policy import Address, Policy
from adp.source.refuse import refused, shown

LONGEST, LONGEST_FILE = 500, 4000  # archives redirect to signed addresses
DEFAULT_PORTS = {"https": 443, "http": 80}
PLAIN = re.compile(r"[A-Za-z0-9._~+/:@?#=&\[\]-]+")
PLAIN_FILE = re.compile(r"[A-Za-z0-9._~+/:@?=&%!$'()*,;\[\]-]+")
PATH_FILE = re.compile(r"(/[^/]{1,255}){1,32}")
PATH = re.compile(r"(/[A-Za-z0-9._~+-]{1,200}){1,12}/?")
HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
SCP_LIKE = re.compile(r"(?:ssh://)?[\w.-]+@([\w.-]+)[:/](?!\d+/)([\w./~+-]+)")


@dataclass(frozen=True, slots=True)
class Location:
    """A checked address: `url` as it shall be asked for, and the addresses that may be connected to."""

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
    """The address of a repository. Refuses with URL_REFUSED (the rule is in the evidence) or UNREACHABLE (no such
    name)."""
    hint = "Use letters, digits and . _ ~ + - / only."
    asked = _judged(url, policy, REPOSITORY, LONGEST, PLAIN, hint)
    return Location(asked.clean, asked.host, asked.port, _addresses(asked))


def check_file(url: str, policy: Policy) -> Location:
    """The address of one file, which may have a query; refuses as `check` does, and whatever is not https."""
    hint = "Write every other character as %XX."
    asked = _judged(url, policy, FILE, LONGEST_FILE, PLAIN_FILE, hint)
    query = f"?{asked.query}" if asked.query else ""
    return Location(asked.clean + query, asked.host, asked.port, _addresses(asked))


def _judged(
    url: str, policy: Policy, rules: "Mapping[str, Rule]", longest: int, plain: re.Pattern[str], hint: str
) -> "_Asked":
    if len(url) > longest:
        raise _refused(url, "length", f"it is longer than {longest} characters", "Use a shorter address.")
    if not plain.fullmatch(url):
        raise _refused(url, "characters", "it has characters that have no place in an address", hint)
    asked = _split(url, policy)
    for rule, judge in rules.items():
        if why := judge(asked):
            raise _refused(url, rule, *why)
    return asked


@dataclass(frozen=True, slots=True)
class _Asked:
    url: str
    policy: Policy
    scheme: str
    host: str
    port: int
    path: str
    query: str
    has_user: bool
    has_query: bool

    @property
    def clean(self) -> str:
        port = "" if DEFAULT_PORTS.get(self.scheme) == self.port else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}"


def _split(url: str, policy: Policy) -> _Asked:
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
        host = (parts.hostname or "").lower()
    except ValueError:
        raise _refused(url, "host", "its host or port cannot be read", _example(policy)) from None
    has_query = "?" in url or "#" in url
    has_user = "@" in parts.netloc
    return _Asked(url, policy, parts.scheme, host, port, parts.path, parts.query, has_user, has_query)


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
        hint = "Use one that is reachable from the internet."
        raise _refused(asked.url, "address", f"{shown(host)} does not lead to a public address", hint)
    return found


def _refused(url: str, rule: str, message: str, hint: str) -> AuthorError:
    evidence = {"rule": rule, "url": shown(url)}
    return refused("URL_REFUSED", f"this address is refused: {message}", hint, evidence=evidence)


def _example(policy: Policy) -> str:
    return f"Give the address in the form {policy.schemes[0]}://host/owner/repository."


Why = tuple[str, str] | None
Rule = Callable[[_Asked], Why]


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


def _https(asked: _Asked) -> Why:
    return None if asked.scheme == "https" else ("data are fetched over https only", "Give an https:// address.")


def _path_of_file(asked: _Asked) -> Why:
    is_good = PATH_FILE.fullmatch(asked.path) and not {".", ".."} & set(asked.path.split("/"))
    return None if is_good else ("its path is not that of a file", "Give the address of the file itself.")


REPOSITORY: Mapping[str, Rule] = {
    "scheme": _scheme,
    "user": _user,
    "query": _query,
    "host": _host,
    "port": _port,
    "path": _path,
}
FILE: Mapping[str, Rule] = {
    "https": _https,
    "scheme": _scheme,
    "user": _user,
    "host": _host,
    "port": _port,
    "path": _path_of_file,
}
