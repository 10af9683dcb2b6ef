"""One comparison in a process of its own, by `adp` or by astropy's FITSDiff; prints its seconds and CPU seconds."""

import sys
import time
from collections.abc import Callable
from pathlib import Path


def _adp(reference: str, product: str, rel: float) -> Callable[[], bool]:
    from adp.comparison.compare import compare  # noqa: PLC0415 - only one of the two is measured
    from adp.comparison.spec.reader import parse  # noqa: PLC0415 - likewise

    spec = parse({"data": {"rel": rel}} if rel else {})
    return lambda: compare(Path(reference), Path(product), spec).verdict == "agrees"


def _fitsdiff(reference: str, product: str, rel: float) -> Callable[[], bool]:
    from astropy.io.fits import FITSDiff  # noqa: PLC0415 - only one of the two is measured

    return lambda: bool(FITSDiff(reference, product, rtol=rel, atol=0.0).identical)


def main(by: str, reference: str, product: str, rel: str) -> int:
    work = {"adp": _adp, "fitsdiff": _fitsdiff}[by](reference, product, float(rel))
    began, cpu = time.perf_counter(), time.process_time()
    agrees = work()
    sys.stdout.write(f"{time.perf_counter() - began} {time.process_time() - cpu}\n")
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
