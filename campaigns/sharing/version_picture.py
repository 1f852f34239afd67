"""A model version as a picture: its name, the state of its lineage, and the answers to the first eight questions."""

from dataclasses import dataclass

from campaigns.sharing.canvas import INKS, MARGIN, MUTED, SCALE, TINTS, WIDTH, Canvas
from campaigns.sharing.fonts import drawable
from campaigns.sharing.signs import chip, masthead, right_word, sign
from campaigns.sharing.title_lines import fitted

INSIDE = WIDTH - 2 * MARGIN
NAME_SIZES = (68, 58, 48)
ACROSS, GAP, TOP, HIGH = 4, 16, 330, 104


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the eight: how it looks (ok, cond, bad, unclear), its verdict and the use in words."""

    look: str
    verdict: str
    use: str


@dataclass(frozen=True, slots=True)
class VersionFace:
    """What stands on the picture, in words of one language."""

    name: str
    fallback: str
    look: str
    state: str
    answers: tuple[Answer, ...]
    as_of: str
    disclaimer: str


def draw_version(face: VersionFace) -> bytes:
    canvas = Canvas()
    masthead(canvas)
    right_word(canvas, face.as_of, 88, 28)
    title = fitted(drawable(face.name, face.fallback), INSIDE * SCALE, [size * SCALE for size in NAME_SIZES], 1)
    size = title.size // SCALE
    canvas.text((MARGIN, 206), title.lines[0], size, weight="bold")
    chip(canvas, face.look, face.state, left=MARGIN, top=240)
    for place, answer in enumerate(face.answers[:8]):
        _answer(canvas, answer, place % ACROSS, place // ACROSS)
    canvas.text((MARGIN, 598), face.disclaimer, 24, ink=MUTED)
    return canvas.png()


def _answer(canvas: Canvas, answer: Answer, column: int, row: int) -> None:
    wide = (INSIDE - (ACROSS - 1) * GAP) / ACROSS
    left, top = MARGIN + column * (wide + GAP), TOP + row * (HIGH + GAP)
    ink = INKS[answer.look]
    canvas.box((left, top, left + wide, top + HIGH), TINTS[answer.look], outline=ink, width=1.5)
    sign(canvas, answer.look, (left + 16, top + 14), 22, ink)
    canvas.text((left + 50, top + 34), answer.verdict, 24, weight="bold", ink=ink)
    use = fitted(answer.use, round((wide - 32) * SCALE), [22 * SCALE, 20 * SCALE], 2, weight="regular")
    step = 28
    baseline = top + 66 if len(use.lines) == 2 else top + 76
    for line in use.lines:
        canvas.text((left + 16, baseline), line, use.size // SCALE)
        baseline += step
