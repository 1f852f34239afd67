"""Sentences for what somebody says of a model, as a proposal or a row on record has it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from lineage.words.formats import said_words
from lineage.words.terms import control_word, outbound_word, term_word
from lineage.words.uses import method_word

FORMATS = {
    "genseki": gettext_lazy("lineage file"),
    "hugging-face-card": gettext_lazy("model card of Hugging Face"),
    "civitai": gettext_lazy("model of Civitai (JSON)"),
    "safetensors": gettext_lazy("safetensors file"),
    "mergekit": gettext_lazy("configuration of mergekit"),
    "comfyui": gettext_lazy("workflow of ComfyUI"),
    "csv": gettext_lazy("table of parents and children (CSV)"),
    "csv-edges": gettext_lazy("table of parents and children (CSV)"),
}

CERTAINTIES = {
    "declared": gettext_lazy("declared"),
    "claimed": gettext_lazy("claimed"),
    "candidate": gettext_lazy("only mentioned"),
}

CERTAINTY_SENTENCES = {
    "declared": gettext_lazy("A field that is made for it says so."),
    "claimed": gettext_lazy("It is said, but what exactly is meant is open."),
    "candidate": gettext_lazy("A link or a mention: it counts for nothing before somebody has confirmed it."),
}

KINDS = {
    "artefact": gettext_lazy("Versions"),
    "licence": gettext_lazy("Licence texts"),
    "grant": gettext_lazy("Which licence stood when"),
    "derivation": gettext_lazy("What was made from what"),
    "exemption": gettext_lazy("Exemptions"),
    "prohibition": gettext_lazy("Uses that a licensor forbade"),
}

STATES = {
    "open": pgettext_lazy("proposal", "open"),
    "accepted": pgettext_lazy("proposal", "accepted"),
    "amended": pgettext_lazy("proposal", "accepted with a change"),
    "declined": pgettext_lazy("proposal", "declined"),
}

OUTCOMES = {
    "open": pgettext_lazy("dispute", "open"),
    "stands": pgettext_lazy("dispute", "settled: it stands"),
    "given-up": pgettext_lazy("dispute", "settled: it was given up"),
}

# What keeping and fetching say themselves, beside what the readers of formats say.
OWN_SENTENCES = {
    "{number} statements are left out: their ids cannot be kept as addresses of pages": gettext_lazy(
        "{number} statements are left out: their ids cannot be kept as addresses of pages"
    ),
    "nothing came after {tries} tries": gettext_lazy("nothing came after {tries} tries"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What versions and licence texts are called, by their ids. What is not in here stands for itself."""

    versions: Mapping[str, str] = field(default_factory=dict)
    licences: Mapping[str, str] = field(default_factory=dict)

    def version(self, id: object) -> str:
        return self.versions.get(str(id), str(id))

    def licence(self, id: object) -> str:
        return self.licences.get(str(id), str(id))


def kept_sentence(said: Mapping[str, Any]) -> str:
    """A remark on evidence, or why an address was not read, as a row keeps it: a template with its values."""
    template, values = str(said.get("template", "")), dict(said.get("values", {}))
    if template in OWN_SENTENCES:
        return str(OWN_SENTENCES[template]).format(**values)
    return said_words(template, values)


def format_word(name: str) -> str:
    return str(FORMATS.get(name, name))


def certainty_word(certainty: str) -> str:
    return str(CERTAINTIES.get(certainty, certainty))


def certainty_sentence(certainty: str) -> str:
    return str(CERTAINTY_SENTENCES.get(certainty, ""))


def claim_kind_word(kind: str) -> str:
    return str(KINDS.get(kind, kind))


def proposal_state_word(state: str) -> str:
    return str(STATES.get(state, state))


def outcome_word(outcome: str) -> str:
    return str(OUTCOMES.get(outcome, outcome))


