"""The settings as the environment makes them: embedded without a word, production only when all is said."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import database, number, secret_key, switch, words

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PHAROS_PRODUCTION": "1",
    "SECRET_KEY": "a-long-secret-of-production-" + "0123456789abcdefXYZ" * 3,
    "ALLOWED_HOSTS": "pharos.example.org",
    "PHAROS_SITE": "https://pharos.example.org",
    "DATABASE_URL": "postgres://pharos:p%40ss@db.example.org:5433/book?sslmode=require",
    "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
}


def manage(tmp_path, *arguments, **variables):
    environment = {"PATH": os.environ["PATH"], "PHAROS_VAR": str(tmp_path / "var"), "HOME": str(tmp_path)}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_needs_to_be_said_on_a_laptop(tmp_path):
    done = manage(tmp_path, "check")
    assert done.returncode == 0, done.stderr
    kept = tmp_path / "var" / "secret-key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_production_passes_djangos_own_checks(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stdout + done.stderr


LACKS = {
    "SECRET_KEY": "set SECRET_KEY",
    "DATABASE_URL": "pharos.W002",
    "CELERY_BROKER_URL": "pharos.W003",
    "PHAROS_SITE": "pharos.W004",
    "ALLOWED_HOSTS": "security.W020",
}


@pytest.mark.parametrize("missing", LACKS)
def test_production_lacks_nothing_silently(tmp_path, missing):
    variables = {k: v for k, v in PRODUCTION.items() if k != missing}
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **variables)
    assert done.returncode != 0
    assert LACKS[missing] in done.stderr


def test_the_secret_makes_itself_once(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = secret_key(tmp_path, production=False)
    assert len(first) >= 50
    assert secret_key(tmp_path, production=False) == first
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        secret_key(tmp_path, production=True)


def test_a_database_address_is_taken_apart(tmp_path):
    found = database(PRODUCTION["DATABASE_URL"], tmp_path)
    assert (found["HOST"], found["PORT"], found["NAME"], found["USER"]) == ("db.example.org", "5433", "book", "pharos")
    assert found["PASSWORD"] == "p@ss"
    assert found["OPTIONS"]["sslmode"] == "require"


def test_another_kind_of_database_is_refused(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="postgres"):
        database("mysql://x/y", tmp_path)


def test_sqlite_takes_its_lock_when_a_write_begins(tmp_path):
    assert database("", tmp_path)["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(("value", "truth"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_a_switch_is_on_or_off(monkeypatch, value, truth):
    monkeypatch.setenv("A_SWITCH", value)
    assert switch("A_SWITCH") is truth


def test_what_makes_no_sense_is_refused(monkeypatch):
    monkeypatch.setenv("A_SWITCH", "perhaps")
    monkeypatch.setenv("A_NUMBER", "many")
    with pytest.raises(ImproperlyConfigured):
        switch("A_SWITCH")
    with pytest.raises(ImproperlyConfigured):
        number("A_NUMBER", 1)


def test_words_are_separated_by_commas_or_spaces(monkeypatch):
    monkeypatch.setenv("SOME_WORDS", "a, b c,,")
    assert words("SOME_WORDS") == ["a", "b", "c"]


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize("address", ["/healthz", "/api/v1/products/", "/no-such-page"])
def test_every_answer_carries_the_headers(db, client, address):
    answer = client.get(address)
    assert {name: answer[name] for name in HEADERS} == HEADERS
    policy = answer["Content-Security-Policy"]
    for part in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert "camera=()" in answer["Permissions-Policy"]
    assert len(answer["X-Request-Id"]) == 32


def test_alive_and_ready(db, client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok", "database": "ok", "files": "ok"}


def test_not_ready_says_what_is_wrong(db, client, settings, tmp_path):
    (tmp_path / "a-file").touch()
    settings.PHAROS_FILES = tmp_path / "a-file"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["files"]) == (503, "not writable")


def test_production_logs_are_json_and_carry_no_raw_control_characters(tmp_path):
    code = "import structlog; import django; django.setup(); structlog.get_logger('x').info('hi', bad='\\x1b[31m\\n')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PHAROS_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
        | PRODUCTION,
        capture_output=True,
        text=True,
        check=True,
    )
    line = json.loads(done.stdout)
    assert (line["event"], line["bad"]) == ("hi", "\x1b[31m\n")
    assert "\x1b" not in done.stdout
