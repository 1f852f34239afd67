"""Words for the lineage state of a model and for verdicts on uses."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Said of a living maker's work, so the words tell what is the case and accuse nobody.
STATES = {
    "tainted": _("inherits restrictions"),
    "suspect": _("has open questions"),
    "clean": _("inherits no restriction"),
}

STATE_SENTENCES = {
    "tainted": _("Terms of models further up in the family reach this version. Each is shown with the way it came."),
    "suspect": _(
        "Something in the family is not known well enough: a licence, a date or a parent. "
        "Until it is, some answers stay open."
    ),
    "clean": _("No restriction from a model further up in the family reaches this version."),
}

VERDICTS = {
    "allowed": pgettext_lazy("verdict", "OK"),
    "conditional": pgettext_lazy("verdict", "Conditional"),
    "unclear": pgettext_lazy("verdict", "Unclear"),
    "blocked": pgettext_lazy("verdict", "Not allowed"),
}

ICONS = {"allowed": "✓", "conditional": "△", "unclear": "?", "blocked": "✕"}


def state_word(state: str) -> str:
    return str(STATES[state])


def state_sentence(state: str) -> str:
    return str(STATE_SENTENCES[state])


def verdict_word(verdict: str) -> str:
    return str(VERDICTS[verdict])


def verdict_icon(verdict: str) -> str:
    return ICONS[verdict]
