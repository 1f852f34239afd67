"""How broad a text is on the screen, and how to wrap or clip it so that it stays inside its box.

The unit is a hundredth of a column: half the height of the font. A wide (East Asian) character
is two columns, a combining mark none. Proportional fonts differ, so Latin letters are rated a
little broader than common system fonts draw them.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

COLUMN = 100
ELLIPSIS = "…"

_BROAD = frozenset("MWmw@%&—")
_SLIM = frozenset("iljtfrI.,:;'!|()[]{} /\\\"`·-")
_BREAK_AFTER = frozenset("-_/.+~|:&")
_NEVER_FIRST = frozenset("、。，．,.)）」』】〕》〉]}・ー~〜…!?！？:：;；％%ぁぃぅぇぉっゃゅょァィゥェォッャュョ々")
_NEVER_LAST = frozenset("(（「『【〔《〈[{")
_JOINER = "\u200d"
# Longer than any emoji; a tower of accents would leave its box.
_LONGEST_CLUSTER = 12


@lru_cache(maxsize=8192)
def _character_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    if unicodedata.east_asian_width(character) in "WFA" and not character.isascii():
        return 2 * COLUMN
    if character in _BROAD:
        return 190
    if character in _SLIM:
        return 72
    return 150 if character.isupper() else 124


def _continues(character: str, before: str) -> bool:
    """Whether a character belongs to what stands before it: marks, joiners, skin tones, second flag letters."""
    if before.endswith(_JOINER) or character == _JOINER:
        return True
    if unicodedata.category(character) in ("Mn", "Me", "Mc") or "\U0001f3fb" <= character <= "\U0001f3ff":
        return True
    flags = "\U0001f1e6" <= character <= "\U0001f1ff"
    return flags and len(before) == 1 and "\U0001f1e6" <= before <= "\U0001f1ff"


def clusters(text: str) -> Iterator[str]:
    """What a reader takes for single characters, in order: never half an emoji or a bare accent."""
    if text.isascii():
        yield from text
        return
    held = ""
    for character in text:
        if held and not _continues(character, held):
            yield held
            held = ""
        if len(held) < _LONGEST_CLUSTER:
            held += character
    if held:
        yield held


def cluster_width(cluster: str) -> int:
    """A joined emoji is drawn as one picture, hence as broad as its broadest part."""
    return max(map(_character_width, cluster))


def width(text: str) -> int:
    return sum(map(cluster_width, clusters(text)))


def clip(text: str, limit: int) -> str:
    """The text, or its beginning and an ellipsis, within `limit`."""
    return wrap(text, limit, lines=1)[0]


@lru_cache(maxsize=2048)
def wrap(text: str, limit: int, *, lines: int = 2) -> tuple[str, ...]:
    """The text in at least one and at most `lines` lines of `limit` each; what is left over ends in an ellipsis."""
    rest = _Rest(text, limit * (lines + 1))
    done: list[str] = []
    while len(done) < lines - 1 and not rest.fits(limit):
        done.append(rest.take(limit if rest.reaches(limit + limit // 4) else limit * 3 // 4))
    done.append(rest.last(limit))
    return tuple(done)


class _Rest:
    """The part of a text that has no line yet. Reads no further than the lines can hold."""

    def __init__(self, text: str, enough: int) -> None:
        self.parts: list[str] = []
        self.widths: list[int] = []
        total = 0
        for cluster in clusters(text):
            if total > enough:
                break
            self.parts.append(cluster)
            self.widths.append(cluster_width(cluster))
            total += self.widths[-1]

    def reaches(self, measure: int) -> bool:
        """Whether enough is left that the next line will not be a lonely word."""
        return sum(self.widths) >= measure

    def fits(self, limit: int) -> bool:
        return sum(self.widths) <= limit

    def take(self, limit: int) -> str:
        """Remove and give back one line, broken where a reader would break it if there is such a place."""
        room = self._room(limit)
        end = next((at for at in range(room, room // 3, -1) if self._may_break(at)), max(room, 1))
        line = "".join(self.parts[:end]).rstrip()
        while end < len(self.parts) and self.parts[end] == " ":
            end += 1
        del self.parts[:end], self.widths[:end]
        return line

    def last(self, limit: int) -> str:
        if self.fits(limit):
            return "".join(self.parts)
        room = self._room(limit - width(ELLIPSIS))
        return "".join(self.parts[:room]).rstrip() + ELLIPSIS

    def _room(self, limit: int) -> int:
        total = 0
        for index, breadth in enumerate(self.widths):
            total += breadth
            if total > limit:
                return index
        return len(self.widths)

    def _may_break(self, at: int) -> bool:
        before, after = self.parts[at - 1], self.parts[at] if at < len(self.parts) else ""
        if after == " " or before == " ":
            return True
        if after in _NEVER_FIRST or before in _NEVER_LAST:
            return False
        wide = 2 * COLUMN in (self.widths[at - 1], self.widths[at] if after else 0)
        return wide or before in _BREAK_AFTER
