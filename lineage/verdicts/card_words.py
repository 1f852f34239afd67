"""The words of a model card's section, in the reader's language."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lineage.formats.card_markdown import CardWords
from lineage.words import method_word, state_sentence, state_word, term_word, told


def card_words() -> CardWords:
    return CardWords(
        heading=_("Lineage and licences"),
        made_from=_("Made from"),
        no_parents=_("No parent is on record."),
        undisclosed=_("Further parents, which have not been made public."),
        inherited=_("Inherited restrictions"),
        nothing_inherited=_("None: no restriction from a model further up in the family reaches this version."),
        nothing_known_inherited=_("None is known. But something in the family is open, and it could bring one."),
        own_licence=_("Its own licence"),
        licence_unknown=_("not known"),
        not_certain=_("not certain"),
        unknown_licence=_("an unknown licence"),
        planned=_("Planned: nobody has made it yet."),
        disclaimer=_("Read from licence texts by a program, on the facts on record. Not legal advice."),
        whole_record=_("The whole record, with what proves it"),
        between=pgettext("between two statements", "; "),
        state=_state,
        method=method_word,
        term=lambda kind, limit: _first_large(term_word(kind, limit)),
        from_under=lambda origin, licence: (
            _("from %(model)s under %(licence)s") % {"model": origin, "licence": licence}
        ),
        clause=lambda clause: _("clause %(clause)s") % {"clause": clause},
        quote=lambda quote: _("“%(quote)s”") % {"quote": quote},
        path=lambda path: _("by way of %(path)s") % {"path": path},
        other_ways=_other_ways,
        named=told,
    )


def _state(state: str, day: date) -> str:
    return _("**%(state)s** (seen on %(day)s). %(sentence)s") % {
        "state": _first_large(state_word(state)),
        "day": date_format(day, "DATE_FORMAT"),
        "sentence": state_sentence(state),
    }


def _other_ways(count: int) -> str:
    return ngettext("and by %(count)s other way", "and by %(count)s other ways", count) % {"count": count}


def _first_large(words: str) -> str:
    return words[:1].upper() + words[1:]
