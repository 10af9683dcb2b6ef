"""Pictures out of a run are drawn anew: the same pixels, nothing else, and nothing that is no picture."""

import hashlib
import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from registry.pictures import MOST_BYTES, MOST_PIXELS, NotAPictureError, redrawn
from registry.storage import TooLargeError, WrongDigestError


def png(size=(40, 30), mode="RGB", colour="teal", **how):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, format="PNG", **how)
    return out.getvalue()


def drawn(raw, sha256=""):
    return redrawn(io.BytesIO(raw), sha256=sha256 or hashlib.sha256(raw).hexdigest())


def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def test_the_pixels_stay_and_what_was_beside_them_is_gone():
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "made by a stranger")
    raw = png(pnginfo=note, icc_profile=b"profile") + b"trailing"
    clean = drawn(raw)
    assert b"stranger" not in clean
    assert b"iCCP" not in clean
    assert clean.endswith(b"IEND\xaeB`\x82")
    with Image.open(io.BytesIO(clean)) as image:
        assert image.convert("RGB").getpixel((3, 3)) == (0, 128, 128)
        assert image.size == (40, 30)


def test_what_is_transparent_stands_on_white():
    with Image.open(io.BytesIO(drawn(png(mode="RGBA", colour=(0, 0, 0, 0))))) as image:
        assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_drawn_twice_it_is_the_same():
    clean = drawn(png())
    assert drawn(clean) == clean


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a",
        png()[:50],
        png().replace(b"IDAT", b"IDAX"),
        png(size=(MOST_PIXELS[0] + 1, 1)),
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)),
    ],
    ids=["nothing", "svg", "gif", "cut", "no data", "too wide", "a bomb"],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_is_no_picture_is_refused(raw):
    with pytest.raises(NotAPictureError):
        drawn(raw)


def test_more_bytes_than_a_picture_has_are_refused():
    with pytest.raises(TooLargeError):
        drawn(bytes(MOST_BYTES + 1))


def test_other_bytes_than_announced_are_refused():
    with pytest.raises(WrongDigestError):
        drawn(png(), sha256="0" * 64)
