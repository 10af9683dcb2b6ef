"""What Celery may be used for: short tasks that may be done twice, told by a number, on either broker."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from config.broker import SECONDS, transport_options
from config.celery import app

ROOT = Path(__file__).resolve().parents[2]
OURS = ("adp", "config", "registry", "reviews", "runners")
CANVAS = {"chain", "chord", "chunks", "group", "signature", "subtask", "xmap", "starmap"}


def files():
    return [path for room in OURS for path in (ROOT / room).rglob("*.py")]


def test_no_task_waits_for_another():
    """Chords and chains keep state in the broker, and lose it with the broker."""
    found = []
    for path in files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("celery"):
                found += [f"{path}: {name.name}" for name in node.names if name.name in CANVAS]
            if isinstance(node, ast.Attribute) and node.attr in {"apply_async", "delay", "s", "si"}:
                found += [f"{path}: .{node.attr}"] if path.name != "post.py" else []
    assert not found


def test_no_task_is_sent_to_a_later_time():
    """Redis loses and doubles what has an eta; a row with a time and a round of beat do not."""
    assert not [path for path in files() if "countdown=" in path.read_text("utf-8")]


def test_tasks_are_acknowledged_when_done_and_never_come_back_for_having_killed_their_worker():
    assert settings.CELERY_TASK_ACKS_LATE
    assert not settings.CELERY_TASK_REJECT_ON_WORKER_LOST
    assert settings.CELERY_WORKER_PREFETCH_MULTIPLIER == 1
    assert settings.CELERY_TASK_IGNORE_RESULT
    assert settings.CELERY_ACCEPT_CONTENT == ["json"]
    assert not app.conf.result_backend


def test_what_beat_rings_exists():
    app.loader.import_default_modules()
    assert {row["task"] for row in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


@pytest.mark.parametrize("url", ["redis://h/0", "rediss://h/0", "amqp://h//", "amqps://h//"])
def test_no_send_lasts_longer_than_a_request_may(url):
    options = transport_options(url)
    assert options["max_retries"] == 1
    assert max(v for k, v in options.items() if k.endswith("timeout") and k != "visibility_timeout") <= 2 * SECONDS


def test_redis_keeps_a_task_longer_than_any_may_last():
    assert transport_options("redis://h/0")["visibility_timeout"] >= 2 * settings.CELERY_TASK_TIME_LIMIT
