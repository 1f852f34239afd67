"""Words for whether two licences go together, and why."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from lineage.engine.compatibility import CHECK, NO, SAME, UNKNOWN, YES, Compatibility, Finding
from lineage.words.own_texts import told
from lineage.words.terms import term_word

ANSWERS = {
    SAME: pgettext_lazy("licences together", "Same text"),
    YES: pgettext_lazy("licences together", "Yes"),
    CHECK: pgettext_lazy("licences together", "Look closer"),
    UNKNOWN: pgettext_lazy("licences together", "Unknown"),
    NO: pgettext_lazy("licences together", "No"),
}
WITH_DUTIES = pgettext_lazy("licences together", "With duties")

ICONS = {SAME: "=", YES: "✓", CHECK: "△", UNKNOWN: "?", NO: "✕"}
LOOKS = {SAME: "quiet", YES: "ok", CHECK: "cond", UNKNOWN: "unclear", NO: "bad"}

FINDINGS = {
    "conflict-superset": _("%(licence)s allows no further restrictions, and %(other)s restricts more: %(terms)s."),
    "conflict-same-permissions": _(
        "%(licence)s asks for exactly its own permissions, and %(other)s restricts more: %(terms)s."
    ),
    "conflict-copyleft": _("Both want to be the licence of what is made: %(licence)s and %(other)s."),
    "no-redistribution": _("%(licence)s does not let the model, or what is made from it, be passed on."),
    "no-sharing-merges": _("%(licence)s does not let merges be shared; of a fine-tune this is not said."),
    "restriction-inherited": _(
        "What %(licence)s forbids or limits goes on applying, though %(other)s does not say as much: %(terms)s."
    ),
    "restriction-shared": _(
        "Both texts forbid or limit this, and what comes from %(licence)s stays inherited: %(terms)s."
    ),
    "duty-inherited": _("Beside what %(other)s asks for, this from %(licence)s is to be kept: %(terms)s."),
    "gap-inherited": _("%(licence)s leaves something open that its licensor has to be asked: %(terms)s."),
    "stays-under": _(
        "What is made from a model under %(licence)s stays under it: %(other)s can stand beside it, not in its place."
    ),
    "keeps-permissions": _(
        "%(licence)s asks what is made from it to keep exactly its permissions: "
        "%(other)s can stand beside them, not in their place."
    ),
    "unread": _("Nothing of the text of %(licence)s is on file, so nobody can say."),
    "unknown-licence": _("One of the two licences is not known, so nobody can say."),
}

NOTHING = {
    SAME: _("It is one and the same text."),
    YES: _("Nothing on file speaks against it: what goes on applying, the licence of the new model asks for too."),
}

MEANINGS = {
    SAME: _("The same licence, so nothing changes."),
    YES: _("Nothing stands in the way."),
    CHECK: _("Something of the first licence goes on applying."),
    UNKNOWN: _("Nobody can say yet."),
    NO: _("The texts contradict each other, or one forbids it."),
}
MEANING_WITH_DUTIES = _("It may be offered so, if some things are kept.")


def only_duties(given: Compatibility) -> bool:
    """Whether nothing but duties has to be looked at: things that everybody can keep."""
    return given.answer == CHECK and all(finding.code == "duty-inherited" for finding in given.findings)


def compatibility_word(given: Compatibility) -> str:
    return str(WITH_DUTIES if only_duties(given) else ANSWERS[given.answer])


def compatibility_meaning(given: Compatibility) -> str:
    """The answer as a sentence, to whether what is made from a model may be offered under the second licence."""
    return str(MEANING_WITH_DUTIES if only_duties(given) else MEANINGS[given.answer])


def compatibility_icon(given: Compatibility) -> str:
    return "✓" if only_duties(given) else ICONS[given.answer]


def compatibility_look(given: Compatibility) -> str:
    """The last part of a chip's class. What only asks for duties looks like what is free."""
    return "ok" if only_duties(given) else LOOKS[given.answer]


def finding_sentence(finding: Finding, names: Mapping[str, str]) -> str:
    """One finding as a sentence; `names` are the licences' names by id."""
    separator = pgettext("between the terms of a licence", "; ")
    return str(FINDINGS[finding.code]) % {
        "licence": told(names.get(finding.licence, finding.licence)),
        "other": told(names.get(finding.other, finding.other)),
        "terms": separator.join(term_word(kind, limit) for kind, limit in finding.terms),
    }


def explanation(given: Compatibility, names: Mapping[str, str]) -> str:
    """Why the answer is as it is, in one sentence or more."""
    if not given.findings:
        return str(NOTHING[given.answer])
    return " ".join(finding_sentence(finding, names) for finding in given.findings)
