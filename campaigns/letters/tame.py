"""Words of strangers inside a mail: without signs that nobody sees, and a subject that is one short line."""

import re

# Control signs, line and paragraph separators, and what turns the direction of writing: with them a name could forge a
# header line, or show an address backwards.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
LONGEST_SUBJECT = 120


def tame(text: str) -> str:
    """Line breaks stay, as \\n alone."""
    return UNSEEN.sub("", re.sub(r"\r\n?", "\n", text)).strip()


def one_line(text: str) -> str:
    """Sentences in Japanese stand without a space between them."""
    return re.sub(r"(?<=。) ", "", " ".join(tame(text.replace("\r", " ")).split()))


def as_subject(text: str) -> str:
    """One line; a title of any length is cut where no inbox shows it anyway."""
    line = one_line(text)
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"
