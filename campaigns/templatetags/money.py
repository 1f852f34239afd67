"""Amounts in templates: `{{ 24500|figure:"JPY" }}` as a number, `{{ 24500|in_words:"JPY" }}` inside a sentence."""

from django import template
from django.utils.translation import get_language

from campaigns import money

register = template.Library()


@register.filter
def figure(minor: int | None, currency: str) -> str:
    """¥24,500 or US$3.00; empty when there is no amount."""
    return "" if minor is None else money.figure(minor, currency)


@register.filter
def in_words(minor: int | None, currency: str) -> str:
    """24,500円 for Japanese readers, ¥24,500 for others; empty when there is no amount."""
    return "" if minor is None else money.in_words(minor, currency, get_language() or "en")


@register.filter
def first_figure(minor: int | None, currency: str) -> str:
    """The first amount of a page as a number: ¥24,500, and for readers of English ¥24,500 JPY."""
    if minor is None or (get_language() or "en").startswith("ja"):
        return figure(minor, currency)
    return money.with_code(minor, currency, "en")


@register.filter
def first_in_words(minor: int | None, currency: str) -> str:
    """The first amount of a page or a mail inside a sentence: 24,500円, and for readers of English ¥24,500 JPY."""
    return "" if minor is None else money.with_code(minor, currency, get_language() or "en")


@register.filter
def code_beside(currency: str) -> str:
    """JPY, to stand once beside the first amount of a page: for readers of English ¥ may be yuan too. Else empty."""
    return currency if currency == "JPY" and not (get_language() or "en").startswith("ja") else ""


@register.filter
def grouped(number: int) -> str:
    """A count with its thousands apart: 200,000."""
    return f"{number:,}"


@register.filter
def digits(minor: int | None, currency: str) -> str:
    """The digits alone, as a form or an address takes them: 24500, 3.00."""
    return "" if minor is None else money.plain(minor, currency)
