"""What pictures have in common: the mark with the name, the signs of verdicts, and chips."""

from campaigns.sharing.canvas import BAD, INKS, MARGIN, MUTED, OK, TINTS, WIDTH, Canvas, Point, length
from campaigns.sharing.title_lines import clipped

# On a grid of 32, as in lineage/picture/mark.py: three coins, two edges that meet a third.
_COINS = ((25, 6, 4, MUTED), (11, 5, 5, BAD), (11, 25, 7, OK))
_EDGES = ((9, 5, 13, 14, BAD), (9, 14, 13, 25, OK))
_CURVE = ((25.0, 7.0), (25.0, 12.0), (20.0, 13.5), (11.0, 13.5))
_CHECK = ((7.5, 25.0), (10.25, 27.75), (14.75, 22.5))


def mark(canvas: Canvas, at: Point, size: float) -> None:
    """The mark of the product: a family in which one red path turns green."""
    unit = size / 32

    def place(x: float, y: float) -> Point:
        return at[0] + x * unit, at[1] + y * unit

    canvas.line([place(*point) for point in _curve()], MUTED, 3 * unit)
    for left, top, right, bottom, ink in _EDGES:
        canvas.box((*place(left, top), *place(right, bottom)), ink, radius=0)
    for x, y, half, ink in _COINS:
        canvas.box((*place(x - half, y - half), *place(x + half, y + half)), ink, radius=half * unit)
    canvas.line([place(*point) for point in _CHECK], "#ffffff", 2.5 * unit)


def _curve() -> list[Point]:
    """The edge of the kin, in short straight parts."""
    a, b, c, d = _CURVE
    parts = [place / 16 for place in range(17)]

    def along(axis: int, t: float) -> float:
        near, far = (1 - t) ** 3 * a[axis] + t**3 * d[axis], (1 - t) * t
        return near + 3 * far * ((1 - t) * b[axis] + t * c[axis])

    return [(along(0, t), along(1, t)) for t in parts]


def masthead(canvas: Canvas) -> None:
    mark(canvas, (MARGIN, 52), 52)
    canvas.text((MARGIN + 68, 90), "Genseki", 36, weight="bold")


def sign(canvas: Canvas, look: str, at: Point, size: float, ink: str) -> None:
    """The sign of a state, drawn into a square at its upper left corner: a check, a cross, a triangle, a question."""
    x, y = at
    width = size / 7
    if look in ("ok", "live"):
        points = [(x + 0.08 * size, y + 0.55 * size), (x + 0.38 * size, y + 0.85 * size), (x + size, y + 0.18 * size)]
        canvas.line(points, ink, width)
    elif look == "bad":
        low, high = 0.14 * size, 0.86 * size
        canvas.line([(x + low, y + low), (x + high, y + high)], ink, width)
        canvas.line([(x + high, y + low), (x + low, y + high)], ink, width)
    elif look == "cond":
        top, left, right = (x + size / 2, y + 0.1 * size), (x, y + 0.9 * size), (x + size, y + 0.9 * size)
        canvas.line([top, right, left, top, right], ink, width * 0.85)
    else:
        canvas.text((x + size / 2, y + size), "?", round(size * 1.15), weight="bold", ink=ink, anchor="ms")


def dot(canvas: Canvas, at: Point, size: float, ink: str) -> None:
    canvas.box((at[0], at[1], at[0] + size, at[1] + size), ink, radius=size / 2)


def chip(canvas: Canvas, look: str, word: str, *, right: float | None = None, left: float = 0, top: float) -> float:
    """A sign and a word in a box, 56 high; with `right` it ends there. Gives back where it ends."""
    word = clipped(word, 520 * 2, 28 * 2, weight="bold")
    wide = length(word, 28, weight="bold") + 86
    start = left if right is None else right - wide
    canvas.box((start, top, start + wide, top + 56), TINTS[look], outline=INKS[look])
    if look == "live":
        dot(canvas, (start + 22, top + 19), 18, INKS[look])
    else:
        sign(canvas, look, (start + 20, top + 17), 24, INKS[look])
    canvas.text((start + 60, top + 38), word, 28, weight="bold", ink=INKS[look])
    return start + wide


def right_word(canvas: Canvas, word: str, baseline: float, size: int, ink: str = MUTED) -> None:
    canvas.text((WIDTH - MARGIN, baseline), word, size, ink=ink, anchor="rs")
