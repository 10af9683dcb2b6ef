"""A comparison with its pictures: of one pair of files, or of the files of two folders, those that differ first."""

from dataclasses import replace
from pathlib import Path

from adp.comparison.pictures.draw import draw
from adp.comparison.result import AGREES, Comparison
from adp.comparison.spec.terms import Spec

MOST_FILES = 40  # of a folder that have pictures


def illustrated(found: Comparison, reference: Path, product: Path, spec: Spec, *, svg: bool = False) -> Comparison:
    """`found`, which is the outcome for these two paths by `spec`, with pictures and notes; nothing else in it changes.
    Never raises for what the files hold."""
    if not found.comparisons:
        drawn = draw(reference, product, spec, svg=svg)
        return replace(found, pictures=drawn.pictures, notes=(*found.notes, *drawn.notes))
    names = sorted(found.comparisons, key=lambda n: found.comparisons[n].verdict == AGREES)
    both = dict(found.comparisons)
    for name in names[:MOST_FILES]:
        both[name] = illustrated(both[name], reference / name, product / name, spec, svg=svg)
    left = len(names) - MOST_FILES
    notes = (f"{left} more files have no pictures",) if left > 0 else ()
    return replace(found, comparisons=both, notes=(*found.notes, *notes))
