"""Keep out of the log what is somebody's key or address: the links in mails, e-mail addresses, Stripe's pages."""

import logging
import re

HIDDEN = (
    # Whoever has such a link may take a coin back, unsubscribe somebody, or accept in the trainer's name.
    (re.compile(r"(/(?:thanks|follow|trainer)/)[\w.-]{12,}"), r"\1..."),
    (re.compile(r"(https://[\w.-]*stripe\.com/)[^\s\"'<>]+"), r"\1..."),
    (re.compile(r"[\w.+%'-]{1,64}@(?=[\w-]+\.)[\w.-]{1,190}"), "...@..."),
)


class Discreet(logging.Formatter):
    """The lines of the log, tracebacks included, without what must not lie about in it."""

    def format(self, record: logging.LogRecord) -> str:
        return discreetly(super().format(record))


def discreetly(text: str) -> str:
    """The text with every secret link, e-mail address and page of Stripe's cut down to what it was."""
    for found, instead in HIDDEN:
        text = found.sub(instead, text)
    return text
