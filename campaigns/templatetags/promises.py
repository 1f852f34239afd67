"""Promises in templates: what one assumes of whoever asks, and which uses a release has changed."""

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

register = template.Library()


@register.filter
def fact_words(facts: dict[str, int | bool] | None) -> str:
    """As "a team of 11, 5,000 images a month"; empty when nothing particular is assumed."""
    assumed = {name: value for name, value in (facts or {}).items() if value or name == "annual_revenue_usd"}
    words = (_words(name, value, alone=len(assumed) == 1) for name, value in assumed.items())
    return gettext(", ").join(filter(None, words))


@register.filter
def changed_uses(report: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    """From the data of a `released` update: the uses whose verdict changed, each with `use`, `before`, `after`."""
    before = {str(answer["use"]): answer for answer in report.get("before", [])}
    return [
        {"use": answer["use"], "before": before[str(answer["use"])], "after": answer}
        for answer in report.get("after", [])
        if str(answer["use"]) in before and before[str(answer["use"])]["verdict"] != answer["verdict"]
    ]


@register.filter
def each_term_once(gone: list[dict[str, object]]) -> list[dict[str, object]]:
    """What is gone, for people: a term that two licences brought is one thing to them."""
    return list({(one["term"], one["limit"]): one for one in gone}.values())


def _words(name: str, value: int | bool, *, alone: bool) -> str:
    if value is False or value is None:
        return ""
    if name == "commercial":
        # Whoever has revenue or a team is known to be commercial; saying so twice helps nobody.
        return gettext("commercially") if alone else ""
    if name == "monetised":
        return gettext("on a site that earns money")
    number = number_format(value, force_grouping=True)
    if name == "team_size":
        return gettext("one person") if value == 1 else gettext("a team of %(number)s") % {"number": number}
    if name == "annual_revenue_usd":
        return gettext("US$%(number)s a year") % {"number": number}
    counted = {
        "monthly_active_users": ngettext("%(number)s user a month", "%(number)s users a month", value),
        "images_per_month": ngettext("%(number)s image a month", "%(number)s images a month", value),
    }
    return counted[name] % {"number": number} if name in counted else ""
