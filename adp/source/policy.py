"""Where a proposal may be fetched from: a setting of the site, never a wish of the submitter."""

import ipaddress
import json
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import Self

Address = IPv4Address | IPv6Address
AddressCheck = Callable[[Address], bool]
Resolver = Callable[[str, int], Sequence[str]]

NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Globally routable, and not an IPv4 address in IPv6 clothes (which may lead anywhere)."""
    if isinstance(address, IPv6Address) and (
        address.ipv4_mapped or address.sixtofour or address.teredo or address.is_site_local or address in NAT64
    ):
        return False
    return address.is_global and not address.is_multicast


def is_loopback(address: Address) -> bool:
    return address == IPv4Address("127.0.0.1")


def by_name_service(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return sorted({str(entry[4][0]) for entry in found}, key=lambda text: (":" in text, text))


@dataclass(frozen=True, slots=True)
class FixedNames:
    """A resolver that knows exactly these names."""

    table: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __call__(self, host: str, port: int) -> Sequence[str]:
        if host not in self.table:
            raise OSError(f"{host} is not among the names this site knows")
        return self.table[host]


CHECKS: Mapping[str, AddressCheck] = {"public": is_public, "loopback": is_loopback}


@dataclass(frozen=True, slots=True)
class Policy:
    """`ip_ok` must say yes to *every* address a name has; git then connects to exactly those, whatever the name service
    says a moment later. `allow_literal_hosts` lets an address stand where a host name is due (tests and the demo)."""

    schemes: tuple[str, ...] = ("https",)
    ports: tuple[int, ...] = (443,)
    ip_ok: AddressCheck = is_public
    resolve: Resolver = by_name_service
    allow_literal_hosts: bool = False

    @classmethod
    def loopback(cls, port: int) -> Self:
        """Plain http on 127.0.0.1, at exactly this port: tests and the demo, nothing else."""
        return cls(("http",), (port,), is_loopback, FixedNames({"127.0.0.1": ("127.0.0.1",)}), allow_literal_hosts=True)

    def to_json(self) -> str:
        """For the separate fetcher process; callables of a test cannot cross."""
        named = {check: name for name, check in CHECKS.items()}
        if self.ip_ok not in named or not (self.resolve is by_name_service or isinstance(self.resolve, FixedNames)):
            raise ValueError("only the named address checks and FixedNames can cross to another process")
        names = {k: list(v) for k, v in self.resolve.table.items()} if isinstance(self.resolve, FixedNames) else None
        return json.dumps(
            {
                "schemes": self.schemes,
                "ports": self.ports,
                "addresses": named[self.ip_ok],
                "names": names,
                "literal_hosts": self.allow_literal_hosts,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        raw = json.loads(text)
        names = raw["names"]
        return cls(
            tuple(str(s) for s in raw["schemes"]),
            tuple(int(p) for p in raw["ports"]),
            CHECKS[raw["addresses"]],
            by_name_service if names is None else FixedNames({k: tuple(v) for k, v in names.items()}),
            allow_literal_hosts=bool(raw["literal_hosts"]),
        )


PUBLIC = Policy()
