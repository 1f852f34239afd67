"""Words of the pages that hold licences against each other."""

import re
from collections.abc import Iterable

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from lineage import words
from lineage.engine.compatibility import Compatibility
from lineage.engine.document import Term
from lineage.engine.side_by_side import Cell, Row
from lineage.views.texts_apart import LETTERS

register = template.Library()

for word in (
    words.compatibility_icon,
    words.compatibility_look,
    words.compatibility_meaning,
    words.compatibility_word,
):
    register.filter(word.__name__, word)

GROUPS = {
    "restrictions": gettext_lazy("What it forbids or limits"),
    "duties": gettext_lazy("What it asks for"),
    "gaps": gettext_lazy("What it leaves open"),
    "outbound": gettext_lazy("What it says of derived models"),
    "control": gettext_lazy("Who may change it"),
    "or-later": gettext_lazy("Later versions"),
}

SIGNS = {"restrictions": "✕", "duties": "△", "gaps": "?"}
_KANA_OR_KANJI = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@register.filter
def explanation_of_pair(given: Compatibility) -> str:
    """Why nothing stands in the way; findings have sentences of their own."""
    return words.explanation(given, {})


@register.filter
def group_word(group: str) -> str:
    return str(GROUPS[group])


@register.filter
def row_sign(row: Row) -> str:
    """The sign of what a text forbids, asks for or leaves open; nothing is better or worse about the rest."""
    return SIGNS.get(row.group, "·")


@register.filter
def row_word(row: Row) -> str:
    """What a row is about, without its limit: the limits stand in its cells."""
    if row.group == "outbound":
        return words.outbound_word(row.code)
    if row.group == "control":
        return words.control_word(row.code)
    return _("a later version may take its place") if row.group == "or-later" else words.term_word(row.code)


@register.filter
def limit_word(term: Term) -> str:
    """10 as 10, a million dollars as US$1,000,000; nothing where there is no limit."""
    return "" if term.limit is None else _limit(term.id, term.limit)


def _limit(kind: str, limit: float) -> str:
    return f"US${words.figure(limit)}" if kind == "revenue-max" else words.figure(limit)


@register.filter
def limits_of(row: Row) -> str:
    """The limits from text to text: 10 → 3."""
    return " → ".join(" / ".join(_limit(row.code, limit) for limit in cell.limits) for cell in row.cells)


@register.filter
def is_only(row: Row, cell: Cell) -> bool:
    return cell.says and row.difference == "only-here"


@register.filter
def letter(place: int) -> str:
    """What a text is called on a page of several: A for the first."""
    return LETTERS[place]


@register.filter
def circled(letters: Iterable[str]) -> SafeString:
    """Some texts by the sign that each has on the page."""
    return format_html_join(" ", '<span class="letter">{}</span>', ((letter,) for letter in letters))


@register.filter
def letters_of(row: Row) -> str:
    """The texts in which a thing stands: B, C."""
    comma = pgettext("between two of several", ", ")
    return comma.join(name for name, cell in zip(LETTERS, row.cells, strict=False) if cell.says)


@register.filter
def carries_unusually(term: Term, row: Row) -> bool:
    """Whether it has to be said what a term binds: most bind what is made from the model, and nothing more."""
    return term.reaches_outputs or term.carries != "derivatives" or row.difference == "reach"


@register.filter
def in_english(quote: str) -> bool:
    """Whether a quote can be marked as English: the texts that are not are Japanese."""
    return not _KANA_OR_KANJI.search(quote)
