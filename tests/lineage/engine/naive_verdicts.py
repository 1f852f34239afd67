"""The whole answer to a question a second time, sentence by sentence from the text of the calculus (sections 4 to 6).

It shares nothing with the engine but the shapes of the document. The vocabulary is written out here once more, so that
a word that is missing from the engine's lists is missed.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lineage.engine.document import Facts, LineageFile, Question, Term
from tests.lineage.engine.naive import UNKNOWN, Naive
from tests.lineage.engine.naive_paths import Path, first, path_of_item, path_of_name

ORDER = ("allowed", "conditional", "unclear", "blocked")
LIMITS = {
    "team-size-max": "team_size",
    "revenue-max": "annual_revenue_usd",
    "monthly-users-max": "monthly_active_users",
    "images-max": "images_per_month",
}
RESTRICTIONS = {
    *LIMITS,
    "no-commercial-model",
    "no-commercial-outputs",
    "no-hosting",
    "no-monetised-hosting",
    "no-selling-weights",
    "no-sharing-merges",
    "no-redistribution",
    "no-competing-training",
    "no-nft-outputs",
}
OBLIGATIONS = {
    "use-list",
    "no-nft-outputs",
    "attribution",
    "keep-licence-copy",
    "state-changes",
    "share-weights",
    "share-weights-network",
    "powered-by",
    "register",
    "disclose-recipe",
    "latest-version",
}
HANDING_ON = {"publish", "merge-publish", "sell-weights", "host"}
BLOCKED_USES = {
    "no-commercial-outputs": {"sell-outputs"},
    "no-hosting": {"host"},
    "no-selling-weights": {"sell-weights"},
    "no-sharing-merges": {"merge-publish"},
    "no-redistribution": {"publish", "merge-publish", "sell-weights"},
    "no-competing-training": {"train-on-outputs"},
}


@dataclass(frozen=True)
class Name:
    """A licence that counts. `silent`: it takes part in conflicts and in nothing else."""

    origin: str
    licence: str
    certain: bool
    path: Path
    silent: bool = False


@dataclass(frozen=True)
class Item:
    """A term that counts. `silent`: it takes part in conflicts and in nothing else."""

    origin: str
    licence: str
    term: Term
    certain: bool
    path: Path
    silent: bool = False


@dataclass(frozen=True)
class Found:
    """A reason, as it is told, with what it is ordered by."""

    told: dict[str, Any]
    limit: float | None = None

    def place(self) -> tuple[Any, ...]:
        """Worst first, then by code, origin, licence, limit and path."""
        told = self.told
        return (
            -ORDER.index(told["verdict"]),
            told["code"],
            told.get("origin", ""),
            told.get("licence", ""),
            self.limit or 0,
            told.get("path", []),
        )


class NaiveVerdict:
    """What counts for one question, and the answer."""

    def __init__(self, file: LineageFile, question: Question) -> None:
        self.file, self.question = file, question
        self.naive = Naive(file, question.on, question.policy)
        self.artefacts = {artefact.id: artefact for artefact in file.artefacts}
        self.names, self.items = self.inherited()
        self.add_own()
        for origin, licence in question.holds:
            self.put_in_place(origin, licence)
        self.drop_the_actors_own()

    def licensor_asks(self, artefact: str) -> bool:
        actor = self.question.actor
        return actor is not None and self.artefacts[artefact].licensor == actor

    def inherited(self) -> tuple[list[Name], list[Item]]:
        asked = self.question.artefact
        names = [
            Name(origin, licence, certain, path_of_name(self.naive, asked, origin, licence) or ())
            for (origin, licence), certain in self.naive.names[asked].items()
        ]
        items = [
            Item(origin, licence, term, certain, path_of_item(self.naive, asked, origin, licence, term) or ())
            for (origin, licence, term), certain in self.naive.items[asked].items()
        ]
        assert all(name.path for name in names) and all(item.path for item in items)
        return names, items

    def add_own(self) -> None:
        """The grant in force on the day of acquisition, or unknown; and what its licensor has changed since."""
        asked, question = self.question.artefact, self.question
        grant = self.naive.in_force(asked, question.acquired_on or question.on)
        if grant is None and self.licensor_asks(asked):
            return
        licence, certain = (grant.licence, grant.certain) if grant else (UNKNOWN.id, True)
        brought = [(licence, certain)]
        begun = [each for each in self.naive.standing(asked) if each.starts <= question.on]
        if "may-change" in self.naive.licences[licence].control and begun and begun[-1].licence != licence:
            brought.append((begun[-1].licence, certain and begun[-1].certain and question.policy == "strict"))
        self.names.append(Name(asked, licence, certain, (asked,)))
        for of, sure in brought:
            self.items += [Item(asked, of, term, sure, (asked,)) for term in set(self.naive.licences[of].terms)]

    def put_in_place(self, origin: str, licence: str) -> None:
        """A licence that the actor holds stands in for all that came from an origin, as certain as it was.

        By which way it came the text leaves open: by the shortest of the names for which it stands.
        """
        replaced = [name for name in self.names if name.origin == origin]
        if not replaced:
            return
        certain = any(name.certain for name in replaced)
        path = first([name.path for name in replaced])
        assert path is not None
        terms = [
            term
            for term in set(self.naive.licences[licence].terms)
            if origin == self.question.artefact or term.carries == "derivatives"
        ]
        self.names = [name for name in self.names if name.origin != origin]
        self.names.append(Name(origin, licence, certain, path))
        self.items = [item for item in self.items if item.origin != origin]
        self.items += [Item(origin, licence, term, certain, path) for term in terms]

    def drop_the_actors_own(self) -> None:
        asked = self.question.artefact
        self.names = [
            Name(each.origin, each.licence, each.certain, each.path, silent=self.licensor_asks(each.origin))
            for each in self.names
            if each.origin == asked or not self.licensor_asks(each.origin)
        ]
        self.items = [
            Item(
                each.origin,
                each.licence,
                each.term,
                each.certain,
                each.path,
                silent=self.licensor_asks(each.origin) or self.exempt(each),
            )
            for each in self.items
            if each.origin == asked or not self.licensor_asks(each.origin)
        ]

    def exempt(self, item: Item) -> bool:
        return any(
            exemption.artefact == item.origin
            and exemption.term == item.term.id
            and self.question.actor in exemption.actors
            for exemption in self.file.exemptions
        )

    def answer(self) -> dict[str, Any]:
        reasons = self.reasons()
        return {
            "id": self.question.id,
            "verdict": max((reason.told["verdict"] for reason in reasons), key=ORDER.index, default="allowed"),
            "lineage": self.lineage(),
            "risks": sorted(
                {"may-change", "may-prohibit", "revocable"}
                & {
                    control
                    for name in self.names
                    if not name.silent
                    for control in self.naive.licences[name.licence].control
                }
            ),
            "reasons": [reason.told for reason in reasons],
        }

    def reasons(self) -> list[Found]:
        found = [
            *self.reasons_of_terms(),
            *self.undisclosed(),
            *self.prohibited(),
            *(conflicts(self) if self.question.action in HANDING_ON else []),
        ]
        return sorted(found, key=lambda reason: (reason.place(), json.dumps(reason.told, sort_keys=True)))

    def lineage(self) -> str:
        """It knows nothing of actors: of all that is inherited, but what a maker carries on from their own."""
        asked = self.question.artefact
        restrictions = {
            certain
            for (origin, _, term), certain in self.naive.items[asked].items()
            if term.id in RESTRICTIONS and not self.same_licensor(origin, asked)
        }
        unknown = any(licence == UNKNOWN.id for _, licence in self.naive.names[asked])
        hidden = any(self.artefacts[name].undisclosed_parents for name in {asked, *self.ancestors(asked)})
        if True in restrictions:
            return "tainted"
        return "suspect" if restrictions or unknown or hidden else "clean"

    def same_licensor(self, one: str, other: str) -> bool:
        licensor = self.artefacts[one].licensor
        return licensor is not None and licensor == self.artefacts[other].licensor

    def ancestors(self, artefact: str) -> set[str]:
        found: set[str] = set()
        while True:
            more = {
                made.parent for made in self.file.derivations if made.share != 0 and made.child in {artefact, *found}
            }
            if more <= found:
                return found
            found |= more

    def reasons_of_terms(self) -> Iterable[Found]:
        for item in self.items:
            if not item.silent:
                verdict, ask = answer_of(item.term, self.question.action, self.question.facts)
                if verdict == "blocked" and not item.certain:
                    verdict = "unclear"
                if verdict:
                    yield Found(self.told_of_term(item, verdict, ask), item.term.limit)

    def told_of_term(self, item: Item, verdict: str, ask: str | None) -> dict[str, Any]:
        return told(
            verdict=verdict,
            code=item.term.id,
            origin=item.origin,
            licence=item.licence,
            path=item.path,
            clause=item.term.clause,
            quote=item.term.quote,
            ask=ask,
            cure=cure_of_term(item, verdict, ask, own=item.origin == self.question.artefact),
        )

    def undisclosed(self) -> Iterable[Found]:
        """The artefact itself, or an origin, not the actor's, that it inherits a licence from: one for each."""
        verdict = "conditional" if self.question.action == "run" else "unclear"
        asked = self.question.artefact
        for origin in {asked, *(name.origin for name in self.names)}:
            if self.artefacts[origin].undisclosed_parents:
                path = (
                    (asked,) if origin == asked else first([each.path for each in self.names if each.origin == origin])
                )
                yield Found(
                    told(
                        verdict=verdict,
                        code="undisclosed-parents",
                        origin=origin,
                        path=path,
                        cure={"do": "ask-licensor", "artefact": origin},
                    )
                )

    def prohibited(self) -> Iterable[Found]:
        """One for each licence of the origin that lets it prohibit."""
        by = {each.artefact for each in self.file.prohibitions if each.on <= self.question.on}
        for name in self.names:
            may = "may-prohibit" in self.naive.licences[name.licence].control
            if may and not name.silent and name.origin in by:
                own = name.origin == self.question.artefact
                yield Found(
                    told(
                        verdict="blocked" if name.certain and self.question.policy == "strict" else "unclear",
                        code="prohibited",
                        origin=name.origin,
                        licence=name.licence,
                        path=name.path,
                        cure={
                            "do": "ask-licensor" if own else "replace",
                            "artefact": name.origin,
                            "licence": name.licence,
                        },
                    )
                )


