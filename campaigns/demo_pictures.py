"""Two pictures for the demo, drawn here: the same stone, rough and cut. Shapes only; they show no photograph."""

import io
import math

from PIL import Image, ImageDraw

#: Drawn twice as large as it is sent, so that edges come out smooth.
WIDTH, HEIGHT, FINER = 960, 640, 2
GROUND, SHADE = (238, 243, 249), (214, 223, 233)
#: From the light side of the stone to its dark one.
ROUGH = ((150, 138, 126), (128, 116, 105), (104, 94, 86), (84, 75, 69), (66, 59, 55))
CUT = ((190, 219, 247), (125, 178, 232), (61, 132, 203), (11, 92, 173), (8, 66, 126))

_Point = tuple[float, float]
_Colour = tuple[int, int, int]
_MIDDLE: _Point = (480, 312)


def rough_stone() -> bytes:
    """A lump with uneven sides, as it was found."""
    outline = [
        _at(number / 14, 205 + 28 * math.sin(1.37 * number + 0.6) + 16 * math.sin(3.3 * number)) for number in range(14)
    ]
    ridge = [_at((number + 0.4) / 14, 92 + 30 * math.sin(2.1 * number + 1.9)) for number in range(0, 14, 2)]
    facets: list[tuple[list[_Point], float]] = [(ridge, -0.04)]
    for number in range(7):
        near, after = ridge[number], ridge[(number + 1) % 7]
        one, two, three = (outline[(2 * number + step) % 14] for step in (0, 1, 2))
        facets += [([near, one, two], 0.1), ([near, two, after], -0.06), ([after, two, three], 0.02)]
    return _drawn(facets, ROUGH)


def cut_stone() -> bytes:
    """The same stone, cut: a table, eight stars, eight kites, and sixteen facets at the rim."""
    table = [_at(number / 8, 104) for number in range(8)]
    stars = [_at((number + 0.5) / 8, 150) for number in range(8)]
    rim = [_at(number / 16, 220) for number in range(16)]
    facets: list[tuple[list[_Point], float]] = []
    for number in range(8):
        facets += [
            ([table[number], stars[number], rim[2 * number], stars[number - 1]], 0.05),
            ([table[number], table[(number + 1) % 8], stars[number]], -0.22),
            ([stars[number], rim[2 * number], rim[2 * number + 1]], 0.2),
            ([stars[number], rim[2 * number + 1], rim[(2 * number + 2) % 16]], -0.08),
        ]
    glint = [table[6], table[7], _between(table[0], table[1]), _between(table[5], table[4])]
    return _drawn([*facets, (table, -0.3), (glint, -1)], CUT)


def _drawn(facets: list[tuple[list[_Point], float]], colours: tuple[_Colour, ...]) -> bytes:
    """Each facet with how much darker it is than its place in the light makes it."""
    picture = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), GROUND)
    pen = ImageDraw.Draw(picture)
    pen.ellipse(_scaled([(270, 512), (690, 572)]), fill=SHADE)
    for corners, darker in facets:
        pen.polygon(_scaled(corners), fill=_lit(corners, darker, colours))
    file = io.BytesIO()
    picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(file, "PNG")
    return file.getvalue()


def _at(turn: float, radius: float) -> _Point:
    """On a ring around the middle; a turn of 0 is its top, and 1 is the top again."""
    angle = 2 * math.pi * turn - math.pi / 2
    return _MIDDLE[0] + 1.04 * radius * math.cos(angle), _MIDDLE[1] + radius * math.sin(angle)


def _lit(corners: list[_Point], darker: float, colours: tuple[_Colour, ...]) -> _Colour:
    """The light comes from the upper left."""
    x = sum(corner[0] for corner in corners) / len(corners) - _MIDDLE[0]
    y = sum(corner[1] for corner in corners) / len(corners) - _MIDDLE[1]
    dark = min(max(0.5 + (x + y) / 520 + darker, 0), 1) * (len(colours) - 1)
    low = min(int(dark), len(colours) - 2)
    red, green, blue = (round(a + (b - a) * (dark - low)) for a, b in zip(colours[low], colours[low + 1], strict=True))
    return red, green, blue


def _between(one: _Point, other: _Point) -> _Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _scaled(points: list[_Point]) -> list[_Point]:
    return [(x * FINER, y * FINER) for x, y in points]
