"""The hand that writes into the book of a site under test, from a process of its own: one word on standard input, one
deed. Says the id of a public run that a node holds; `say TEXT` adds a line to its log, `end` ends it."""

import sys

import django

django.setup()

from registry.lifecycle import State as VersionState  # noqa: E402 - Django comes first
from registry.models import Version  # noqa: E402 - likewise
from runners.actions.finish import finish  # noqa: E402 - likewise
from runners.actions.tell import append_log  # noqa: E402 - likewise
from tests.factories.runners import a_claim, a_report  # noqa: E402 - likewise


def main() -> None:
    taken = a_claim()
    Version.objects.filter(pk=taken.run.version_id).update(
        state=VersionState.PUBLISHED, published_at=taken.run.queued_at
    )
    print(f"hand: {taken.run.pk}", flush=True)  # noqa: T201 - its word
    n = 0
    for line in sys.stdin:
        deed, _, text = line.rstrip("\n").partition(" ")
        if deed == "say":
            n = append_log(run_id=taken.run.pk, token=taken.token, n=n, text=f"{text}\n")
        else:
            Version.objects.filter(pk=taken.run.version_id).update(state=VersionState.CHECKING)
            taken.run.version.refresh_from_db()
            finish(run_id=taken.run.pk, token=taken.token, report=a_report(taken.run))
            Version.objects.filter(pk=taken.run.version_id).update(
                state=VersionState.PUBLISHED, published_at=taken.run.queued_at
            )
        print("hand: done", flush=True)  # noqa: T201 - likewise


main()
