"""A proposal in the making: each thing once, nothing certain, and never more than people can look through."""

from dataclasses import replace
from hashlib import sha256
from typing import Final, Literal

from lineage.engine.document import Artefact, Derivation, Exemption, Grant, Licence
from lineage.engine.fields import shown
from lineage.formats.proposals import Certainty, Evidence, FormatError, Proposal, Proposed, Remark, Value

MOST_STATEMENTS: Final = 10_000
"""Artefacts, grants and derivations of one source, together. More than that is a catalogue, not a proposal."""

MOST_REMARKS: Final = 200

_STRENGTH: Final[dict[Certainty, int]] = {"candidate": 0, "claimed": 1, "declared": 2}


class Draft:
    """What was found so far. A thing that is said twice is kept once, with the stronger of its certainties."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._artefacts: dict[str, Proposed[Artefact]] = {}
        self._licences: dict[str, Proposed[Licence]] = {}
        self._grants: dict[tuple[str, object], Proposed[Grant]] = {}
        self._derivations: dict[tuple[str, str, str], Proposed[Derivation]] = {}
        self._exemptions: dict[Exemption, Proposed[Exemption]] = {}
        self._remarks: dict[Remark, None] = {}
        self._unread: dict[str, None] = {}

    def artefact(self, artefact: Artefact, place: str, certainty: Certainty = "declared") -> str:
        """Adds an artefact, or fills what was not known of it before. Gives its id back."""
        known = self._artefacts.get(artefact.id)
        if known is None:
            self._check_room(place)
            self._artefacts[artefact.id] = Proposed(artefact, certainty, place)
        else:
            self._artefacts[artefact.id] = _stronger(known, _filled(known.value, artefact), certainty)
        return artefact.id

    def licence(self, licence: Licence, place: str) -> str:
        self._licences.setdefault(licence.id, Proposed(licence, "claimed", place))
        return licence.id

    def unread_licence(self, label: str) -> str:
        """A licence of which only the label is known."""
        self._unread[label] = None
        return label

    def grant(self, grant: Grant, place: str, certainty: Certainty = "declared") -> None:
        """Adds a standing grant; of two that begin on one day the first is kept, with a remark."""
        if (grant.artefact, grant.starts) in self._grants:
            self.remark(place, "a second grant begins on the same day; only the first is proposed")
            return
        self._check_room(place)
        self._grants[grant.artefact, grant.starts] = Proposed(replace(grant, certain=False), certainty, place)

    def derivation(self, derivation: Derivation, place: str, certainty: Certainty = "declared") -> None:
        """Adds a derivation. Two shares of one parent make one unknown share: what they add up to is not guessed."""
        if derivation.parent == derivation.child:
            self.remark(
                place, "'{model}' is named as made from itself; that is left out", model=shown(derivation.child)
            )
            return
        if derivation.share == 0:
            self.remark(
                place,
                "'{model}' is said to have a share of nothing, which would make it no parent",
                model=shown(derivation.parent),
            )
        key = (derivation.parent, derivation.child, derivation.method)
        known = self._derivations.get(key)
        if known is not None:
            same = known.value.share == derivation.share
            kept = known.value if same else replace(known.value, share=None)
            self._derivations[key] = _stronger(known, kept, certainty)
            return
        self._check_room(place)
        self._derivations[key] = Proposed(replace(derivation, certain=False), certainty, place)

    def exemption(self, exemption: Exemption, place: str) -> None:
        self._exemptions.setdefault(exemption, Proposed(exemption, "declared", place))

    def remark(self, place: str, template: str, /, **values: Value) -> None:
        if len(self._remarks) < MOST_REMARKS:
            self._remarks[Remark(place, template, tuple(sorted(values.items())))] = None

    def left_out(self, error: FormatError) -> None:
        """Remarks on a part that cannot be read, where the rest can."""
        self.remark(error.place, error.template, **error.values)
        self.remark(error.place, "because of that, this part was left out")

    def done(self) -> Proposal:
        return Proposal(
            evidence=self._evidence,
            artefacts=tuple(self._artefacts.values()),
            licences=tuple(self._licences.values()),
            grants=tuple(self._grants.values()),
            derivations=tuple(self._derivations.values()),
            exemptions=tuple(self._exemptions.values()),
            remarks=tuple(self._remarks),
            unread_licences=tuple(self._unread),
        )

    def _check_room(self, place: str) -> None:
        if len(self._artefacts) + len(self._grants) + len(self._derivations) >= MOST_STATEMENTS:
            raise FormatError(
                place, "this says more than {most} things; split it into smaller parts", most=MOST_STATEMENTS
            )


def draft_of(data: bytes, format: str, *, covers: Literal["file", "header"] = "file") -> Draft:
    """An empty draft for what was read from these bytes."""
    return Draft(Evidence(sha256(data).hexdigest(), format, covers))


def _stronger[T](known: Proposed[T], value: T, certainty: Certainty) -> Proposed[T]:
    best = max(known.certainty, certainty, key=_STRENGTH.__getitem__)
    return Proposed(value, best, known.place)


def _filled(known: Artefact, more: Artefact) -> Artefact:
    """What was known stays; what was not is taken from the second mention."""
    return replace(
        known,
        licensor=known.licensor or more.licensor,
        published_on=known.published_on or more.published_on,
        sha256=known.sha256 or more.sha256,
        url=known.url or more.url,
        undisclosed_parents=known.undisclosed_parents or more.undisclosed_parents,
        claimed_label=known.claimed_label or more.claimed_label,
    )
