"""What the engine found, as a page tells it: names instead of ids, one source first, and what proves each step."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from lineage.engine import terms
from lineage.engine.document import Derivation, Grant, Interval, Licence
from lineage.engine.inheritance import Item, Path
from lineage.engine.verdicts import Cure, Reason
from lineage.verdicts.record import Record
from lineage.verdicts.since import Since, since_when
from lineage.verdicts.strip import StripItem
from lineage.words import ask_word, cure_word, told

# A path as chips show it, from where something comes to the version itself: (slug, name) each.
Chips = tuple[tuple[str, str], ...]

MOST_OTHERS = 12
MOST_SOURCES = 50


@dataclass(frozen=True, slots=True)
class Named:
    """A licence as a page shows it. `slug` is empty where nobody knows the licence, so that there is no page."""

    slug: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """One derivation on the way, with what proves it."""

    parent: str
    child: str
    made: Derivation
    evidence: tuple[str, ...]

    @property
    def span(self) -> Interval | None:
        return self.made.obtained_on if isinstance(self.made.obtained_on, Interval) else None


@dataclass(frozen=True, slots=True)
class Offer:
    """One grant of the licence at the place where it comes from, with what proves it."""

    grant: Grant
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where something comes from. `cure` and `ask` are sentences, or empty; `do` is the cure's name in the calculus.

    The nearest source of a ground is told in full; of the others, what proves them is left out.
    """

    origin: tuple[str, str]
    path: Chips
    licence: Named | None
    steps: tuple[Step, ...]
    offers: tuple[Offer, ...]
    since: Since
    certain: bool = True
    clause: str = ""
    quote: str = ""
    do: str = ""
    cure: str = ""
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that counts, with its nearest sources. `verdict` is empty for what is only inherited.

    It came by `ways` ways in all; `licences` are those that say so, each once.
    """

    code: str
    limit: float | None
    verdict: str
    certain: bool
    sources: tuple[Source, ...]
    ways: int
    licences: tuple[Named, ...]

    @property
    def first(self) -> Source:
        return self.sources[0]

    @property
    def others(self) -> tuple[Source, ...]:
        """The next ways by which it comes, as many as a page can hold."""
        return self.sources[1 : 1 + MOST_OTHERS]

    @property
    def more(self) -> int:
        """How many ways are left."""
        return max(self.ways - 1 - MOST_OTHERS, 0)


def inherited_restrictions(record: Record) -> tuple[Ground, ...]:
    """Every restriction that counts for the lineage, once, with the ways it came: the certain and near ones first."""
    grouped: dict[tuple[str, float | None], list[Item]] = {}
    for item in record.restrictions:
        grouped.setdefault((item.term.id, item.term.limit), []).append(item)
    grounds = []
    for (code, limit), items in grouped.items():
        items.sort(key=lambda item: (not item.certain, len(item.path), item.path, item.licence))
        nearest = enumerate(items[:MOST_SOURCES])
        sources = tuple(_source_of_item(record, item, in_full=not place) for place, item in nearest)
        told = _licences(record, (item.licence for item in items))
        grounds.append(Ground(code, limit, "", items[0].certain, sources, len(items), told))
    return tuple(sorted(grounds, key=lambda ground: (not ground.certain, ground.code, ground.limit or 0)))


@dataclass(frozen=True, slots=True)
class Way:
    """What came together: some grounds whose nearest source is one licence on one path. `others` came elsewhere."""

    source: Source
    grounds: tuple[Ground, ...]
    others: tuple[Source, ...]


def by_way(grounds: Iterable[Ground]) -> tuple[Way, ...]:
    """Grounds that came by the same way together, so that a page shows the way once."""
    grouped: dict[tuple[object, ...], list[Ground]] = {}
    for ground in grounds:
        grouped.setdefault((ground.first.path, ground.first.licence, ground.certain), []).append(ground)
    ways = []
    for group in grouped.values():
        others = {(source.path, source.licence): source for ground in group for source in ground.others}
        ways.append(Way(group[0].first, tuple(group), tuple(others.values())))
    return tuple(ways)


def proof(record: Record, item: StripItem) -> tuple[Ground, ...]:
    """The reasons of one use, worst first, each kind once."""
    grouped: dict[tuple[str, float | None, str], list[Reason]] = {}
    for reason in item.answer.reasons:
        grouped.setdefault((reason.code, reason.limit, reason.verdict), []).append(reason)
    grounds = []
    for (code, limit, verdict), reasons in grouped.items():
        reasons.sort(key=lambda reason: (len(reason.path or ()), reason.path or (), reason.licence or ""))
        nearest = enumerate(reasons[:MOST_SOURCES])
        sources = tuple(_source_of_reason(record, reason, in_full=not place) for place, reason in nearest)
        told = _licences(record, (reason.licence for reason in reasons))
        grounds.append(Ground(code, limit, verdict, verdict != "unclear", sources, len(reasons), told))
    return tuple(sorted(grounds, key=_weight))


def _licences(record: Record, ids: Iterable[str | None]) -> tuple[Named, ...]:
    texts_on_file = record.inheritance.pedigree.licences
    return tuple(named(texts_on_file[id]) for id in dict.fromkeys(ids) if id)


def _weight(ground: Ground) -> tuple[int, bool, int, str, float]:
    """The worst first; among the conditions limits before duties that everybody can keep; then what came nearest."""
    duty = terms.is_obligation(ground.code)
    return -terms.severity(ground.verdict), duty, len(ground.first.path), ground.code, ground.limit or 0


def _source_of_item(record: Record, item: Item, *, in_full: bool) -> Source:
    source = _source(record, item.path, item.origin, item.licence, in_full=in_full)
    return replace(source, certain=item.certain, clause=item.term.clause or "", quote=item.term.quote or "")


def _source_of_reason(record: Record, reason: Reason, *, in_full: bool) -> Source:
    origin = reason.origin or record.version.slug
    return replace(
        _source(record, reason.path or (origin,), origin, reason.licence, in_full=in_full),
        certain=reason.verdict != "unclear",
        clause=reason.clause or "",
        quote=reason.quote or "",
        do=reason.cure.do if reason.cure else "",
        cure=cure_sentence(record, reason.cure),
        ask=ask_word(reason.ask) if reason.ask else "",
    )


def _source(record: Record, path: Path, origin: str, licence: str | None, *, in_full: bool) -> Source:
    pedigree = record.inheritance.pedigree
    offers = (grant for grant in pedigree.grants_of(origin) if grant.licence == licence)
    return Source(
        origin=(origin, record.name_of(origin)),
        path=chips(record, path),
        licence=named(pedigree.licences[licence]) if licence else None,
        steps=tuple(_steps(record, path)) if in_full else (),
        offers=tuple(Offer(grant, texts(grant.evidence)) for grant in offers) if in_full else (),
        since=since_when(pedigree, path, licence) if in_full else Since(),
    )


def chips(record: Record, path: Path) -> Chips:
    """A path of the engine, turned: it starts where the restriction was made and ends at the version."""
    return tuple((id, record.name_of(id)) for id in reversed(path))


def _steps(record: Record, path: Path) -> Iterable[Step]:
    for child, parent in pairwise(path):
        for made in record.inheritance.pedigree.derivations.get(child, ()):
            if made.parent == parent:
                yield Step(record.name_of(parent), record.name_of(child), made, texts(made.evidence))


def cure_sentence(record: Record, cure: Cure | None) -> str:
    """What would remove a reason, in the reader's words; empty where nothing would."""
    if cure is None:
        return ""
    licence = record.inheritance.pedigree.licences[cure.licence] if cure.licence else None
    model = record.name_of(cure.artefact) if cure.artefact else ""
    return cure_word(cure.do, model=model, licence=named(licence).name if licence else "")


def named(licence: Licence) -> Named:
    """A licence with its page, or without one where nobody knows the licence."""
    if licence.id == terms.UNKNOWN_LICENCE:
        return Named("", "", "")
    return Named(licence.id, told(licence.name or licence.id), licence.url or "")


def texts(evidence: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """Evidence as a list, whatever way it was given."""
    if evidence is None:
        return ()
    return (evidence,) if isinstance(evidence, str) else evidence