def told(**fields: Any) -> dict[str, Any]:
    """A reason as it stands in an answer: without what is absent."""
    found = {name: value for name, value in fields.items() if value is not None}
    if "path" in found:
        found["path"] = list(found["path"])
    return found


def answer_of(term: Term, action: str, facts: Facts) -> tuple[str | None, str | None]:
    """What a term that binds for certain answers to a use, and the fact that it asks for."""
    commercial = {"sell-outputs": True, "sell-weights": True, "host": facts.monetised}.get(action, facts.commercial)
    if term.id in LIMITS:
        return answer_of_limit(term, action, facts, commercial)
    if term.id == "no-commercial-model" or (term.id == "no-monetised-hosting" and action == "host"):
        return ("unclear", "monetised") if commercial is None else ("blocked" if commercial else None, None)
    if action in BLOCKED_USES.get(term.id, ()):
        return "blocked", None
    if term.id == "selling-unstated" and action == "sell-weights":
        return "unclear", None
    if term.id == "unknown-licence" and action != "run":
        return "unclear", None
    if term.id in OBLIGATIONS and (action in HANDING_ON or term.id in ("use-list", "no-nft-outputs")):
        return "conditional", None
    return None, None


def answer_of_limit(term: Term, action: str, facts: Facts, commercial: bool | None) -> tuple[str | None, str | None]:
    if commercial is False or (term.id == "team-size-max" and action != "sell-outputs"):
        return None, None
    fact = LIMITS[term.id]
    value = getattr(facts, fact)
    assert term.limit is not None
    if value is None:
        return "unclear", fact
    if value <= term.limit:
        return "conditional", None
    return ("unclear", "monetised") if commercial is None else ("blocked", None)