def claim_sentence(kind: str, content: Mapping[str, Any], names: Names) -> str:
    """What a statement says: "BRA V4 was made from ChilloutMix (merge, 30%)"."""
    return _SENTENCES[kind](content, names)


def _artefact(content: Mapping[str, Any], names: Names) -> str:
    said = _("There is a version called “%(name)s”") % {"name": content.get("name", content.get("id", ""))}
    facts = [
        (content.get("licensor"), _("offered by %(value)s")),
        (_day(content.get("published_on")), _("published on %(value)s")),
        (content.get("claimed_label"), _("with the label “%(value)s”")),
        (str(content.get("sha256") or "")[:12], _("SHA-256 %(value)s…")),
        (content.get("undisclosed_parents") or None, _("also made from models that are not named")),
    ]
    return _with(said, [words % {"value": value} for value, words in facts if value])


def _licence(content: Mapping[str, Any], names: Names) -> str:
    said = _("There is a licence text called “%(name)s”") % {"name": content.get("name") or content.get("id", "")}
    terms = [term_word(str(term.get("id")), term.get("limit")) for term in content.get("terms", [])]
    demands = [outbound_word(item) for item in content.get("outbound", [])]
    return _with(said, [*terms, *demands, *(control_word(item) for item in content.get("control", []))])


def _grant(content: Mapping[str, Any], names: Names) -> str:
    values = {
        "model": names.version(content.get("artefact")),
        "licence": names.licence(content.get("licence")),
        "day": _day(content.get("from")),
        "end": _day(content.get("until")),
    }
    if content.get("until"):
        said = _("%(model)s was offered under “%(licence)s” from %(day)s until before %(end)s") % values
    else:
        said = _("%(model)s has been offered under “%(licence)s” since %(day)s") % values
    return _with(said, [_("as an offer that one must accept")] if content.get("optional") else [])


def _derivation(content: Mapping[str, Any], names: Names) -> str:
    child, parent = names.version(content.get("child")), names.version(content.get("parent"))
    said = _("%(child)s was made from %(parent)s") % {"child": child, "parent": parent}
    how = [method_word(str(content.get("method", "")))]
    if isinstance(content.get("share"), int | float):
        how.append(f"{number_format(round(content['share'] * 100, 1), use_l10n=True).removesuffix('.0')}%")
    return _with(said, [*how, *_taken(content.get("obtained_on"))])


def _taken(when: object) -> list[str]:
    if isinstance(when, dict):
        values = {"first": _day(when.get("from")), "end": _day(when.get("until"))}
        if str(when.get("from", "")).startswith("1970-"):
            return [_("taken before %(end)s") % values]
        return [_("taken between %(first)s and %(end)s") % values]
    return [_("taken on %(day)s") % {"day": _day(when)}] if when else []


def _exemption(content: Mapping[str, Any], names: Names) -> str:
    values = {
        "actors": pgettext("between two of several", ", ").join(str(actor) for actor in content.get("actors", [])),
        "term": term_word(str(content.get("term", ""))),
        "model": names.version(content.get("artefact")),
    }
    return _("For %(actors)s, %(model)s comes without this term: %(term)s") % values


def _prohibition(content: Mapping[str, Any], names: Names) -> str:
    values = {"model": names.version(content.get("artefact")), "day": _day(content.get("on"))}
    return _("The licensor of %(model)s forbade what is built on it, on %(day)s") % values


def _with(said: str, details: list[str]) -> str:
    if not details:
        return said
    return _("%(said)s (%(details)s)") % {"said": said, "details": _(", ").join(details)}


def _day(value: object) -> str:
    if not value:
        return ""
    try:
        return date_format(date.fromisoformat(str(value)), "DATE_FORMAT")
    except ValueError:
        return str(value)


_SENTENCES: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "artefact": _artefact,
    "licence": _licence,
    "grant": _grant,
    "derivation": _derivation,
    "exemption": _exemption,
    "prohibition": _prohibition,
}
