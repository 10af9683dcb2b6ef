"""How the references in data/ were made from SExtractor's own output: python tools/reference.py

Catalogue: SExtractor counts pixels from 1, we from 0; its rows come in the order of detection, ours by y, then x.
Maps: the pixels as they are; the header of the frame, which SExtractor copies and no FITS standard of today accepts,
stays behind.
"""

import warnings

import numpy as np
from astropy import units as u
from astropy.io import fits
from astropy.table import Table

COLUMNS = {"x": 1, "y": 2, "a": 11, "flux_aper": 12, "flux_auto": 15, "fluxerr_aper": 13, "fluxerr_auto": 16}

rows = np.loadtxt("data/image.cat")
rows = rows[np.lexsort((rows[:, COLUMNS["x"]], rows[:, COLUMNS["y"]]))]
table = Table()
table["number"] = np.arange(1, len(rows) + 1, dtype=np.int32)
for name, column in COLUMNS.items():
    table[name] = np.round(rows[:, column] - (1 if name in {"x", "y"} else 0), 10)
    table[name].unit = u.ct if name.startswith("flux") else u.pix
table.meta["origin"] = "data/image.cat, SExtractor, without change but for order and pixel origin"
table.write("data/sextractor.ecsv", format="ascii.ecsv", overwrite=True)

for name in ("back", "rms"):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pixels = fits.getdata(f"data/{name}.fits")
    hdu = fits.PrimaryHDU(pixels)
    hdu.header["BUNIT"] = "ct"
    hdu.writeto(f"data/sextractor_{name}.fits", overwrite=True)
