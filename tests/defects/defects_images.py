"""Defects of images and cubes: values, places, types, axes."""
# ruff: noqa: E501 (one row of the table is one line)

from typing import Any

import numpy as np

from tests.defects.products import Image, Product, cube, frame
from tests.defects.rows import ARRAYS, IMAGES, Change, Random, Row, both, plain

FILL = (slice(None), slice(0, 3), slice(0, 2))  # the corner of the field that no exposure covers
NAN, INF = np.nan, np.inf
LOOSE = {"data": {"abs": 1e-3}}
SIGMA = {
    "data": {"sigma": {"max": 3, "variance": "STAT"}},
    "hdu": {n: {"data": {"exact": True}} for n in ("STAT", "FIELDMAP")},
}


def voxel(value: Any) -> Any:
    """One voxel, drawn, gets another value: a number, or made of the old one."""

    def deed(random: Random, base: Product) -> Change:
        data = base.parts[0].data.copy()
        at = tuple(int(random.integers(n)) for n in data.shape)
        data[at] = value(data[at]) if callable(value) else value
        place = {"hdu": base.parts[0].name, "pixel": [i + 1 for i in reversed(at)], "index": list(at)}
        return Change(base.with_image(base.parts[0].name, data), place)

    return deed


def whole(make: Any, name: str = "DATA") -> Any:
    """The whole image, made anew."""
    return plain(lambda base: base.with_image(name, make(base[name].data)))


def holed(value: float, product: Any) -> Any:
    """The reference has `value` where no exposure was taken, the product `product`."""

    def deed(base: Product) -> tuple[Product, Product]:
        made = []
        for filling in (value, product):
            data = base["DATA"].data.copy()
            data[FILL] = filling
            made.append(base.with_image("DATA", data))
        return made[0], made[1]

    return both(deed)


def as_double(make: Any) -> Any:
    """A reference in double precision with all its digits, and what becomes of it."""

    def deed(base: Product) -> tuple[Product, Product]:
        data = base["DATA"].data.astype("f8") * np.pi
        return base.with_image("DATA", data), base.with_image("DATA", make(data))

    return both(deed)


def square(make: Any) -> Any:
    def deed(base: Product) -> tuple[Product, Product]:
        data = base["SCI"].data[:, :48]
        return base.with_image("SCI", data), base.with_image("SCI", np.ascontiguousarray(make(data)))

    return both(deed)


def moved(*by: int, name: str = "DATA") -> Any:
    """Content moved along the axes, what comes in from outside is the far side: as after a wrong origin."""
    return whole(lambda d: np.roll(d, by, axis=tuple(range(d.ndim))), name)


def resampled(dx: float, dy: float) -> Any:
    """Moved by parts of a pixel, by linear interpolation."""

    def make(data: Any) -> Any:
        values = data.astype("f8")
        for axis, by in ((1, dx), (0, dy)):
            values = (1 - by) * values + by * np.roll(values, 1, axis)
        return values.astype("f4")

    def deed(base: Product) -> tuple[Product, Product]:
        smooth = base["SCI"].data.astype("f4")
        for axis in (0, 1) * 4:
            smooth = (np.roll(smooth, 1, axis) + 2 * smooth + np.roll(smooth, -1, axis)) / 4
        return base.with_image("SCI", smooth), base.with_image("SCI", make(smooth))

    return both(deed)


def unsigned(base: Product) -> tuple[Product, Product]:
    raw = (base["SCI"].data.astype("i4") + 32768).astype("u2")
    return base.with_image("SCI", raw), base.with_image("SCI", (raw.astype("i4") - 32768).astype("i2"))


def scaled(times: int) -> Any:
    """Counts to physical values by the frame's own BSCALE and BZERO: once in the reference, `times` in the product."""
    scale, zero = 2.92273835509, 3713.66692596

    def deed(base: Product) -> tuple[Product, Product]:
        raw = base["SCI"].data.astype("f8")
        reference = Image("SCI", raw * scale + zero, "adu", base["SCI"].cards, stored=(scale, zero, "i2"))
        values = raw
        for _ in range(times):
            values = values * scale + zero
        return base.with_part(reference), base.with_image("SCI", values.astype("f4"), stored=None)

    return both(deed)


