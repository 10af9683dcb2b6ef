"""Times in UTC: near ones by their distance, far ones by their date, always as `<time>`."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString

NEAR = timedelta(days=1)
STEPS = ((3600, "h"), (60, "min"), (1, "s"))


def moment(value: Any) -> datetime | None:
    """What a row or a report calls a time, in UTC; None when it is none."""
    if isinstance(value, str):
        try:
            value = parse_datetime(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def ago(value: Any, now: datetime | None = None) -> SafeString | str:
    """Under a day relative with the absolute in the title, then the date."""
    at = moment(value)
    if at is None:
        return ""
    passed = (now or timezone.now()) - at
    if abs(passed) >= NEAR:
        return day(at)
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), _full(at), _distance(passed))


def day(value: Any) -> SafeString | str:
    at = moment(value)
    if at is not None:
        return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), _full(at), _date(at))
    if isinstance(value, date):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), _date(value))
    return ""


def clock(value: Any) -> SafeString | str:
    """To the second: when a run started, in a log, in a record."""
    at = moment(value)
    return "" if at is None else format_html('<time datetime="{}">{}</time>', at.isoformat(), _full(at))


def _distance(passed: timedelta) -> str:
    total = int(abs(passed).total_seconds())
    for length, unit in STEPS:
        if total >= length:
            text = f"{total // length}\u00a0{unit}"
            return f"{text} ago" if passed > timedelta(0) else f"in {text}"
    return "just now"


def _date(value: date) -> str:
    return f"{value.day}\u00a0{value:%b}\u00a0{value.year}"


def _full(at: datetime) -> str:
    return f"{_date(at)} {at:%H:%M:%S} UTC"
