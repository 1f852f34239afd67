"""Words for who asks, and for how their figures stand to a licence's limits."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from lineage.engine.document import Facts
from lineage.words.terms import figure
from lineage.words.uses import preset_sentence, preset_word

ALL_TOLD = 6
OWN_FIGURES = gettext_lazy("Figures of my own")


def asker_word(kind: str) -> str:
    """A name for who asks, by the kind: a preset's, or that of somebody with figures of their own."""
    return str(OWN_FIGURES) if kind == "own" else preset_word(kind)


def asker_sentence(kind: str, facts: Facts) -> str:
    """The figures that count, in a sentence."""
    return own_sentence(facts) if kind == "own" else preset_sentence(kind)


def own_sentence(facts: Facts) -> str:
    told = [
        value_word(name, value)
        for name in ("team_size", "annual_revenue_usd", "monthly_active_users", "images_per_month")
        if (value := getattr(facts, name)) is not None
    ]
    if facts.monetised is not None:
        told.append(_("the site earns money") if facts.monetised else _("the site earns nothing"))
    told.append(_("commercial use") if facts.commercial else _("not commercial"))
    sentence = _("Your own figures: %(told)s.") % {"told": pgettext("between two figures", ", ").join(told)}
    return sentence if len(told) == ALL_TOLD else f"{sentence} {_('What is left out is not known.')}"


def value_word(fact: str, value: float) -> str:
    """A figure of who asks: 3 people, US$20,000 of revenue a year."""
    shown = {"number": figure(value)}
    count = int(value)
    if fact == "team_size":
        return ngettext("%(number)s person", "%(number)s people", count) % shown
    if fact == "annual_revenue_usd":
        return _("US$%(number)s of revenue a year") % shown
    if fact == "monthly_active_users":
        return ngettext("%(number)s user a month", "%(number)s users a month", count) % shown
    return ngettext("%(number)s image a month", "%(number)s images a month", count) % shown


def limit_sentence(fact: str, value: float | None, limit: float) -> str:
    """Whether who asks is inside a limit, which stands beside it: "5 people: within the limit"."""
    if value is None:
        return _("Your figure is not stated.")
    told = {"value": value_word(fact, value)}
    return _("%(value)s: within the limit") % told if value <= limit else _("%(value)s: above the limit") % told
