"""Where this machine's packages come from: uv reads no configuration of pip's, so what pip is told is handed on."""

import configparser
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILES = ("/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf")
HANDED_ON = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX"}


@dataclass(frozen=True, slots=True)
class Indexes:
    """Addresses by rank; no `default` means the public index."""

    default: tuple[str, ...]
    extra: tuple[str, ...]


def told(environ: Mapping[str, str] = os.environ, files: tuple[str, ...] = FILES) -> Indexes:
    """The same indexes as `settings` gives uv, for who asks them without uv."""
    known = {**environ, **settings(environ, files)}
    return Indexes(*(tuple(known.get(HANDED_ON[key], "").split()) for key in ("index-url", "extra-index-url")))


def settings(environ: Mapping[str, str] = os.environ, files: tuple[str, ...] = FILES) -> dict[str, str]:
    """Variables for uv: indexes as pip knows them (its environment before its files, later files before earlier ones;
    network addresses only), and the system's certificates, among which an institute keeps its own."""
    told = _from_files(files)
    told |= {key: environ[name] for key in HANDED_ON if (name := f"PIP_{key.replace('-', '_').upper()}") in environ}
    found = {"UV_SYSTEM_CERTS": "true"}
    for key, name in HANDED_ON.items():
        addresses = [word for word in told.get(key, "").split() if word.startswith(("https://", "http://"))]
        if addresses and name not in environ:
            found[name] = " ".join(addresses)
    return found


def _from_files(files: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in files:
        parser = configparser.RawConfigParser()
        try:
            parser.read(Path(file).expanduser(), "utf-8")
        except (configparser.Error, UnicodeDecodeError, RuntimeError):
            continue  # pip itself will say that its file is wrong; here it only means: nothing to hand on
        if parser.has_section("global"):
            found |= {k: v for k, v in parser.items("global") if k in HANDED_ON}
    return found
