"""Promises in templates: what one assumes of whoever asks, and which uses a release has changed."""

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

register = template.Library()


@register.filter
def fact_words(facts: dict[str, int | bool] | None) -> str:
    """"in a team of 11, 5,000 images a month"; empty when nothing particular is assumed."""
    return ", ".join(filter(None, (_words(name, value) for name, value in (facts or {}).items())))


@register.filter
def changed_uses(report: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    """From the data of a `released` update: the uses whose verdict changed, each with `use`, `before`, `after`."""
    before = {str(answer["use"]): answer for answer in report.get("before", [])}
    return [
        {"use": answer["use"], "before": before[str(answer["use"])], "after": answer}
        for answer in report.get("after", [])
        if str(answer["use"]) in before and before[str(answer["use"])]["verdict"] != answer["verdict"]
    ]


def _words(name: str, value: int | bool) -> str:
    if value is False or value is None:
        return ""
    if name == "commercial":
        return gettext("commercially")
    if name == "monetised":
        return gettext("on a site that earns money")
    number = number_format(value, force_grouping=True)
    if name == "team_size":
        return gettext("alone") if value == 1 else gettext("in a team of %(number)s") % {"number": number}
    if name == "annual_revenue_usd":
        return gettext("with revenue of US$%(number)s a year") % {"number": number}
    if name == "monthly_active_users":
        return ngettext("with %(number)s user a month", "with %(number)s users a month", value) % {"number": number}
    if name == "images_per_month":
        return ngettext("%(number)s image a month", "%(number)s images a month", value) % {"number": number}
    return ""
