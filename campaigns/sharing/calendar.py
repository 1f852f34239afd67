"""Calendars as RFC 5545 asks for them: moments in UTC, lines folded at 75 octets, nothing that rings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from campaigns.sharing.plain_text import in_xml

LONGEST_LINE = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class Event:
    """A moment. `uid` is the same for ever, `changed` says when what is told changed last, and `address` is ASCII."""

    uid: str
    at: datetime
    changed: datetime
    sequence: int
    title: str
    text: str
    address: str
    cancelled: bool = False


def calendar(name: str, events: Iterable[Event], *, language: str) -> bytes:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Genseki//Deadlines//{language.upper()}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    ]
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_moment(event.changed)}"
    yield f"LAST-MODIFIED:{_moment(event.changed)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTART:{_moment(event.at)}"
    yield f"SUMMARY:{_text(event.title)}"
    yield f"DESCRIPTION:{_text(event.text)}"
    yield f"URL:{event.address}"
    yield f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"
    # It is a moment to know of, and nobody is busy at it.
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def folded(line: str) -> bytes:
    """The line with its end, broken before an octet too many and never inside a character."""
    parts, room = [b""], LONGEST_LINE
    for sign in line:
        octets = sign.encode("utf-8", errors="replace")
        if len(parts[-1]) + len(octets) > room:
            parts.append(b"")
            # The space at the beginning of a continued line counts.
            room = LONGEST_LINE - 1
        parts[-1] += octets
    return b"\r\n ".join(parts) + b"\r\n"


def _text(text: str) -> str:
    shown = "".join(sign for sign in in_xml(text.replace("\r\n", "\n")) if sign != "\x7f")
    return shown.translate(_ESCAPED)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
