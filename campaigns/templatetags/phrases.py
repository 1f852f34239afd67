"""Japanese headings that break between phrases and not inside a word."""

from functools import cache, lru_cache

import budoux
from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def phrases(text: str) -> SafeString:
    """The text, escaped, with <wbr> between phrases where it is Japanese; any other text is only escaped."""
    return _broken(str(text))


@lru_cache(maxsize=1024)
def _broken(text: str) -> SafeString:
    return format_html_join(SafeString("<wbr>"), "{}", ((part,) for part in _parts(text)))


def _parts(text: str) -> list[str]:
    # Kana tell Japanese from everything else, whatever the page's language is: titles come in either.
    if not any("\u3040" <= sign <= "\u30ff" for sign in text):
        return [text]
    return _parser().parse(text)


@cache
def _parser() -> budoux.Parser:
    return budoux.load_default_japanese_parser()
