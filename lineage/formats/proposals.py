"""What an importer hands over: statements that somebody may accept, each with the place where it was found.

Nothing in a proposal is a fact. Every grant and derivation in it has `certain` false; who accepts one decides whether
it becomes certain. `certainty` tells people how strong the statement is in its source, and no verdict depends on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

from lineage.engine.document import Artefact, Derivation, Exemption, Grant, Licence, LineageFile, Prohibition

Certainty = Literal["declared", "claimed", "candidate"]
"""`declared`: a field made for it says so. `claimed`: said, but what is meant, or which file, is open. `candidate`: a
link or a mention, which counts for nothing before somebody has confirmed it."""


type Value = str | int | float


def sentence(template: str, values: Mapping[str, Value]) -> str:
    """A template with its places filled. Whole numbers get commas between their thousands."""
    return template.format(
        **{name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
    )


class FormatError(ValueError):
    """What was given cannot be read. `place` is where in it, `says` a sentence that tells what to do.

    The sentence is kept apart as `template` and `values`, plain ones that JSON can hold, so that a page can say it in
    its reader's language: see lineage/words/formats.py.
    """

    def __init__(self, place: str, template: str, /, **values: Value) -> None:
        self.place = place
        self.template = template
        self.values = values
        super().__init__(f"{place}: {self.says}" if place else self.says)

    @property
    def says(self) -> str:
        return sentence(self.template, self.values)

    def at(self, place: str) -> Self:
        """The same of another place, for who knows better where it stands."""
        return type(self)(place, self.template, **self.values)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was read: its SHA-256 in lower case, and whether that is of all of it or of a header alone."""

    sha256: str
    format: str
    covers: Literal["file", "header"] = "file"


@dataclass(frozen=True, slots=True)
class Proposed[T]:
    """One statement, how strongly its source makes it, and the place in the source."""

    value: T
    certainty: Certainty
    place: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a person who decides should know, as a template and its values, sorted by their names. `place` may
    be empty: the whole source."""

    place: str
    template: str
    values: tuple[tuple[str, Value], ...] = ()

    @property
    def says(self) -> str:
        return sentence(self.template, dict(self.values))


@dataclass(frozen=True, slots=True)
class Proposal:
    """All that one source says. `unread_licences` are those of which only a label was found: grants name them, and
    somebody has to say which dated text is meant before such a grant can be accepted."""

    evidence: Evidence
    artefacts: tuple[Proposed[Artefact], ...] = ()
    licences: tuple[Proposed[Licence], ...] = ()
    grants: tuple[Proposed[Grant], ...] = ()
    derivations: tuple[Proposed[Derivation], ...] = ()
    exemptions: tuple[Proposed[Exemption], ...] = ()
    prohibitions: tuple[Proposed[Prohibition], ...] = ()
    remarks: tuple[Remark, ...] = ()
    unread_licences: tuple[str, ...] = ()

    def as_file(self) -> LineageFile:
        """The proposal as a lineage file, to be judged as it stands: without candidates, and without the grants of
        licences that nobody has read, which makes them unknown instead of free."""
        return LineageFile(
            licences=tuple(licence.value for licence in self.licences),
            artefacts=tuple(artefact.value for artefact in self.artefacts),
            grants=tuple(grant.value for grant in self.grants if grant.value.licence not in self.unread_licences),
            derivations=tuple(edge.value for edge in self.derivations if edge.certainty != "candidate"),
            exemptions=tuple(exemption.value for exemption in self.exemptions),
            prohibitions=tuple(prohibition.value for prohibition in self.prohibitions),
        )
