"""The calculus of inheritance written a second time, as plainly as the text: look at every day, repeat until still.

It shares no code with the engine but the shapes of the document, and is far too slow for anything but small files.
"""

from datetime import date, timedelta

from lineage.engine.document import Derivation, Grant, Interval, Licence, LineageFile, Term

UNKNOWN = Licence("unknown-licence", terms=(Term("unknown-licence", reaches_outputs=True),))
ONE_DAY = timedelta(days=1)

Items = dict[tuple[str, str, Term], bool]
Names = dict[tuple[str, str], bool]


class Naive:
    """What every artefact of a file inherits: `items` and `names` map what arrives to whether it is certain."""

    def __init__(self, file: LineageFile, on: date, policy: str) -> None:
        self.file, self.on, self.policy = file, on, policy
        self.licences = {licence.id: licence for licence in (*file.licences, UNKNOWN)}
        self.published = {artefact.id: artefact.published_on for artefact in file.artefacts}
        self.items: dict[str, Items] = {artefact.id: {} for artefact in file.artefacts}
        self.names: dict[str, Names] = {artefact.id: {} for artefact in file.artefacts}
        real = [derivation for derivation in file.derivations if derivation.share != 0]
        taken = [(derivation, self.taken(derivation)) for derivation in real]
        while any([self.pass_on(derivation, licences) for derivation, licences in taken]):
            pass
        self.added: dict[str, set[tuple[str, str, Term]]] = {artefact.id: set() for artefact in file.artefacts}
        for name in self.items:
            self.add_changes(name)

    def standing(self, artefact: str) -> list[Grant]:
        mine = [grant for grant in self.file.grants if grant.artefact == artefact and not grant.optional]
        return sorted(mine, key=lambda grant: grant.starts)

    def in_force(self, artefact: str, day: date) -> Grant | None:
        begun = [grant for grant in self.standing(artefact) if grant.starts <= day]
        if not begun or (begun[-1].until is not None and day >= begun[-1].until):
            return None
        return begun[-1]

    def span(self, derivation: Derivation) -> list[date]:
        """The days on which the maker may have taken it."""
        when = derivation.obtained_on
        if derivation.reaccepted_on is not None and derivation.reaccepted_on <= self.on:
            when = derivation.reaccepted_on
        if isinstance(when, date):
            return [when]
        grants = self.standing(derivation.parent)
        if not grants:
            return []
        if isinstance(when, Interval):
            first, end = when.starts, when.until
        else:
            first, end = grants[0].starts, self.published[derivation.child] or self.on + ONE_DAY
        days = [first + ONE_DAY * number for number in range(max(0, (end - first).days))]
        return [day for day in days if day >= grants[0].starts]

    def taken(self, derivation: Derivation) -> dict[str, bool]:
        found = [self.in_force(derivation.parent, day) for day in self.span(derivation)]
        grants = [grant for grant in found if grant is not None]
        names = {grant.licence for grant in grants}
        if not names:
            return {UNKNOWN.id: True}
        if None in found:
            return dict.fromkeys((*names, UNKNOWN.id), False)
        if len(names) > 1:
            return dict.fromkeys(names, False)
        return {grants[0].licence: any(grant.certain for grant in grants)}

    def pass_on(self, derivation: Derivation, licences: dict[str, bool]) -> bool:
        """Hand over what the child does not have yet; whether there was anything."""
        parent, child = derivation.parent, derivation.child
        sure = derivation.certain and derivation.method != "subtract"
        items, names = dict(self.items[parent]), dict(self.names[parent])
        for licence, certain in licences.items():
            names[parent, licence] = certain
            items.update({(parent, licence, term): certain for term in self.licences[licence].terms})
        changed = False
        for key, certain in items.items():
            if key[0] != child and carries(key[2], derivation.method):
                changed |= raise_to(self.items[child], key, certain and sure)
        for name, certain in names.items():
            reaches = any(term.reaches_outputs for term in self.licences[name[1]].terms)
            if name[0] != child and (reaches or derivation.method != "train-on-outputs"):
                changed |= raise_to(self.names[child], name, certain and sure)
        return changed

    def add_changes(self, artefact: str) -> None:
        for (origin, licence), certain in self.names[artefact].items():
            begun = [grant for grant in self.standing(origin) if grant.starts <= self.on]
            may = {"may-change", "direct"} & set(self.licences[licence].control)
            if may and begun and begun[-1].licence != licence:
                sure = certain and begun[-1].certain and self.policy == "strict"
                for term in self.licences[begun[-1].licence].terms:
                    if term.carries == "derivatives":
                        self.added[artefact].add((origin, begun[-1].licence, term))
                        raise_to(self.items[artefact], (origin, begun[-1].licence, term), sure)

    def has_path(self, artefact: str, key: tuple[str, str, Term], length: int) -> bool:
        """Whether an item can have come down some chain of just this many derivations that never meets its origin."""
        origin, licence, term = key
        reached = {
            made.child
            for made in self.file.derivations
            if made.share != 0 and made.parent == origin and licence in self.taken(made) and carries(term, made.method)
        }
        for _ in range(length - 1):
            reached = {
                made.child
                for made in self.file.derivations
                if made.share != 0 and made.parent in reached - {origin} and carries(term, made.method)
            }
        return artefact in reached


def carries(term: Term, method: str) -> bool:
    if method == "train-on-outputs":
        return term.reaches_outputs
    if method in ("convert", "mirror"):
        return term.carries in ("derivatives", "copies")
    return term.carries == "derivatives"


def raise_to[Key](known: dict[Key, bool], key: Key, certain: bool) -> bool:
    """Note an arrival; whether that says anything new."""
    if key in known and (known[key] or not certain):
        return False
    known[key] = certain
    return True
