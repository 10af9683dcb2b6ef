"""What the soak does and asks as the registry itself, each in a process of its own: `python -m tests.soak.book DEED`.

fill N URL COMMIT TREE   N versions come in by the door
tell                     {"runs", "passed", "attempts", "faults", "wrong": [sentences]}
"""

import json
import sys
from collections import Counter
from typing import Any

import django

ENDED = ("finished", "quarantined", "cancelled")


def fill(many: str, url: str, commit: str, tree: str) -> dict[str, Any]:
    from django.db import transaction  # noqa: PLC0415 - after setup

    from registry.ledger.record import record  # noqa: PLC0415 - likewise
    from tests.factories.people import PersonFactory  # noqa: PLC0415 - likewise
    from tests.factories.runners import a_version  # noqa: PLC0415 - likewise

    people = [PersonFactory(username=f"author-{n}") for n in range(5)]
    for n in range(int(many)):
        with transaction.atomic():
            made = a_version(people[n % len(people)], url=url, ref="v1.0.0", commit=commit, tree=tree)
            record("version.submit", made, actor=made.submitted_by, after=made.state)
    return {"versions": int(many)}


def tell() -> dict[str, Any]:
    from registry.invariants import check_all  # noqa: PLC0415 - likewise
    from registry.models import Validation, Version  # noqa: PLC0415 - likewise
    from runners.models import Run  # noqa: PLC0415 - likewise

    runs = list(Run.objects.all())
    of, judged = Counter(run.version_id for run in runs), Counter(Validation.objects.values_list("version", flat=True))
    wrong = check_all()
    for version in Version.objects.all():
        if (of[version.pk], judged[version.pk]) != (1, 1):
            wrong.append(f"{version} has {of[version.pk]} runs and {judged[version.pk]} validations")
    wrong += [f"{run} ended {run.state} {run.verdict}: {run.why}" for run in runs if run.verdict != "passed"]
    sums = {name: sum(getattr(run, name) for run in runs) for name in ("attempt", "faults")}
    passed = sum(run.verdict == "passed" for run in runs)
    return {"runs": len(runs), "passed": passed, "attempts": sums["attempt"], "faults": sums["faults"], "wrong": wrong}


def main() -> None:
    django.setup()
    deed, *given = sys.argv[1:]
    sys.stdout.write("\n" + json.dumps({"fill": fill, "tell": tell}[deed](*given)) + "\n")


if __name__ == "__main__":
    main()
