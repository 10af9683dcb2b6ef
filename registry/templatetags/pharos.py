"""What every template may load: `{% load pharos %}`. Filters say values, tags draw the small components."""

from typing import Any

from django import template
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

import adp
from adp.comparison.words import numbers, text
from registry.ledger.access import can
from registry.web.present import evidence, prose, times, wording

register = template.Library()

register.filter("number", numbers.number)
register.filter("short", numbers.short)
register.filter("size", numbers.size)
register.filter("seconds", numbers.seconds)
register.filter("ago", times.ago)
register.filter("day", times.day)
register.filter("clock", times.clock)
register.filter("visible", text.visible)
register.filter("logtext", text.log)
register.filter("place", text.place)
register.filter("evidence", evidence.sort)
register.filter("commonmark", prose.render)


@register.filter
def digest(value: Any) -> SafeString:
    """`b41f…09d2`, whole in the title."""
    return format_html('<code title="{}">{}</code>', value or "", text.digest(value))


@register.filter
def commit(value: Any) -> SafeString:
    return format_html('<code title="{}">{}</code>', value or "", str(value or "")[:7])


@register.filter
def called(person: Any) -> str:
    """The name a person goes by, else the handle."""
    return text.visible(getattr(person, "name", "") or person)


@register.filter
def lampword(value: Any) -> str:
    return wording.lamp(value)[1]


@register.inclusion_tag("components/status.html")
def status(of: Any, word: str = "", plain: bool = False) -> dict[str, Any]:
    kind, usual = wording.lamp(of)
    return {"kind": kind, "word": word or usual, "plain": plain}


@register.inclusion_tag("components/status.html")
def severity(of: Any) -> dict[str, Any]:
    kind, word = wording.severity(of)
    return {"kind": kind, "word": word, "plain": True}


@register.inclusion_tag("components/tier.html")
def tier(value: Any) -> dict[str, Any]:
    name = wording.tier(value)
    lit = {"0": 4, "1": 3, "2": 2, "N": 1}.get(name, 0)
    return {"tier": name, "lit": ["on"] * lit + ["off"] * (4 - lit) if lit else []}


@register.simple_block_tag
def verdict(content: str, of: Any, word: str = "", say: str = "", heading: int = 0) -> str:
    known = {"of": of, "kind": wording.verdict_class(of), "word": word, "say": say, "heading": heading}
    return get_template("components/verdict.html").render({**known, "content": content})


@register.inclusion_tag("components/door.html", takes_context=True)
def door(context: Context, name: str, subject: Any, label: str, address: str, main: bool = False) -> dict[str, Any]:
    answer = can(context["user"], name, subject)
    token = context.get("csrf_token")
    known = {"ok": answer.ok, "why": answer.why, "label": label, "address": address, "main": main}
    return {**known, "csrf_token": token}


@register.simple_tag(takes_context=True)
def may(context: Context, name: str, subject: Any) -> Any:
    """Whether the reader may, with the reason when not: `{% may "run.cancel" run as allowed %}`."""
    return can(context["user"], name, subject)


@register.simple_tag(takes_context=True)
def here(context: Context, target: str, *args: Any) -> SafeString | str:
    """` aria-current="page"` on the link whose page, or whose part of the site, is open."""
    request = context.get("request")
    address = target if target.startswith("/") else reverse(target, args=args)
    if request is None or not request.path.startswith(address):
        return ""
    return format_html(' aria-current="{}"', "page" if request.path == address else "true")


@register.simple_tag
def pharos_version() -> str:
    """Of this clone's code: a server runs from a clone and has no package's metadata."""
    return adp.__version__
