"""Amounts of US dollars on pages of lineage, which know no other money."""

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def dollars(cents: int) -> str:
    """15000 as US$150, 14950 as US$149.50."""
    whole, rest = divmod(cents, 100)
    return f"US${number_format(whole, force_grouping=True)}" + (f".{rest:02}" if rest else "")
