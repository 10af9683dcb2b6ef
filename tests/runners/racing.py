"""Many threads claim, finish and reap the same runs at once; run as a script it brings a SQLite file of its own.

The result is {"claims": how many claims were won, "runs", "doubled": runs won more than once at the same attempt,
"finished", "errors"}.
"""

import json
import sys
import threading
from collections import Counter
from typing import Any

THREADS, RUNS = 4, 8


def race() -> dict[str, Any]:
    from tests.factories.runners import a_node, a_run  # noqa: PLC0415 - the script sets Django up first

    node, _ = a_node("racer")
    for _ in range(RUNS):
        a_run()
    won: Counter[tuple[str, int]] = Counter()
    finished: list[bool] = []
    errors: list[str] = []
    barrier = threading.Barrier(THREADS)
    threads = [threading.Thread(target=_racer, args=(node, barrier, won, finished, errors)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    doubled = [run for (run, _attempt), times in won.items() if times > 1]
    return {"claims": won.total(), "runs": RUNS, "doubled": doubled, "finished": sum(finished), "errors": errors}


def _racer(node: Any, barrier: threading.Barrier, won: Any, finished: list[bool], errors: list[str]) -> None:
    from django.db import connection  # noqa: PLC0415 - likewise

    from runners.actions.claim import claim  # noqa: PLC0415 - likewise
    from runners.actions.reap import reap  # noqa: PLC0415 - likewise

    barrier.wait()
    try:
        while taken := claim(node=node):
            won[str(taken.run.pk), taken.run.attempt] += 1
            finished.append(_say_it_twice(taken))
            reap()
    except Exception as error:  # noqa: BLE001 - a thread's errors are the result of the race
        errors.append(repr(error))
    finally:
        connection.close()


def _say_it_twice(taken: Any) -> bool:
    """The same word said twice, as when an answer is lost: it is heard once, and both times answered alike."""
    from runners.actions.finish import finish  # noqa: PLC0415 - likewise
    from runners.models import Run  # noqa: PLC0415 - likewise
    from tests.factories.runners import a_report  # noqa: PLC0415 - likewise

    for _ in range(2):
        finish(run_id=taken.run.pk, token=taken.token, report=a_report(taken.run))
    return Run.objects.get(pk=taken.run.pk).verdict == "passed"


def main() -> None:
    import django  # noqa: PLC0415 - the environment comes first
    from django.core.management import call_command  # noqa: PLC0415 - likewise

    django.setup()
    call_command("migrate", verbosity=0)
    sys.stdout.write("\n" + json.dumps(race()) + "\n")


if __name__ == "__main__":
    main()
