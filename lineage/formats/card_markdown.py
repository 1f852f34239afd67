"""A section for a model card, in words for people: where the version comes from, what it inherits, and why.

The words come from outside, in the reader's language; names of models and licences are escaped.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from lineage.engine.document import Derivation
from lineage.engine.inheritance import Item, State
from lineage.engine.terms import UNKNOWN_LICENCE
from lineage.formats.exported_family import ExportedFamily
from lineage.formats.markdown_text import escaped, linked

LONGEST_QUOTE: Final = 300
LONGEST_WAY: Final = 12


@dataclass(frozen=True, slots=True)
class CardWords:
    """The words of one language. The functions get names that are Markdown already, and ids of the calculus.

    `named` alone gets a name as it is on record, and says how it is told.
    """

    heading: str
    made_from: str
    no_parents: str
    undisclosed: str
    inherited: str
    nothing_inherited: str
    nothing_known_inherited: str
    own_licence: str
    licence_unknown: str
    not_certain: str
    unknown_licence: str
    planned: str
    disclaimer: str
    whole_record: str
    between: str
    state: Callable[[State, date], str]
    method: Callable[[str], str]
    term: Callable[[str, float | None], str]
    from_under: Callable[[str, str], str]
    clause: Callable[[str], str]
    quote: Callable[[str], str]
    path: Callable[[str], str]
    other_ways: Callable[[int], str]
    named: Callable[[str], str] = str


def card_markdown(family: ExportedFamily, words: CardWords) -> str:
    """Markdown that begins with a heading of the second level and ends with a link to the page of the version."""
    blocks = [
        f"## {words.heading}",
        words.planned if family.subject in family.planned else "",
        words.state(family.inheritance.state(family.subject), family.on),
        f"### {words.made_from}",
        "\n".join(_parents(family, words)),
        f"### {words.inherited}",
        "\n".join(_restrictions(family, words)),
        f"### {words.own_licence}",
        _own_licence(family, words),
        f"*{words.disclaimer}*",
        linked(words.whole_record, family.link(family.subject)),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _parents(family: ExportedFamily, words: CardWords) -> Iterator[str]:
    made = family.derivations_of(family.subject)
    yield from (f"- {_parent(family, one, words)}" for one in made)
    if family.head.undisclosed_parents:
        yield f"- {words.undisclosed}"
    elif not made:
        yield words.no_parents


def _parent(family: ExportedFamily, made: Derivation, words: CardWords) -> str:
    share = "" if made.share is None else f" {made.share * 100:.3g}%"
    doubt = "" if made.certain else f" ({words.not_certain})"
    return f"{_name(family, made.parent, words)}: {words.method(made.method)}{share}{doubt}"


def _restrictions(family: ExportedFamily, words: CardWords) -> Iterator[str]:
    """Each restriction once, by its best way; how many other ways there are is said."""
    grouped: dict[tuple[str, float | None], list[Item]] = {}
    for item in family.inheritance.restrictions(family.subject):
        grouped.setdefault((item.term.id, item.term.limit), []).append(item)
    for items in grouped.values():
        items.sort(key=_best_first)
    for items in sorted(grouped.values(), key=lambda items: (not items[0].certain, items[0].term.id)):
        yield f"- {_restriction(family, items[0], len(items) - 1, words)}"
    if not grouped:
        clean = family.inheritance.state(family.subject) == "clean"
        yield words.nothing_inherited if clean else words.nothing_known_inherited


def _restriction(family: ExportedFamily, item: Item, others: int, words: CardWords) -> str:
    said = [
        f"**{words.term(item.term.id, item.term.limit)}**",
        words.from_under(_name(family, item.origin, words), _licence(family, item.licence, words)),
        words.clause(escaped(item.term.clause)) if item.term.clause else "",
        words.quote(escaped(_short(item.term.quote))) if item.term.quote else "",
        words.path(_way(family, item, words)),
        "" if item.certain else words.not_certain,
        words.other_ways(others) if others else "",
    ]
    return words.between.join(part for part in said if part)


def _way(family: ExportedFamily, item: Item, words: CardWords) -> str:
    """From where the term was made down to the subject; the middle of a long way is left out."""
    names = [escaped(words.named(family.pedigree.artefacts[id].name or id)) for id in reversed(item.path)]
    if len(names) > LONGEST_WAY:
        half = LONGEST_WAY // 2
        names = [*names[:half], "…", *names[-half:]]
    return " → ".join(names)


def _best_first(item: Item) -> tuple[object, ...]:
    """What is sure, then what shows its words, then what is near."""
    shown = bool(item.term.clause or item.term.quote)
    return not item.certain, not shown, len(item.path), item.path, item.licence


def _short(quote: str) -> str:
    return quote if len(quote) <= LONGEST_QUOTE else f"{quote[: LONGEST_QUOTE - 1].rstrip()}…"


def _own_licence(family: ExportedFamily, words: CardWords) -> str:
    grant = family.own_grant()
    if grant is None:
        return words.licence_unknown
    return _licence(family, grant.licence, words) + ("" if grant.certain else f" ({words.not_certain})")


def _licence(family: ExportedFamily, id: str, words: CardWords) -> str:
    if id == UNKNOWN_LICENCE:
        return words.unknown_licence
    licence = family.licence(id)
    return linked(words.named(licence.name or licence.id), licence.url)


def _name(family: ExportedFamily, id: str, words: CardWords) -> str:
    return linked(words.named(family.pedigree.artefacts[id].name or id), family.link(id))
