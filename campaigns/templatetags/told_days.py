"""Days that stand in an update's data as text, in the reader's words."""

from datetime import datetime

from django import template

from campaigns.templatetags.deadlines import day_words

register = template.Library()


@register.filter
def told_day(moment: str, zone: str) -> str:
    """The day of an ISO moment, "2026-04-30T15:00:00+00:00", as it was in the zone; empty without one."""
    return day_words(datetime.fromisoformat(moment), zone or "UTC") if moment else ""
