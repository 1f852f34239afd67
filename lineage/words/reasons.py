"""Words for why a verdict is as it is, what would have to be known, and what would help."""

from django.utils.translation import gettext_lazy as _

from lineage.words.terms import term_word

REASONS = {
    "undisclosed-parents": _("not all of its parents are disclosed"),
    "too-large": _("the family is too large to be judged here"),
    "prohibited": _("the licensor has used the right to forbid this"),
    "conflict-superset": _("two licences contradict each other: one of them allows no further restrictions"),
    "conflict-same-permissions": _("two licences contradict each other: one of them asks for exactly its permissions"),
    "conflict-copyleft": _("two licences contradict each other: both want to be the licence of what is made"),
}

ASKS = {
    "team_size": _("How many people are in the team?"),
    "annual_revenue_usd": _("How much revenue is there a year, in US dollars?"),
    "monthly_active_users": _("How many users are there a month?"),
    "images_per_month": _("How many images are made a month?"),
    "monetised": _("Does the website or app earn money?"),
    "commercial": _("Is the use commercial?"),
}

CURES = {
    "replace": _("Make it again without %(model)s, or with a version of it that is free of this."),
    "ask-licensor": _("Ask the licensor of %(model)s; a written permission would settle it."),
    "state-fact": _("The answer depends on a fact that is not stated yet."),
    "keep-duty": _("Nothing stands in the way as long as this is kept."),
    "replace-or-find-out": _("Find out and record what is open about %(model)s, or make it again without that model."),
    "own-licence": _("Give this version a licence without this restriction."),
    "disclose": _("Name every parent of this version."),
    "drop-licence": _("Make it without what came under %(licence)s, or ask its licensor for another licence."),
}

FAULTS = {
    "cycle": _("These are each said to be made from the others, which cannot all be true."),
    "taken-before-offered": _("The second is said to be made from the first, before that was offered to anybody."),
    "child-older-than-parent": _("The second was published before the first, from which it is said to be made."),
    "ineffective-label": _("What its label says does not remove what it inherits."),
}

# Where a cure names no model or licence, the sentence must still be one.
_MODEL = _("the model")
_LICENCE = _("the other licence")


def reason_word(code: str, limit: float | None = None) -> str:
    """What a reason says in a few words: the term's own words, or those of a contradiction."""
    return str(REASONS[code]) if code in REASONS else term_word(code, limit)


def ask_word(fact: str) -> str:
    return str(ASKS.get(fact, fact))


def cure_word(do: str, *, model: str = "", licence: str = "") -> str:
    """What would remove a reason. `model` and `licence` are names for people, not ids."""
    if do not in CURES:
        return ""
    return str(CURES[do]) % {"model": model or str(_MODEL), "licence": licence or str(_LICENCE)}


def fault_word(code: str) -> str:
    """What does not fit together in the facts; the names of the versions stand beside it."""
    return str(FAULTS.get(code, code))
