"""What is counted by looking, where no control group counts."""

import subprocess

from adp.sandbox.processes import processor_time, resident

SHORT_LIVED = "while :; do /bin/true & /bin/true; done"


def test_processes_that_end_while_they_are_counted_do_no_harm() -> None:
    with subprocess.Popen(["/bin/sh", "-c", SHORT_LIVED]) as storm:
        try:
            counted = [resident(storm.pid) + processor_time(storm.pid) for _ in range(2000)]
        finally:
            storm.kill()
    assert min(counted) > 0
