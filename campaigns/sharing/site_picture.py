"""The site itself as a picture, for pages that have none of their own."""

from dataclasses import dataclass

from campaigns.sharing.canvas import MARGIN, MUTED, SCALE, Canvas
from campaigns.sharing.signs import mark, masthead
from campaigns.sharing.title_lines import fitted


@dataclass(frozen=True, slots=True)
class SiteFace:
    """What stands on the picture, in words of one language."""

    headline: str
    sentence: str


def draw_site(face: SiteFace) -> bytes:
    canvas = Canvas()
    masthead(canvas)
    mark(canvas, (776, 158), 372)
    title = fitted(face.headline, 690 * SCALE, [70 * SCALE, 62 * SCALE, 54 * SCALE], 3)
    size = title.size // SCALE
    baseline = 226 + (3 - len(title.lines)) * size // 2
    for line in title.lines:
        canvas.text((MARGIN, baseline), line, size, weight="bold")
        baseline += round(size * 1.28)
    text = fitted(face.sentence, 690 * SCALE, [30 * SCALE, 26 * SCALE, 23 * SCALE], 3, weight="regular", even=False)
    baseline += 4
    for line in text.lines:
        canvas.text((MARGIN, baseline), line, text.size // SCALE, ink=MUTED)
        baseline += round(text.size // SCALE * 1.55)
    return canvas.png()
