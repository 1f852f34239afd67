"""A campaign as a picture of 1200 x 630 pixels, as sites show it beside a link."""

from dataclasses import dataclass

from campaigns.sharing.canvas import ACCENT, INK, MARGIN, MUTED, OK, SCALE, TRACK, WIDTH, Canvas, length
from campaigns.sharing.fonts import drawable
from campaigns.sharing.signs import chip, masthead, right_word
from campaigns.sharing.title_lines import clipped, fitted

INSIDE = WIDTH - 2 * MARGIN
TITLE_SIZES = (64, 58, 50)
BAR_TOP, BAR_HIGH = 490, 28


@dataclass(frozen=True, slots=True)
class CampaignFace:
    """What stands on the picture, in words of one language; `percent` may be more than 100."""

    title: str
    fallback: str
    models: str
    look: str
    stage: str
    raised: str
    of_goal: str
    percent: int
    supporters: str
    until: str


def draw_campaign(face: CampaignFace) -> bytes:
    canvas = Canvas()
    masthead(canvas)
    chip(canvas, face.look, face.stage, right=WIDTH - MARGIN, top=50)
    _title(canvas, face)
    _sums(canvas, face)
    _bar(canvas, face)
    canvas.text((MARGIN, 574), clipped(face.supporters, 500 * SCALE, 30 * SCALE), 30, ink=MUTED)
    right_word(canvas, clipped(face.until, 620 * SCALE, 30 * SCALE), 574, 30)
    return canvas.png()


def _title(canvas: Canvas, face: CampaignFace) -> None:
    """The fewer lines, the larger, and in the middle of the room that there is."""
    title = fitted(drawable(face.title, face.fallback), INSIDE * SCALE, [size * SCALE for size in TITLE_SIZES], 3)
    size = title.size // SCALE
    step = round(size * 1.26)
    room = BAR_TOP - 96 - 132
    models = drawable(face.models, "") if len(title.lines) < 3 else ""
    high = step * len(title.lines) + (48 if models else 0)
    baseline = 132 + max(room - high, 0) // 2 + round(size * 0.98)
    for line in title.lines:
        canvas.text((MARGIN, baseline), line, size, weight="bold")
        baseline += step
    if models:
        canvas.text((MARGIN, baseline - 14), clipped(models, INSIDE * SCALE, 32 * SCALE), 32, ink=MUTED)


def _sums(canvas: Canvas, face: CampaignFace) -> None:
    there = length(face.raised, 72, weight="bold")
    canvas.text((MARGIN - 3, 462), face.raised, 72, weight="bold", ink=INK)
    percent = f"{min(face.percent, 99_999)}%"
    room = INSIDE - there - 60 - length(percent, 64, weight="bold")
    canvas.text((MARGIN + there + 20, 462), clipped(face.of_goal, round(room * SCALE), 36 * SCALE), 36, ink=MUTED)
    ink = OK if face.percent >= 100 else ACCENT
    canvas.text((WIDTH - MARGIN, 462), percent, 64, weight="bold", ink=ink, anchor="rs")


def _bar(canvas: Canvas, face: CampaignFace) -> None:
    canvas.box((MARGIN, BAR_TOP, WIDTH - MARGIN, BAR_TOP + BAR_HIGH), TRACK)
    if face.percent > 0:
        wide = max(INSIDE * min(face.percent, 100) / 100, 16)
        ink = OK if face.percent >= 100 else ACCENT
        canvas.box((MARGIN, BAR_TOP, MARGIN + wide, BAR_TOP + BAR_HIGH), ink)
