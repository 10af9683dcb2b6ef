"""Addresses, names, servers and trees that a submitter may hand to the fetcher."""
# ruff: noqa: E501, RUF001 - a row is a line, and code in a row may be long

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from adp.finding import Reason
from tests.adp.source import hostile
from tests.adp.source.hostile import Answer, Hostile
from tests.adp.source.test_hostile_trees import TREES
from tests.factories.repositories import Files, commit_files
from tests.hostile.case import HARMLESS, Case, Door

POLICY, LIMIT = Reason.POLICY, Reason.BUILD_LIMIT
PUBLIC = "8.8.8.8"  # never asked: these addresses are refused, or their names lead to loopback

URLS = {
    "a command (ext::)": "ext::sh -c 'touch /tmp/owned'",
    "a command (ext::) without a blank": "ext::id",
    "another helper": "fd::17/x",
    "a file": "file:///etc/passwd",
    "a path": "/srv/git/repository",
    "a path upwards": "../../etc",
    "an option": "--upload-pack=touch${IFS}owned",
    "a short option": "-uowned",
    "ssh": "ssh://git@git.example.org/a/b",
    "ssh with an option for a host": "ssh://-oProxyCommand=id/a/b",
    "scp's way": "git@git.example.org:a/b",
    "git's own protocol": "git://git.example.org/a/b",
    "ftp": "ftp://git.example.org/a/b",
    "plain http": "http://git.example.org/a/b",
    "a password in it": "https://alice:secret@git.example.org/a/b",
    "a user in it": "https://alice@git.example.org/a/b",
    "a host behind an @": "https://git.example.org@inside.example.org/a/b",
    "a backslash before an @": "https://git.example.org\\@inside.example.org/a/b",
    "another port": "https://git.example.org:6379/a/b",
    "loopback": "https://127.0.0.1/a/b",
    "loopback in one number": "https://2130706433/a/b",
    "loopback in hexadecimal": "https://0x7f.0.0.1/a/b",
    "loopback in octal": "https://0177.0.0.1/a/b",
    "loopback in short": "https://127.1/a/b",
    "loopback in IPv6": "https://[::1]/a/b",
    "loopback in IPv6 clothes": "https://[::ffff:7f00:1]/a/b",
    "loopback by name": "https://localhost/a/b",
    "a name of this machine only": "https://registry/a/b",
    "a name with a dot at its end": "https://git.example.org./a/b",
    "letters that look like others": "https://gіt.example.org/a/b",
    "a path out of the server's": "https://git.example.org/a/../../b",
    "a path in percent": "https://git.example.org/%2e%2e/b",
    "a question": "https://git.example.org/a/b?service=x",
    "a line break": "https://git.example.org/a\n/b",
    "a variable": "https://git.example.org/${HOME}",
    "a novel": "https://git.example.org/" + "a" * 5000,
}
ADDRESSES = {
    "loopback": ("127.0.0.1",),
    "all of loopback": ("127.8.8.8",),
    "this host": ("0.0.0.0",),
    "a private network": ("10.1.2.3",),
    "another private network": ("172.16.0.1",),
    "a home": ("192.168.1.1",),
    "a carrier's network": ("100.64.0.1",),
    "a cloud's metadata": ("169.254.169.254",),
    "a multicast group": ("224.0.0.1",),
    "everybody": ("255.255.255.255",),
    "loopback in IPv6": ("::1",),
    "IPv4 in IPv6 clothes": ("::ffff:10.0.0.1",),
    "IPv4 through NAT64": ("64:ff9b::7f00:1",),
    "IPv4 through 6to4": ("2002:7f00:1::1",),
    "a link": ("fe80::1",),
    "a private network in IPv6": ("fd00::1",),
    "a site": ("fec0::1",),
    "a public address and a private one": (PUBLIC, "10.0.0.1"),
    "no address": ("nonsense",),
}
REFS = {
    "an option": "--upload-pack=id",
    "a short option": "-x",
    "a range": "main..dev",
    "a journey into the past": "main@{yesterday}",
    "a parent": "main^",
    "a path": "main:adp.toml",
    "a command": "main;id",
    "two lines": "main\nv1",
    "a way up": "refs/heads/../../x",
    "a lock": "x.lock",
    "nothing": "",
    "a novel": "x" * 300,
}


def endless_pack(request: Hostile) -> None:
    """Promises a commit and sends a pack without an end."""
    if request.command == "GET":
        request.begin(200, Content_Type="application/x-git-upload-pack-advertisement")
        lines = b"000eversion 2\n0015agent=git/2.39.5\n000cls-refs\n0012fetch=shallow\n0017object-format=sha1\n0000"
        request.wfile.write(hostile.ADVERTISED + lines)
        return
    request.rfile.read(int(request.headers.get("Content-Length", 0)))
    request.begin(200, Content_Type="application/x-git-upload-pack-result")
    start = b"PACK\0\0\0\2\0\0\0\1" + b"\xb0\xff\xff\xff\xff\x0f"  # one blob of many gigabytes
    request.wfile.write(b"000dpackfile\n" + _band(start))
    press = zlib.compressobj(level=0)
    while not request.server.over.is_set():
        request.wfile.write(b"".join(_band(part) for part in _pieces(press.compress(bytes(1 << 20)))))


