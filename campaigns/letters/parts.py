"""What a letter is made of. Every text here is plain: nothing is escaped yet, and nothing is safe to show as HTML."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Paragraph:
    kind: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a small table, as the campaign, an amount or a day. With an address the value is a link."""

    kind: ClassVar[str] = "fact"
    label: str
    value: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts that follow each other are one table."""

    kind: ClassVar[str] = "facts"
    rows: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """What there is to do. A letter has one at most."""

    kind: ClassVar[str] = "button"
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Link:
    kind: ClassVar[str] = "link"
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words, with their line breaks."""

    kind: ClassVar[str] = "quote"
    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """What somebody wrote as Markdown."""

    kind: ClassVar[str] = "prose"
    markdown: str


@dataclass(frozen=True, slots=True)
class Code:
    """A short code that is typed in elsewhere."""

    kind: ClassVar[str] = "code"
    text: str


Part = Paragraph | Fact | Button | Link | Quote | Prose | Code
Block = Paragraph | Facts | Button | Link | Quote | Prose | Code


@dataclass(slots=True)
class Draft:
    """A letter while its template is rendered."""

    subject: str = ""
    why: str = ""
    parts: list[Part] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Letter:
    """`why` says why somebody gets it; `stop_url` ends mails of its kind, and is empty where they answer to an act."""

    language: str
    subject: str
    why: str
    parts: tuple[Part, ...]
    site_url: str
    stop_url: str = ""

    @property
    def preheader(self) -> str:
        """What an inbox shows beside the subject."""
        return next((part.text for part in self.parts if isinstance(part, Paragraph)), "")

    @property
    def blocks(self) -> Iterator[Block]:
        for is_fact, parts in groupby(self.parts, key=lambda part: isinstance(part, Fact)):
            if is_fact:
                yield Facts(tuple(part for part in parts if isinstance(part, Fact)))
            else:
                yield from (part for part in parts if not isinstance(part, Fact))
