"""One vocabulary of states, verdicts and severities: which lamp it lights and what it is called, on every page."""

from typing import Any

# A lamp is a shape and a colour of pharos.css: pass fail unsure wait run note gone.
LAMPS: dict[str, tuple[str, str]] = {
    # versions
    "submitted": ("wait", "submitted"),
    "checking": ("run", "being checked"),
    "failed": ("fail", "failed"),
    "stalled": ("unsure", "could not be checked"),
    "checked": ("pass", "checks passed"),
    "in_review": ("wait", "in review"),
    "revise": ("note", "revision asked for"),
    "accepted": ("pass", "accepted"),
    "published": ("pass", "published"),
    "superseded": ("gone", "superseded"),
    "rejected": ("fail", "rejected"),
    "withdrawn": ("gone", "withdrawn"),
    # runs
    "queued": ("wait", "waiting"),
    "leased": ("run", "claimed by a node"),
    "fetching": ("run", "fetching the source"),
    "building": ("run", "building the environment"),
    "running": ("run", "running"),
    "collecting": ("run", "collecting products"),
    "comparing": ("run", "comparing"),
    "cancelling": ("note", "being stopped"),
    "finished": ("pass", "finished"),
    "lost": ("unsure", "lost by its node"),
    "quarantined": ("unsure", "could not be checked"),
    "cancelled": ("gone", "cancelled"),
    # verdicts of reports, stages, rules
    "passed": ("pass", "passed"),
    "error": ("unsure", "could not be checked"),
    "skipped": ("gone", "skipped"),
    "waiting": ("wait", "waiting"),
    "agrees": ("pass", "agrees"),
    "differs": ("fail", "differs"),
    "pass": ("pass", "agrees"),
    "fail": ("fail", "differs"),
    "not applicable": ("gone", "not applicable"),
    # rounds and assignments
    "open": ("wait", "open"),
    "inviting": ("wait", "reviewers are sought"),
    "reviewing": ("run", "being reviewed"),
    "deciding": ("wait", "waits for the editor"),
    "decided": ("pass", "decided"),
    "filed": ("wait", "waits for a ruling"),
    "upheld": ("note", "upheld"),
    "dismissed": ("gone", "dismissed"),
    "invited": ("wait", "invited"),
    "agreed": ("run", "under way"),
    "reported": ("pass", "reported"),
    "declined": ("gone", "declined"),
    "expired": ("gone", "expired"),
    "accept": ("pass", "accept"),
    "minor": ("note", "minor changes"),
    "major": ("note", "major changes"),
    "reject": ("fail", "reject"),
    # how a version holds, and a run at another centre
    "green": ("pass", "holds"),
    "amber": ("note", "needs attention"),
    "red": ("fail", "no longer passes"),
    "unknown": ("wait", "not known"),
    "bit-identical": ("pass", "bit-identical"),
    "within tolerance": ("pass", "within tolerance"),
    # nodes
    "ready": ("pass", "ready"),
    "busy": ("run", "running"),
    "silent": ("unsure", "silent"),
    "retired": ("gone", "retired"),
    "draining": ("note", "draining"),
    "never": ("wait", "not heard of yet"),
    # a criterion of a tier
    "met": ("pass", "met"),
    "missing": ("wait", "missing"),
}
SEVERITIES = {"error": ("fail", "error"), "warning": ("note", "warning"), "info": ("note", "note")}
VERDICTS = {"wait": "", "note": "", "gone": "gone"}

TIERS = {"0": "observatory", "1": "centre", "2": "reviewed", "N": "community"}
EVIDENCE = {
    "independent": "independent result",
    "simulation-truth": "simulation truth",
    "regression": "its own past only",
    "relation": "what the step promised",
    "agree": "a second run",
}


def lamp(value: Any) -> tuple[str, str]:
    """(kind, word). A word nobody registered is shown as it is, unlit: a new state must not break a page."""
    text = str(getattr(value, "value", value))
    return LAMPS.get(text, ("wait", text.replace("_", " ")))


def severity(value: Any) -> tuple[str, str]:
    return SEVERITIES[str(getattr(value, "value", value))]


def verdict_class(value: Any) -> str:
    """The colour of the rule at the left of a verdict block."""
    kind, _word = lamp(value)
    return VERDICTS.get(kind, kind)


def tier(value: Any) -> str:
    """ "0", "1", "2", "N", or "" for no tier."""
    text = "" if value is None else str(value).upper()
    return text if text in TIERS else ""
