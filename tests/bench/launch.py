"""Start one command, wait, and say in a last line how it ended, how long it took, and how large it grew.

It stands between because the peak a system tells of a child begins with the size of whoever started it."""

import json
import os
import sys
import time


def main(argv: list[str]) -> None:
    began = time.perf_counter()
    child = os.posix_spawnp(argv[0], argv, os.environ)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - began
    used = {"cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss << 10}
    told = {"status": os.waitstatus_to_exitcode(status), "seconds": seconds, **used}
    sys.stdout.write(f"\n{json.dumps(told)}\n")


main(sys.argv[1:])
