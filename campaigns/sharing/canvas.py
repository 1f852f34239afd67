"""A sheet to draw on, in the colours of the pages by day. Drawn at twice its size, so that edges are smooth."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw

from campaigns.sharing.fonts import Weight, font

WIDTH, HEIGHT, MARGIN = 1200, 630, 72
SCALE = 2
COLOURS = 128

INK, MUTED, PAPER, SHEET, LINE, TRACK = "#1b1f24", "#57606a", "#ffffff", "#f7f9fb", "#d8dee4", "#e6ebf1"
ACCENT, OK, COND, BAD = "#0b5cad", "#116329", "#7a4b00", "#a40e26"
INKS = {"ok": OK, "cond": COND, "bad": BAD, "unclear": MUTED, "live": ACCENT}
TINTS = {"ok": "#eef8f0", "cond": "#fdf6e7", "bad": "#fdf0f1", "unclear": SHEET, "live": "#eef5fc"}

Point = tuple[float, float]
Box = tuple[float, float, float, float]


class Canvas:
    """Places and lengths are pixels of the finished picture."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), PAPER)
        self.pen = ImageDraw.Draw(self.image)

    def text(
        self, at: Point, text: str, size: int, *, weight: Weight = "regular", ink: str = INK, anchor: str = "ls"
    ) -> float:
        """Written on the line on which it stands; gives back how long it is. `anchor` as in Pillow."""
        drawn = font(weight, size * SCALE)
        self.pen.text((at[0] * SCALE, at[1] * SCALE), text, font=drawn, fill=ink, anchor=anchor)
        return length(text, size, weight=weight)

    def box(self, box: Box, fill: str, *, radius: float = 8, outline: str | None = None, width: float = 2) -> None:
        scaled = tuple(edge * SCALE for edge in box)
        self.pen.rounded_rectangle(
            scaled,
            radius * SCALE,
            fill=fill,
            outline=outline,
            width=round(width * SCALE) if outline else 0,
        )

    def line(self, points: Sequence[Point], ink: str, width: float) -> None:
        """A line through points, round at its ends."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self.pen.line(scaled, fill=ink, width=round(width * SCALE), joint="curve")
        half = width * SCALE / 2
        for x, y in (scaled[0], scaled[-1]):
            self.pen.ellipse((x - half, y - half, x + half, y + half), fill=ink)

    def png(self) -> bytes:
        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        file = BytesIO()
        # Few colours are used: a palette makes the file a quarter as large, and nobody sees it.
        small.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, "PNG")
        return file.getvalue()


def length(text: str, size: int, *, weight: Weight = "regular") -> float:
    return font(weight, size * SCALE).getlength(text) / SCALE
