"""The family of a version as the picture wants it: models with their states, and by which way a restriction comes."""

from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lineage.engine.document import Derivation, Term
from lineage.engine.inheritance import Item
from lineage.engine.pedigree import way_of, ways_of
from lineage.engine.terms import is_restriction
from lineage.models import Version
from lineage.picture import Edge, Node, Tree, Words
from lineage.verdicts.record import Record, record_on
from lineage.words import method_word, state_word

_Key = tuple[str, str, Term]

LARGEST = 150
MOST_JUDGED = 1_000
"""Members of a family of which those on the way are looked for: each that is drawn is judged with all its ancestors."""


@dataclass(frozen=True, slots=True)
class Family:
    """`left_out`: so many ancestors have no part in how restrictions came here, and are too many to show."""

    tree: Tree
    left_out: int


def family_tree(version: Version, on: date, planned: Version | None = None, language: str = "") -> Tree:
    """The version with its ancestors; with `planned`, the version that is to take its place stands beside it."""
    record = record_on(version, on, beside=[planned.slug] if planned else [])
    with translation.override(language) if language else nullcontext():
        return family_of(record, planned=planned).tree


def family_of(
    record: Record, *, planned: Version | None = None, children: Collection[Version] = (), site: str = ""
) -> Family:
    """The family of a record that is there already, in the reader's language.

    `children` and `planned` are in the record's file (`record_on(..., beside=...)`). `site` goes before the addresses
    for a picture that leaves the page.
    """
    slug = record.version.slug
    ancestors = record.inheritance.ancestors(slug)
    near = {slug, *(child.slug for child in children)}
    if planned:
        near |= {planned.slug, *record.inheritance.pedigree.parents(planned.slug)}
        ancestors |= record.inheritance.ancestors(planned.slug)
    wanted = near | ancestors
    shown = wanted if len(wanted) <= LARGEST else near | _nearest(record, among=len(wanted))
    nobody_made = Version.objects.filter(planned=True, slug__in=shown).values_list("slug", flat=True)
    draw = _Drawing(record, frozenset(nobody_made), planned.slug if planned else "", site)
    nodes = tuple(draw.node(artefact.id) for artefact in record.file.artefacts if artefact.id in shown)
    edges = tuple(draw.edge(made) for made in record.file.derivations if made.child in shown and made.parent in shown)
    return Family(Tree(nodes, edges), left_out=len(wanted - shown))


def picture_words() -> Words:
    """The picture's own words in the reader's language."""
    return Words(
        title=_("Family tree"),
        description=_("Models with the models that they were made from. The same is written as a list below."),
        tainted=state_word("tainted"),
        suspect=state_word("suspect"),
        clean=state_word("clean"),
        restricting_path=_("restricting path"),
        planned=_("planned"),
        uncertain=_("not certain"),
        circular=_("the claims form a circle"),
    )


class _Drawing:
    """Nodes and edges of one picture."""

    def __init__(self, record: Record, planned: Collection[str], beside: str, site: str) -> None:
        self.record = record
        self.planned = planned
        self.beside = beside
        self.site = site
        self.origins = {item.origin for item in record.restrictions}
        # The engine keeps the items of a few models only, and every model here is asked for once an edge.
        self._carried = cache(self._find_carried)

    def node(self, id: str) -> Node:
        inheritance, focus = self.record.inheritance, self.record.version.slug
        state = inheritance.state(id)
        return Node(
            id=id,
            label=inheritance.pedigree.artefacts[id].name,
            state=state,
            href=self.site + reverse("version", args=[id]),
            state_word=state_word(state),
            licence_label=self._licence(id),
            planned=id in self.planned,
            focus=id == focus,
            restricting=id in self.origins,
            note=_("parents not disclosed") if inheritance.pedigree.artefacts[id].undisclosed_parents else "",
            beside=focus if id == self.beside else "",
        )

    def edge(self, made: Derivation) -> Edge:
        share = f" {made.share * 100:.3g}%" if made.share is not None else ""
        return Edge(
            parent=made.parent,
            child=made.child,
            label=method_word(made.method) + share,
            certain=made.certain,
            tainting=self._taints(made),
            planned=made.child in self.planned,
        )

    def _taints(self, made: Derivation) -> bool:
        """Whether a restriction of the child came over this derivation."""
        if made.share == 0:
            return False
        at_parent, way = self._carried(made.parent), way_of(made.method)
        return any(
            (key[0] == made.parent or key in at_parent) and ways_of(key[2]) & way
            for key, counts in self._carried(made.child).items()
            if counts
        )

    def _find_carried(self, id: str) -> dict[_Key, bool]:
        """The restrictions that arrive at a model, and of each whether it counts for its lineage."""
        inheritance = self.record.inheritance
        counting = {_key(item) for item in inheritance.restrictions(id)}
        every = (_key(item) for item in inheritance.items(id) if is_restriction(item.term.id))
        return {key: key in counting for key in every}

    def _licence(self, id: str) -> str:
        """The licence that it is offered under, or was before it was withdrawn."""
        pedigree = self.record.inheritance.pedigree
        grant = pedigree.timeline(id).newest_begun(self.record.on)
        if grant is None:
            return _("licence not known")
        return pedigree.licences[grant.licence].name or grant.licence


def _nearest(record: Record, *, among: int) -> set[str]:
    """Those on the way of a restriction; of a family of thousands, what the version itself was made from."""
    if among > MOST_JUDGED:
        return set(record.inheritance.pedigree.parents(record.version.slug)[:LARGEST])
    return _on_the_way(record)


def _on_the_way(record: Record) -> set[str]:
    """The models on the ways by which restrictions came, as many as can be shown."""
    shown = {record.version.slug}
    for item in record.restrictions:
        if len(shown | set(item.path)) <= LARGEST:
            shown |= set(item.path)
    return shown


def _key(item: Item) -> _Key:
    return item.origin, item.licence, item.term