def _band(content: bytes) -> bytes:
    return b"%04x\1" % (len(content) + 5) + content


def _pieces(content: bytes, size: int = 65_000) -> Iterator[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))


SERVERS: dict[str, tuple[Answer, Reason, set[str], str]] = {
    "asks for a password": (hostile.asking_for_a_password, POLICY, {"PRIVATE"}, "main"),
    "forbids": (hostile.forbidding, POLICY, {"PRIVATE"}, "main"),
    "gives a byte now and then": (hostile.dripping, LIMIT, {"FETCH_LIMIT"}, "main"),
    "lists names without an end": (hostile.endless, LIMIT, {"FETCH_LIMIT"}, "main"),
    "sends a gzip bomb": (hostile.gzip_bomb, LIMIT, {"FETCH_LIMIT"}, "main"),
    "sends a pack without an end": (endless_pack, LIMIT, {"FETCH_LIMIT"}, "1" * 40),
    "is none": (hostile.no_git_at_all, POLICY, {"REF_NOT_FOUND"}, "main"),
    "speaks the old protocol, with files elsewhere": (
        hostile.old_protocol_with_alternates,
        POLICY,
        {"UNREACHABLE", "REF_NOT_FOUND"},
        "main",
    ),
}
LONG_SERVERS = {
    "gives a byte now and then",
    "lists names without an end",
    "sends a gzip bomb",
}  # tests/adp/source has them short


def _zip_bomb() -> bytes:
    with io.BytesIO() as whole:
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
            for name in ("../../etc/cron.d/x", "/etc/passwd", *(f"{n}" for n in range(20))):
                packed.writestr(name, bytes(1 << 20))
        return whole.getvalue()


def _tar_slip() -> bytes:
    with io.BytesIO() as whole:
        with tarfile.open(fileobj=whole, mode="w:gz") as packed:
            for name, link in (("a", "/etc"), ("a/passwd", ""), ("../x", ""), ("/x", "")):
                entry = tarfile.TarInfo(name)
                entry.type, entry.linkname = (tarfile.SYMTYPE, link) if link else (tarfile.REGTYPE, "")
                packed.addfile(entry)
        return whole.getvalue()


def bare_inside(folder: Path) -> None:
    """A repository in the repository, whose configuration runs a command."""
    commit_files(
        folder,
        {
            "b/HEAD": "ref: refs/heads/main\n",
            "b/config": f'[core]\n\tbare = false\n\tworktree = ..\n\tfsmonitor = "touch {folder}/../owned"\n\tpager = "touch {folder}/../owned"\n',
            "b/objects/keep": "",
            "b/refs/keep": "",
            "b/hooks/post-checkout": f"#!/bin/sh\ntouch {folder}/../owned\n",
        },
    )


INERT: dict[str, Files] = {
    "a zip bomb": {"data.zip": _zip_bomb()},
    "a tar that writes elsewhere": {"data.tar.gz": _tar_slip()},
    "attributes that change bytes": {
        ".gitattributes": "* text eol=crlf ident filter=evil diff=evil merge=evil export-subst\n*.txt export-ignore \n*.dat working-tree-encoding=UTF-16\n",
        "a.txt": "$Id$ $Format:%H$\nline\n",
    },
    "attributes that hide a file": {".gitattributes": "secret.py export-ignore\n", "secret.py": "hidden = True\n"},
    "settings of LFS that point elsewhere": {".lfsconfig": "[lfs]\n\turl = http://127.0.0.1:1/\n"},
    "hooks and settings of many tools": {
        ".pre-commit-config.yaml": "repos: []\n", "setup.py": "raise SystemExit('run')\n", "conftest.py": "raise SystemExit\n", "sitecustomize.py": "raise SystemExit\n", ".envrc": "touch owned\n", "Makefile": "all:\n\ttouch owned\n",
    },
}  # fmt: skip

CASES = (
    *(Case(f"address: {n}", f"submits an address that is {n}", Door.FETCH, POLICY, url, "URL_REFUSED") for n, url in URLS.items()),
    *(Case(f"name: {n}", f"submits a name that leads to {n}", Door.FETCH, POLICY, a, "UNREACHABLE" if n == "no address" else "URL_REFUSED") for n, a in ADDRESSES.items()),
    *(Case(f"ref: {n}", f"submits a ref that is {n}", Door.FETCH, POLICY, ref, "REF_REFUSED") for n, ref in REFS.items()),
    *(Case(f"server: {n}", f"serves: {n}", Door.FETCH, reason, (answer, codes, ref), long=n in LONG_SERVERS) for n, (answer, reason, codes, ref) in SERVERS.items()),
    *(Case(f"tree: {n}", f"commits {n}", Door.FETCH, POLICY, row) for n, row in TREES.items()),
    *(Case(f"inert: {n}", f"commits {n}", Door.FETCH, HARMLESS, files) for n, files in INERT.items()),
)  # fmt: skip


def kind(name: str) -> tuple[Case, ...]:
    return tuple(c for c in CASES if c.name.startswith(f"{name}: "))
