"""The nodes and edges of a picture of a family, and of the list below it, in the reader's language."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lineage.engine.carrying import Pair
from lineage.engine.document import Derivation
from lineage.engine.inheritance import State
from lineage.picture import Edge, Node, Stub, Tree, Wish
from lineage.verdicts.record import Record
from lineage.words import method_word, state_word, told


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is known of the models of one picture. `over` are the pairs over which a restriction came.

    `own` are the focus and its ancestors. `planned` are those whom nobody has made; of these, `beside` stands beside
    the focus. `kept` is what else the address of the page says.
    """

    record: Record
    state: Callable[[str], State]
    over: Collection[Pair]
    origins: Collection[str]
    planned: Collection[str]
    own: Collection[str]
    wish: Wish
    beside: str = ""
    site: str = ""
    kept: tuple[tuple[str, str], ...] = ()

    def tree(self, shown: Collection[str], stubs: Collection[Stub] = ()) -> Tree:
        made = self.record.file.derivations
        by_pair = {(each.parent, each.child): each for each in made} if stubs else {}
        nodes = [self.node(artefact.id) for artefact in self.record.file.artefacts if artefact.id in shown]
        edges = [self.edge(each) for each in made if each.child in shown and each.parent in shown]
        for stub in stubs:
            joined = [self._stub_edge(stub, child, by_pair) for child in stub.children]
            nodes.append(self._stub_node(stub, tainting=any(edge.tainting for edge in joined)))
            edges += joined
        return Tree(tuple(nodes), tuple(edges))

    def node(self, id: str) -> Node:
        pedigree, focus = self.record.inheritance.pedigree, self.record.version.slug
        state = self.state(id)
        return Node(
            id=id,
            label=told(pedigree.artefacts[id].name),
            state=state,
            href=self.site + reverse("version", args=[id]),
            state_word=state_word(state),
            licence_label=self._licence(id),
            planned=id in self.planned,
            focus=id == focus,
            restricting=id in self.origins,
            note=self._note(id),
            beside=focus if id == self.beside else "",
        )

    def _note(self, id: str) -> str:
        """A model may inherit nothing and bind all others by its own licence: then its box says both."""
        if id in self.origins:
            return _("the restriction starts here")
        return _("parents not disclosed") if self.record.inheritance.pedigree.artefacts[id].undisclosed_parents else ""

    def edge(self, made: Derivation) -> Edge:
        share = f" {made.share * 100:.3g}%" if made.share is not None else ""
        return Edge(
            parent=made.parent,
            child=made.child,
            label=method_word(made.method) + share,
            certain=made.certain,
            tainting=made.share != 0 and (made.parent, made.child) in self.over,
            planned=made.child in self.planned,
        )

    def _stub_node(self, stub: Stub, *, tainting: bool) -> Node:
        number = len(stub.hidden)
        # A clean model may restrict by its own licence: where that comes down from here, it is not called clean.
        clean = not tainting and all(self.state(id) == "clean" for id in stub.hidden)
        label = (
            ngettext("+%(number)s clean ancestor", "+%(number)s clean ancestors", number)
            if clean
            else ngettext("+%(number)s more ancestor", "+%(number)s more ancestors", number)
        )
        return Node(
            id=_id_of(stub),
            label=label % {"number": f"{number:,}"},
            state="tainted" if tainting else "clean" if clean else "suspect",
            href=self._opened(stub),
            state_word=_("some bring restrictions") if tainting else "",
            hidden=number,
        )

    def _stub_edge(self, stub: Stub, child: str, by_pair: Mapping[Pair, Derivation]) -> Edge:
        pedigree = self.record.inheritance.pedigree
        pairs = [(parent, child) for parent in pedigree.parents(child) if parent in stub.hidden]
        return Edge(
            parent=_id_of(stub),
            child=child,
            certain=any(by_pair[pair].certain for pair in pairs),
            tainting=any(pair in self.over for pair in pairs),
            planned=child in self.planned,
        )

    def _opened(self, stub: Stub) -> str:
        """The page of the version in focus with this stub opened; of the planned one's ancestors, its own page."""
        focus, own = self.record.version.slug, self.own
        inside = next((child for child in stub.children if child in own), "")
        if not inside:
            return self.site + reverse("version", args=[stub.id])
        wish = self.wish.opening(stub.id if stub.id in own else inside)
        query = [*self.kept, *wish_query(wish)]
        return f"{self.site}{reverse('version', args=[focus])}?{urlencode(query)}#family"

    def _licence(self, id: str) -> str:
        """The licence that it is offered under, or was before it was withdrawn."""
        pedigree = self.record.inheritance.pedigree
        grant = pedigree.timeline(id).newest_begun(self.record.on)
        if grant is None:
            return _("licence not known")
        return told(pedigree.licences[grant.licence].name or grant.licence)


def wish_query(wish: Wish) -> list[tuple[str, str]]:
    """What an address says to ask for the same again."""
    chosen = [(name, value) for name, value in (("show", wish.show), ("use", wish.use)) if value]
    return [*chosen, *(("open", name) for name in wish.opened)]


def _id_of(stub: Stub) -> str:
    """No id of a model has a backslash."""
    return f"\\{stub.id}"
