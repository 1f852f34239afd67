"""Texts that break where a reader would break them: Japanese between phrases, and no short name inside itself."""

import re
from functools import cache, lru_cache

import budoux
from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lineage.words import quoted, told_name

register = template.Library()
register.filter(told_name)
register.filter(quoted)

# "RAIL-M", "CC-BY-NC", "OpenRAIL++-M", "SHA-256"; and "SD 1.5", of which the number alone says nothing.
NAME = re.compile(
    r"(?<![\w+.-])(?:[A-Z0-9][\w.+]*(?:-[A-Z0-9][\w+]*(?:\.\w+)*)+|(?-i:[A-Z]{2,5} \d+\.\d+))(?![\w-])",
    re.ASCII | re.IGNORECASE,
)
# So much stands on one line of a narrow cell on the smallest phone; what is longer may break.
LONGEST = 16


@register.filter
def phrases(text: str) -> SafeString:
    """The text, escaped, with <wbr> between phrases where it is Japanese; short names in it are kept whole."""
    return _broken(str(text))


@register.filter
def unbroken(name: str) -> SafeString:
    """A licence's or a model's name in the reader's language, escaped: short names in it are kept whole.

    By an element, and not by a hyphen of another kind: what is copied or searched for is the name as it is written.
    The parent must not lay its children out as boxes (flex, grid), or the name falls into pieces.
    """
    return _whole(told_name(name))


@lru_cache(maxsize=1024)
def _broken(text: str) -> SafeString:
    return format_html_join(SafeString("<wbr>"), "{}", ((_whole(part),) for part in _parts(text)))


@lru_cache(maxsize=1024)
def _whole(text: str) -> SafeString:
    shown = (format_html('<span class="whole">{}</span>', one) if is_name else one for is_name, one in _pieces(text))
    return format_html_join("", "{}", ((one,) for one in shown))


def _pieces(text: str) -> list[tuple[bool, str]]:
    """The text in pieces, each with whether it is a short name."""
    pieces: list[tuple[bool, str]] = []
    end = 0
    for start, stop in _names(text):
        pieces += [(False, text[end:start]), (True, text[start:stop])]
        end = stop
    return [*pieces, (False, text[end:])]


def _names(text: str) -> list[tuple[int, int]]:
    """Where short names stand. Without a capital it is a word with a hyphen, as "all-or-nothing"."""
    found = (match.span() for match in NAME.finditer(text) if match[0] != match[0].lower())
    return [(start, stop) for start, stop in found if stop - start <= LONGEST]


def _parts(text: str) -> list[str]:
    # Kana tell Japanese from everything else, whatever the page's language is: titles come in either.
    if not any("\u3040" <= sign <= "\u30ff" for sign in text):
        return [text]
    return _joined(_parser().parse(text), _names(text))


def _joined(parts: list[str], names: list[tuple[int, int]]) -> list[str]:
    """The parts again, those together between which a name would break."""
    joined, end = [""], 0
    for part in parts:
        if any(start < end < stop for start, stop in names):
            joined[-1] += part
        else:
            joined.append(part)
        end += len(part)
    return joined[1:]


@cache
def _parser() -> budoux.Parser:
    return budoux.load_default_japanese_parser()
