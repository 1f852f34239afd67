"""A repair plan as the first words of a draft: proposals, all of which can be changed."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns import money
from campaigns.actions.save_draft import CostLine
from campaigns.models import Campaign
from lineage.engine.document import Interval
from lineage.models import Version
from lineage.verdicts import FamilyTooLarge, NotRepairable, Repair, RepairInput, RepairStep, repair_of
from lineage.words import handling_word, method_word, told

LONGEST_ITEM = 120
OTHER = {"ja": "en", "en": "ja"}

Costs = Sequence[int | None]
"""For each step of the plan its price in cents, None where it is not stated."""


def repair_to_start_from(version: Version | None, on: date) -> Repair | None:
    """The plan for a version; None where there is none, or nothing to do."""
    if version is None:
        return None
    try:
        repair = repair_of(version, on)
    except (NotRepairable, FamilyTooLarge):
        return None
    return repair if repair.steps else None


def suggested_title(version: Version) -> str:
    """In the reader's language."""
    return (_("A clean %(name)s") % {"name": told(version.name)})[:LONGEST_ITEM]


def suggested_name(version: Version) -> str:
    """For the version that is to be made, in the reader's language."""
    return (_("%(name)s, clean") % {"name": told(version.name)})[:200]


def plan_text(repair: Repair, language: str, costs: Costs = ()) -> str:
    """The steps in Markdown, in the campaign's language; prices that are stated stand with them."""
    with translation.override(language):
        steps = [_step(repair, number, _cost_of(costs, number)) for number in range(1, len(repair.steps) + 1)]
        comma = pgettext("between two of several", ", ")
        kept = comma.join(_plain(repair.record.name_of(slug)) for slug, _name in repair.keep)
        ending = [_("Everything else stays as it is: %(models)s.") % {"models": kept}] if kept else []
        return "\n\n".join(["\n".join(steps), *ending])


def stated_costs(repair: Repair, language: str, currency: str, costs: Costs) -> list[CostLine]:
    """Lines for the steps whose price is stated. Prices are US dollars, and are not converted."""
    if currency != "USD":
        return []
    items = _items(repair, language)
    return [
        CostLine(item, price, other)
        for (item, other), price in zip(items, [*costs, *[None] * len(items)], strict=False)
        if price
    ]


def proposed_costs(draft: Campaign, repair: Repair | None) -> list[dict[str, object]]:
    """Lines without an amount, for the steps that no line of the draft names yet.

    Where somebody wrote a line of their own, the draft is theirs, and nothing is proposed any more.
    """
    items = _items(repair, draft.language) if repair else []
    saved = {cost.item for cost in draft.costs.all()}
    if not saved <= {item for item, _other in items}:
        return []
    return [{"item": item, "item_other": other, "amount": ""} for item, other in items if item not in saved]


def proposed_parents(repair: Repair) -> list[dict[str, object]]:
    """What goes in, as the lines of a plan show it; what is to be replaced has no name yet."""
    return [
        {
            "parent": one.slug if one.how == "kept" else "",
            "method": one.made.method,
            "obtained_on": _day(one) if one.how == "kept" else None,
            "share": "" if one.made.share is None else f"{one.made.share * 100:g}",
            "unsure": one.how == "kept" and not one.made.certain,
        }
        for one in repair.ingredients
    ]


def replaced_names(repair: Repair) -> list[str]:
    """The models in whose place something clean is to be chosen."""
    return [one.name for one in repair.ingredients if one.how == "replaced"]


def _items(repair: Repair, language: str) -> list[tuple[str, str]]:
    """A line of costs for each step: in the campaign's language, and in the other."""
    written: Mapping[str, list[str]] = {}
    for each in (language, OTHER.get(language, "en")):
        with translation.override(each):
            written = {**written, each: [_work(repair, step)[:LONGEST_ITEM] for step in repair.steps]}
    return list(zip(*written.values(), strict=True))


def _work(repair: Repair, step: RepairStep) -> str:
    # The names in a plan are in the reader's language; the draft may be in the other.
    words = _("Something clean in the place of %(name)s") if step.how == "replaced" else _("Make %(name)s again")
    return words % {"name": repair.record.name_of(step.slug)}


def _step(repair: Repair, number: int, cost: int | None) -> str:
    step = repair.steps[number - 1]
    price = f" ({money.figure(cost, 'USD')})" if cost else ""
    lines = [f"{number}. **{_plain(_work(repair, step))}**{price}"]
    return "\n".join([*lines, *(f"    - {_ingredient(repair, one)}" for one in step.inputs)])


def _ingredient(repair: Repair, one: RepairInput) -> str:
    return f"{_plain(repair.record.name_of(one.slug))} ({method_word(one.made.method)}): {handling_word(one.how)}"


def _plain(name: str) -> str:
    """A name that means nothing to Markdown."""
    return re.sub(r"([\\`*<>\[\]])", r"\\\1", name)


def _cost_of(costs: Costs, number: int) -> int | None:
    return costs[number - 1] if number <= len(costs) else None


def _day(one: RepairInput) -> date | None:
    when = one.made.obtained_on
    return when.starts if isinstance(when, Interval) else when
