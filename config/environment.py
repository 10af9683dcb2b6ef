"""How the settings read the environment: words, lists, a database address, a secret that makes itself."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def switch(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return value in {"1", "true", "yes", "on"} if value else default
    raise ImproperlyConfigured(f"{name}={value} is neither 1 nor 0")


def words(name: str, default: str = "") -> list[str]:
    return [word for word in os.environ.get(name, default).replace(",", " ").split() if word]


def number(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip()
    try:
        return int(value) if value else default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value} is not a whole number") from error


def database(url: str, folder: Path) -> dict[str, Any]:
    """SQLite in `folder`, or what `postgres://user:password@host:port/name?sslmode=…` says."""
    if not url:
        return sqlite(folder / "book.sqlite3")
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// (or be empty for SQLite)")
    limits = "-c statement_timeout=15000 -c lock_timeout=4000 -c idle_in_transaction_session_timeout=60000"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": limits, **dict(parse_qsl(parts.query))},
    }


def sqlite(path: Path | str) -> dict[str, Any]:
    """A write begins by taking the write lock: without it two readers who both want to write end in an error."""
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
    }


def secret_key(var: Path, *, production: bool) -> str:
    """From SECRET_KEY; embedded without one, made on first use and kept where only this account can read it."""
    given = os.environ.get("SECRET_KEY", "")
    if given:
        return given
    if production:
        raise ImproperlyConfigured("set SECRET_KEY to at least 50 random characters; production makes none by itself")
    kept = var / "secret-key"
    try:
        return kept.read_text("ascii").strip()
    except FileNotFoundError:
        return _keep(kept, secrets.token_urlsafe(48))


def _keep(path: Path, key: str) -> str:
    """Whoever comes second takes what the first one wrote."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    try:
        os.link(written, path)
    except FileExistsError:
        return path.read_text("ascii").strip()
    finally:
        written.unlink()
    return key
