"""Pictures out of a run: drawn near strangers' bytes, so decoded within bounds and written anew, never passed on."""

import hashlib
import io

from registry.storage import Readable, TooLargeError, WrongDigestError

MOST_BYTES = 256 << 10
MOST_PIXELS = (2000, 4000)
COLOURS = 256


class NotAPictureError(Exception):
    """These bytes are no PNG of a size a page would show."""


def redrawn(stream: Readable, *, sha256: str) -> bytes:
    """A PNG of the same pixels on white, in at most COLOURS colours, and nothing else in it. Raises TooLargeError,
    WrongDigestError when the bytes are not those announced, NotAPictureError."""
    raw = _taken(stream)
    if hashlib.sha256(raw).hexdigest() != sha256.lower():
        raise WrongDigestError(f"announced sha256 {sha256}, received something else")
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 (decoders are loaded where pictures arrive)

    try:
        with Image.open(io.BytesIO(raw), formats=("PNG",)) as image:
            if image.width > MOST_PIXELS[0] or image.height > MOST_PIXELS[1]:
                raise NotAPictureError(f"{image.width} x {image.height} pixels are too many")
            seen = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPictureError(f"not a PNG picture: {error}") from error
    plain = Image.new("RGB", seen.size, "white")
    plain.paste(seen, mask=seen.getchannel("A"))
    out = io.BytesIO()
    plain.quantize(COLOURS, dither=Image.Dither.NONE).save(out, format="PNG", optimize=True)
    return out.getvalue()


def _taken(stream: Readable) -> bytes:
    raw = bytearray()
    while chunk := stream.read(MOST_BYTES + 1 - len(raw)):
        raw += chunk
        if len(raw) > MOST_BYTES:
            raise TooLargeError(f"a picture has at most {MOST_BYTES} bytes")
    return bytes(raw)