def blanked(product: Any) -> Any:
    """A bad column is BLANK in the reference; the product has `product` there."""

    def deed(base: Product) -> tuple[Product, Product]:
        data = base["SCI"].data.copy()
        data[:, 20] = -32768
        reference = base.with_image("SCI", data, blank=-32768)
        other = data.copy()
        other[:, 20] = -32768 if product is None else product
        return reference, base.with_image("SCI", other, blank=None if product is None else -32768)

    return both(deed)


def reordered(data: Any) -> Any:
    return data[[1, 0, *range(2, len(data))]]


IMAGE_DEFECTS = (
    Row("a cosmic ray in one voxel", cube, voxel(lambda v: v + 500), ARRAYS, "VALUE"),
    Row("one voxel just outside the tolerance", cube, voxel(lambda v: v + 1.2e-3), IMAGES, "VALUE", LOOSE),
    Row("one voxel one bit off", cube, voxel(lambda v: np.nextafter(v, np.float32(INF))), ARRAYS, "VALUE"),
    Row("a NaN appears", cube, voxel(NAN), ARRAYS, "NAN_MISMATCH", LOOSE),
    Row("an infinity appears", cube, voxel(INF), IMAGES, "INF_MISMATCH", LOOSE),
    Row("NaN became +Inf", cube, holed(NAN, INF), ARRAYS, "NAN_MISMATCH"),
    Row("+Inf became -Inf", cube, holed(INF, -INF), ARRAYS, "INF_MISMATCH"),
    Row("NaN filled with 0", cube, holed(NAN, 0), ARRAYS, "NAN_MISMATCH", LOOSE, cause="NaN was filled with 0"),
    Row("NaN filled with -999", cube, holed(NAN, -999), IMAGES, "NAN_MISMATCH", LOOSE, cause="NaN was filled with -999"),
    Row("NaN filled with -32768", cube, holed(NAN, -32768), IMAGES, "NAN_MISMATCH", cause="NaN was filled with -32768"),
    Row("0 became -32768 in int16", frame, both(lambda b: (b.with_image("SCI", np.zeros((4, 4), "i2")), b.with_image("SCI", np.full((4, 4), -32768, "i2")))), ARRAYS, "VALUE", LOOSE),
    Row("the sign is flipped", cube, whole(np.negative), ARRAYS, "VALUE", cause="opposite sign"),
    Row("values in mJy under the unit Jy", frame, both(lambda b: (b.with_image("SCI", b["SCI"].data.astype("f4"), unit="Jy"), b.with_image("SCI", b["SCI"].data.astype("f4") * 1000, unit="Jy"))), IMAGES, "VALUE", cause="mJy"),
    Row("the unit's label alone changed", frame, plain(lambda b: b.with_image("SCI", b["SCI"].data, unit="kadu")), "fits", "VALUE", cause="only the unit changed"),
    Row("the unit is gone", cube, plain(lambda b: b.with_image("DATA", b["DATA"].data, unit="")), IMAGES, "UNIT"),
    Row("a unit of another kind", cube, plain(lambda b: b.with_image("DATA", b["DATA"].data, unit="s")), f"{IMAGES} hdf5", "UNIT"),
    Row("a bias level was not subtracted", frame, whole(lambda d: d + np.int16(20), "SCI"), IMAGES, "VALUE", cause="the reference plus 20"),
    Row("a bias of a hundredth of a count", cube, whole(lambda d: d + np.float32(0.5)), IMAGES, "VALUE", LOOSE, cause="plus 0.5"),
    Row("bytes swapped", frame, whole(lambda d: d.byteswap(), "SCI"), ARRAYS, "VALUE BYTE_ORDER", cause="opposite order"),
    Row("bytes swapped in a float", cube, whole(lambda d: d.byteswap()), "fits fits.gz", "VALUE BYTE_ORDER NAN_MISMATCH", {"data": {"nan": "ignore"}}, but={"fits": "VALUE BYTE_ORDER", "fits.gz": "VALUE BYTE_ORDER"}),
    Row("x and y exchanged", frame, square(lambda d: d.T), ARRAYS, "VALUE TRANSPOSED"),
    Row("x and y of a rectangle exchanged", frame, whole(lambda d: np.ascontiguousarray(d.T), "SCI"), IMAGES, "SHAPE TRANSPOSED"),
    Row("flipped left and right", frame, whole(lambda d: d[:, ::-1].copy(), "SCI"), IMAGES, "VALUE", cause="mirrored in x"),
    Row("flipped up and down", frame, whole(lambda d: d[::-1].copy(), "SCI"), IMAGES, "VALUE", cause="mirrored in y"),
    Row("turned by 180 degrees", frame, whole(lambda d: d[::-1, ::-1].copy(), "SCI"), IMAGES, "VALUE", cause="turned by 180"),
    Row("turned by 90 degrees", frame, square(np.rot90), IMAGES, "VALUE", cause="turned by 90"),
    Row("one pixel to the left", frame, moved(0, -1, name="SCI"), IMAGES, "VALUE SHIFTED", cause="-1 pixels in x and 0 in y"),
    Row("moved by (1, -2)", frame, moved(-2, 1, name="SCI"), ARRAYS, "VALUE SHIFTED", cause="1 pixels in x and -2 in y"),
    Row("moved by (9, 12)", frame, moved(12, 9, name="SCI"), IMAGES, "VALUE SHIFTED", cause="9 pixels in x and 12 in y"),
    Row("moved by a third of a pixel", frame, resampled(0.3, 0.0), IMAGES, "VALUE", cause="0.3"),
    Row("one wavelength off", cube, moved(1, 0, 0), IMAGES, "VALUE SHIFTED", cause="1 planes"),
    Row("moved by (1, 2) in every plane", cube, moved(0, 2, 1), IMAGES, "VALUE SHIFTED", cause="1 pixels in x and 2 in y"),
    Row("two planes exchanged", cube, whole(reordered), ARRAYS, "VALUE", cause="another order"),
    Row("through float32", cube, as_double(lambda d: d.astype("f4").astype("f8")), "fits fits.gz", "VALUE", cause="float32"),
    Row("through float16", cube, whole(lambda d: d.astype("f2").astype("f4")), ARRAYS, "VALUE", cause="float16"),
    Row("rounded to whole numbers", cube, as_double(np.rint), "fits", "VALUE", cause="rounded to whole numbers"),
    Row("narrower floats", cube, as_double(lambda d: d.astype("f4")), "fits", "DTYPE", {"data": {"rel": 1e-6}}),
    Row("floats became integers", cube, whole(lambda d: np.rint(d).astype("i2")), "fits", "DTYPE", {"data": {"abs": 0.6}}),
    Row("unsigned offset lost", frame, both(unsigned), "fits", "VALUE DTYPE", cause="32768"),
    Row("BSCALE and BZERO applied twice", frame, scaled(2), "fits", "VALUE", {"data": {"abs": 0.01}}, cause="twice"),
    Row("BSCALE and BZERO not applied", frame, scaled(0), "fits", "VALUE", {"data": {"abs": 0.01}}, cause="not applied"),
    Row("a bad column is not BLANK", frame, blanked(None), "fits", "MASK_MISMATCH"),
    Row("a bad column filled with 0", frame, blanked(0), "fits", "MASK_MISMATCH", cause="filled with 0"),
    Row("a standard deviation for a variance", cube, whole(np.sqrt, "STAT"), IMAGES, "VALUE", cause="square root"),
    Row("a variance for a standard deviation", cube, both(lambda b: (b.with_image("STAT", np.sqrt(b["STAT"].data)), b.with_image("STAT", np.sqrt(b["STAT"].data) ** 2))), IMAGES, "VALUE", cause="square"),
    Row("a variance too small by the gain", cube, whole(lambda d: d / np.float32(2.1), "STAT"), IMAGES, "VALUE", cause="times the reference"),
    Row("beyond three sigma", cube, voxel(lambda v: v + 20), "fits", "VALUE", SIGMA),
    Row("a variance of zero", cube, both(lambda b: (b.with_image("STAT", b["STAT"].data * (b["DATA"].data < 4)),) * 2), "fits", "VARIANCE", SIGMA),
    Row("the last plane is missing", cube, whole(lambda d: d[:-1]), ARRAYS, "SHAPE"),
    Row("an axis more", frame, whole(lambda d: d[None], "SCI"), IMAGES, "SHAPE"),
    Row("no data at all", frame, whole(lambda _: None, "SCI"), "fits", "SHAPE"),
    Row("a logarithm for the value", frame, both(lambda b: (b.with_image("SCI", b["SCI"].data.astype("f4") + 2000), b.with_image("SCI", np.log10(b["SCI"].data.astype("f4") + 2000)))), IMAGES, "VALUE", cause="log10"),
)  # fmt: skip
