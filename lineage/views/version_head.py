"""What stands above every tab of a version: its state, who asks, and the eight uses."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from lineage.engine.document import Licence, Term
from lineage.engine.inheritance import Item
from lineage.engine.terms import is_restriction
from lineage.verdicts import Record, StripItem, strip_of
from lineage.verdicts.explanations import Chips, chips
from lineage.views.who_asks import WhoAsks, remember, who_asks

TABS: Final = ("version", "version_verdicts", "version_texts", "version_made", "version_history")
BINDING_NAMED: Final = 2


@dataclass(frozen=True, slots=True)
class Binding:
    """A model whose restrictions arrived for certain. `path` goes from it to the version; `terms` stand once each."""

    slug: str
    name: str
    path: Chips
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class VersionHead:
    """`tab` is the name of the address that is open. `binding` are the first models whose restrictions arrived for
    certain, and `binding_more` is how many others there are.
    """

    record: Record
    who: WhoAsks
    strip: tuple[StripItem, ...]
    own_licence: Licence | None
    binding: tuple[Binding, ...]
    binding_more: int
    today: date
    tab: str

    @property
    def tabs(self) -> tuple[str, ...]:
        return TABS

    @property
    def query(self) -> str:
        """What a link to another tab says, so that it shows the same answers without a cookie; begins with "?"."""
        day = urlencode({"on": self.record.on.isoformat()}) if self.record.on != self.today else ""
        told = "&".join(part for part in (self.who.query, day) if part)
        return f"?{told}" if told else ""

    @property
    def own_restrictions(self) -> tuple[Term, ...]:
        return tuple(term for term in self.own_licence.terms if is_restriction(term.id)) if self.own_licence else ()

    @property
    def risks(self) -> tuple[str, ...]:
        return self.strip[0].answer.risks


def head_of(request: HttpRequest, record: Record, tab: str) -> VersionHead:
    who = who_asks(request)
    origins = _origins(record)
    return VersionHead(
        record=record,
        who=who,
        strip=strip_of(record, who.asker),
        own_licence=_own_licence(record),
        binding=tuple(_binding(record, items) for items in origins[:BINDING_NAMED]),
        binding_more=max(0, len(origins) - BINDING_NAMED),
        today=timezone.localdate(),
        tab=tab,
    )


def show(request: HttpRequest, template: str, head: VersionHead, page: object = None) -> HttpResponse:
    """422 where somebody's own figures are none; the answers are then somebody else's."""
    context = context_of(head, page)
    return remember(render(request, template, context, status=422 if head.who.wrong else 200), head.who)


def context_of(head: VersionHead, page: object) -> dict[str, object]:
    return {"head": head, "page": page, "version": head.record.version}


def day_asked(request: HttpRequest) -> date:
    """`?on=2023-05-01` asks for the answer of that day; anything that is no day asks for today's."""
    try:
        return parse_date(request.GET.get("on", "")) or timezone.localdate()
    except ValueError:
        return timezone.localdate()


def _own_licence(record: Record) -> Licence | None:
    pedigree = record.inheritance.pedigree
    grant = pedigree.timeline(record.version.slug).on(record.on)
    return pedigree.licences[grant.licence] if grant else None


def _origins(record: Record) -> list[list[Item]]:
    """What arrived for certain, by where it comes from: first who brings the most of it."""
    brought: dict[str, list[Item]] = {}
    for item in record.restrictions:
        if item.certain:
            brought.setdefault(item.origin, []).append(item)
    return [brought[slug] for slug in sorted(brought, key=lambda slug: (-len(brought[slug]), slug))]


def _binding(record: Record, items: list[Item]) -> Binding:
    """What came from one model, by the shortest way that some of it took."""
    shortest = min((item.path for item in items), key=lambda path: (len(path), path))
    terms = {(item.term.id, item.term.limit): item.term for item in items}
    origin = items[0].origin
    return Binding(origin, record.name_of(origin), chips(record, shortest), tuple(terms.values()))
