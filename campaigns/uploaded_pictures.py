"""A picture that somebody sent, drawn again: nothing of the file is kept but what one sees. Plain Python.

What comes out is WebP in a few widths, which every browser shows, and AVIF in others, which weighs half and is what
pages show where a browser knows it. Where a camera stood, who made it, colour profiles, and whatever stood behind
the picture in its file are not in there: only the pixels go on.
"""

import io
import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import ExifTags, Image, UnidentifiedImageError, features

LARGEST_FILE = 8_000_000
MOST_PIXELS = 40_000_000
SMALLEST_SIDE, WIDEST, TALLEST = 64, 1600, 2400
NARROWER = (480, 800)
#: What a page with six of them can bear; a picture that needs more is saved more coarsely.
HEAVIEST = 400_000
QUALITIES = (80, 68, 52, 30)
FORMATS = ("JPEG", "PNG", "WEBP")
WEBP, AVIF = "webp", "avif"
#: Wheels of Pillow write AVIF on every system that the product is run on; a Pillow of one's own making may not.
WRITES_AVIF = features.check("avif")
#: A page begins with the small one, two of which come on arrival; what comes near is shown in another width.
SMALL_WIDTH, SMALL_HEIGHT = 320, 480
AVIF_WIDTHS = (800, 1280)
#: The most bytes of the small one (a campaign's page is as light as two of them), of one of 800 pixels, of a wider one.
SMALL_HEAVIEST, AVIF_HEAVIEST, WIDE_HEAVIEST = 7_500, 60_000, 120_000
AVIF_QUALITIES = (60, 50, 42, 34, 26, 18, 10)
#: How a picture is set upright, by what its camera wrote of how it was held.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
DAMAGES = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    struct.error,
)
LYING = frozenset(TURNS[number] for number in (5, 6, 7, 8))
# Unpacked a picture takes a hundred times its file. A process unpacks one at a time, whoever sends them.
_one_at_a_time = threading.Lock()


class PictureRefused(Exception):
    """`reason`: too-heavy, svg, not-a-picture, too-many-pixels, too-small or damaged."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OthersAreDrawing(Exception):
    """This process draws a picture already, which takes seconds."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One width of a picture, as a file of `kind`, WEBP or AVIF."""

    kind: str
    width: int
    height: int
    content: bytes


def widths_of(width: int) -> tuple[int, ...]:
    """The widths in which a picture is kept whose widest is `width`, the narrowest first."""
    return (*(narrow for narrow in NARROWER if narrow < width), width)


def avif_widths_of(width: int, height: int) -> tuple[int, ...]:
    """The widths in which a picture of this size is kept as AVIF, the narrowest first; none without AVIF."""
    if not WRITES_AVIF:
        return ()
    small = max(min(SMALL_WIDTH, width, SMALL_HEIGHT * width // height), 1)
    return tuple(sorted({small, *(min(one, width) for one in AVIF_WIDTHS)}))


def draw_again(data: bytes) -> tuple[Drawn, ...]:
    """The picture as AVIF, then as WebP, each in every width with the narrowest first. Raises PictureRefused."""
    if len(data) > LARGEST_FILE:
        raise PictureRefused("too-heavy")
    with _one_at_a_time:
        picture = _pixels(data)
        return (
            *(_drawn_as_avif(picture, width) for width in avif_widths_of(*picture.size)),
            *(_drawn(picture, width) for width in widths_of(picture.width)),
        )


def draw_as_avif(data: bytes, width: int) -> Drawn:
    """A file that `draw_again` made, as AVIF of this width. Raises OthersAreDrawing: whoever looks does not wait."""
    if not _one_at_a_time.acquire(blocking=False):
        raise OthersAreDrawing
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as kept:
            return _drawn_as_avif(kept.convert("RGB"), width)
    finally:
        _one_at_a_time.release()


def _pixels(data: bytes) -> Image.Image:
    """Upright, on white, and no wider than the widest that is kept."""
    with _told_as_refusals(data), Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise PictureRefused("too-many-pixels")
        if min(opened.size) < SMALLEST_SIDE:
            raise PictureRefused("too-small")
        # A JPEG can be unpacked smaller than it is; other formats cannot.
        opened.draft("RGB", (2 * WIDEST, 2 * TALLEST))
        opened.load()
        turn = TURNS.get(opened.getexif().get(ExifTags.Base.Orientation, 1))
        # It is turned when it is small: each further copy of a large one takes as much memory as itself.
        small = _fitted(opened, lies=turn in LYING)
        upright = small if turn is None else small.transpose(turn)
    return _on_white(upright)


def _fitted(picture: Image.Image, *, lies: bool) -> Image.Image:
    """Small enough; one that lies on its side is as wide as it will be tall."""
    widest, tallest = (TALLEST, WIDEST) if lies else (WIDEST, TALLEST)
    scale = min(widest / picture.width, tallest / picture.height, 1)
    size = max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)
    if picture.mode not in ("RGB", "RGBA"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _on_white(picture: Image.Image) -> Image.Image:
    """New pixels in a new picture: what a decoder hung onto the old one is left behind."""
    fresh = Image.new("RGB", picture.size, "white")
    fresh.paste(picture, mask=picture if picture.mode == "RGBA" else None)
    return fresh


def _sized(picture: Image.Image, width: int) -> Image.Image:
    height = max(round(picture.height * width / picture.width), 1)
    return picture if width == picture.width else picture.resize((width, height), Image.Resampling.LANCZOS)


def _drawn_as_avif(picture: Image.Image, width: int) -> Drawn:
    sized, content = _sized(picture, width), b""
    heaviest = AVIF_HEAVIEST if width <= AVIF_WIDTHS[0] else WIDE_HEAVIEST
    if width == avif_widths_of(*picture.size)[0]:
        heaviest = SMALL_HEAVIEST
    for quality in AVIF_QUALITIES:
        file = io.BytesIO()
        # One thread: the others give pages.
        sized.save(file, "AVIF", quality=quality, speed=8, max_threads=1, exif=b"", icc_profile=b"", xmp=b"")
        content = file.getvalue()
        if len(content) <= heaviest:
            break
    return Drawn(AVIF, *sized.size, content)


def _drawn(picture: Image.Image, width: int) -> Drawn:
    sized, content = _sized(picture, width), b""
    for quality in QUALITIES:
        file = io.BytesIO()
        sized.save(file, "WEBP", quality=quality, method=4, exif=b"", icc_profile=b"", xmp=b"")
        content = file.getvalue()
        if len(content) <= HEAVIEST:
            break
    return Drawn(WEBP, *sized.size, content)


@contextmanager
def _told_as_refusals(data: bytes) -> Iterator[None]:
    """A decoder fed with anything raises almost anything; to whoever sent the file it means one of few things."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except PictureRefused:
        raise
    except Image.DecompressionBombError as error:
        raise PictureRefused("too-many-pixels") from error
    except UnidentifiedImageError as error:
        raise PictureRefused("svg" if _looks_like_svg(data) else "not-a-picture") from error
    except DAMAGES as error:
        raise PictureRefused("damaged") from error


def _looks_like_svg(data: bytes) -> bool:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and b"<svg" in head.lower()
