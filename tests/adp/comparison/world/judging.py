"""A comparison of two files with these coordinate descriptions, and what is read off it."""

from astropy.io import fits

from adp.comparison.compare import compare
from adp.comparison.spec.reader import parse
from tests.adp.comparison.world.skies import SIZE, image


def outcome(tmp_path, product, reference, spec=None, sizes=SIZE, more=()):
    for name, cards in (("p", product), ("r", reference)):
        extensions = [cards if isinstance(cards, fits.ImageHDU) else image(cards, sizes), *more]
        fits.HDUList([fits.PrimaryHDU(), *extensions]).writeto(tmp_path / f"{name}.fits", overwrite=True)
    return compare(tmp_path / "r.fits", tmp_path / "p.fits", parse(spec or {}))


def errors(found):
    return sorted(f.code for f in found.findings if f.is_error)


def wcs_rule(found):
    return next(r for r in found.rules if " wcs" in r.scope)