def cure_of_term(item: Item, verdict: str, ask: str | None, *, own: bool) -> dict[str, str]:
    """The text leaves open which of the five it is; this is the engine's reading."""
    if ask:
        return {"do": "state-fact"}
    if verdict == "conditional":
        do = "keep-duty"
    elif own or item.term.id not in RESTRICTIONS:
        do = "ask-licensor"
    else:
        do = "replace"
    return {"do": do, "artefact": item.origin, "licence": item.licence}


def conflicts(given: NaiveVerdict) -> Iterable[Found]:
    """Between every licence that is inherited or own, and every other that is, or of which some term is."""
    licences = given.naive.licences
    ids = sorted({name.licence for name in given.names} | {item.licence for item in given.items})
    for one in sorted({name.licence for name in given.names}):
        outbound = set(licences[one].outbound)
        for other in ids:
            if one == other:
                continue
            brought = [each for each in given.items if each.licence == other and each.term.id in RESTRICTIONS]
            own = licences[one].terms
            if "superset" in outbound:
                lacking = [each for each in brought if each.term.id not in {term.id for term in own}]
                yield from conflict(given, "conflict-superset", one, lacking)
            if "same-permissions" in outbound:
                permitted = {(term.id, term.limit) for term in own}
                lacking = [each for each in brought if (each.term.id, each.term.limit) not in permitted]
                yield from conflict(given, "conflict-same-permissions", one, lacking)
            if {"same-licence", "remains-subject"} & outbound and wants_the_whole(given, one, other):
                yield from conflict(given, "conflict-copyleft", one, [n for n in given.names if n.licence == other])


def wants_the_whole(given: NaiveVerdict, one: str, other: str) -> bool:
    mine, theirs = given.naive.licences[one], given.naive.licences[other]
    kin = mine.family is not None and mine.family == theirs.family and (mine.or_later or theirs.or_later)
    return not kin and bool({"same-licence", "remains-subject", "superset"} & set(theirs.outbound))


def conflict(given: NaiveVerdict, code: str, one: str, others: list[Any]) -> Iterable[Found]:
    """A reason for each origin of the demanding licence; the cure names the other's origin where it is one alone.

    The text says which licence a reason is told of, but not of which origin. This is the engine's reading.
    """
    bringing = sorted({each.origin for each in others})
    for name in given.names if others else ():
        if name.licence == one:
            certain = name.certain and any(each.certain for each in others)
            cure = {"do": "drop-licence", "artefact": bringing[0], "licence": others[0].licence}
            if len(bringing) > 1:
                del cure["artefact"]
            yield Found(
                told(
                    verdict="blocked" if certain else "unclear",
                    code=code,
                    origin=name.origin,
                    licence=one,
                    path=name.path,
                    cure=cure,
                )
            )
