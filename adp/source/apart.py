"""The fetcher as a process of its own: network, but no secrets, no environment, no rights, and little time."""

import functools
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import adp
from adp.errors import PlatformError
from adp.finding import Reason
from adp.source import bounded
from adp.source.git import SYSTEM_PATH, program
from adp.source.inspection import Inspection, from_answer
from adp.source.limits import MIB
from adp.source.policy import PUBLIC, Policy
from adp.source.refuse import refused, shown

FETCHER_UID = 19_999  # below the slots of jobs and the compiler of packages: nobody shares it, nobody signals it
WALL_SECONDS = 60.0
PROBE_SECONDS = 20.0
MOST_OUTPUT = 2 * MIB
MEMORY = 1536 * MIB
LARGEST = 128 * MIB
OWN_ACCOUNT = (
    f"the fetcher ran under the service's own account: {sys.executable} cannot be started by uid {FETCHER_UID} "
    "(install Python and the site where other users can read them)"
)


def inspect_apart(url: str, ref: str, policy: Policy = PUBLIC) -> Inspection:
    """`look` in a process that is killed after a minute. Raises what `look` raises; as root it runs unprivileged."""
    request = json.dumps({"url": url, "ref": ref, "policy": policy.to_json()}).encode() + b"\n"
    is_root = os.geteuid() == 0
    is_dropped = is_root and can_drop()
    with tempfile.TemporaryDirectory(prefix="adp-inspect-") as work:
        if is_dropped:
            os.chown(work, FETCHER_UID, FETCHER_UID)
        ended = run(["-m", "adp.source.inspect"], Path(work), WALL_SECONDS, request, is_dropped=is_dropped)
    found = from_answer(_parsed(ended))
    return found.noting(OWN_ACCOUNT) if is_root and not is_dropped else found


@functools.cache
def can_drop() -> bool:
    """Can the unprivileged account start this Python and import us? Found out by trying, once."""
    with tempfile.TemporaryDirectory(prefix="adp-probe-") as work:
        os.chown(work, FETCHER_UID, FETCHER_UID)
        return run(["-c", "import adp.source.inspect"], Path(work), PROBE_SECONDS, b"", is_dropped=True).is_good


def run(
    arguments: list[str], work: Path, seconds: float, given: bytes, *, is_dropped: bool, largest: int = LARGEST
) -> bounded.Ended:
    """This Python with `arguments`, in `work`, as nobody where `is_dropped`; `largest` bytes of one file at most."""
    identity = [f"--reuid={FETCHER_UID}", f"--regid={FETCHER_UID}", "--clear-groups", "--bounding-set=-all"]
    command = [
        *(program("prlimit"), f"--as={MEMORY}", f"--fsize={largest}", f"--cpu={int(seconds)}", "--core=0"),
        *("--nofile=256:256", "--"),
        *(program("setpriv"), *(identity if is_dropped else []), "--no-new-privs", "--pdeathsig=KILL", "--"),
        *(sys.executable, "-s", "-P", *arguments),
    ]
    place = str(work)
    environment = {
        "PATH": f"{Path(program('git')).parent}:{SYSTEM_PATH}",
        "HOME": place,
        "TMPDIR": place,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(adp.__file__).parents[1]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
    }
    ends_at = time.monotonic() + seconds
    return bounded.run(command, environment=environment, cwd=work, ends_at=ends_at, most=MOST_OUTPUT, given=given)


def _parsed(ended: bounded.Ended) -> object:
    if ended.cause:
        raise refused(
            "FETCH_LIMIT",
            "looking at the repository took too long" if ended.cause == "time" else "the manifest's texts are too long",
            "Try again later; keep the repository small and give large data as url in [[data]].",
            reason=Reason.BUILD_LIMIT,
        )
    if ended.status:
        raise PlatformError(
            f"the fetcher ended with {ended.status}: {shown(ended.error[-300:])}", hint="Tell the operator."
        )
    try:
        return json.loads(ended.output)
    except (ValueError, RecursionError) as error:
        raise PlatformError("the fetcher gave no readable answer", hint="Tell the operator.") from error
