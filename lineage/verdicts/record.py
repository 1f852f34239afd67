"""A version as the engine sees it on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lineage import records
from lineage.engine.document import LineageFile
from lineage.engine.inheritance import Inheritance, Item, State, solve
from lineage.models import Version
from lineage.words import told


@dataclass(frozen=True, slots=True)
class Record:
    """A version as the engine sees it on a day: its family, what it inherits, and the state that follows."""

    version: Version
    on: date
    file: LineageFile
    inheritance: Inheritance
    state: State
    restrictions: tuple[Item, ...]

    @property
    def names(self) -> dict[str, str]:
        """Artefact ids to names for people, of the whole family."""
        return {artefact.id: artefact.name for artefact in self.file.artefacts}

    def name_of(self, slug: str) -> str:
        """A version's name in the reader's language. KeyError for one that is not in the family."""
        return told(self.inheritance.pedigree.artefacts[slug].name)


def record_on(version: Version, on: date, *, beside: Iterable[str] = (), largest: int | None = None) -> Record:
    """The version with all its ancestors, judged on a day. `beside`: slugs whose families are wanted in it too.

    Raises FamilyTooLarge, before anything of it is read, if there are more than `largest` of them.
    """
    file = records.lineage_of([version.slug, *beside], largest=largest)
    return record_in(file, version, solve(file, on))


def records_on(asked: Iterable[tuple[Version, date]]) -> dict[tuple[str, date], Record]:
    """By slug and day. The families are read once for all, and each day is solved once for all its versions."""
    asked = tuple(asked)
    file = records.lineage_of({version.slug for version, _ in asked}) if asked else LineageFile()
    solved = {on: solve(file, on) for on in {on for _, on in asked}}
    return {(version.slug, on): record_in(file, version, solved[on]) for version, on in asked}


def record_in(file: LineageFile, version: Version, inheritance: Inheritance) -> Record:
    """The record of one of several versions in a file that has been read already."""
    return Record(
        version=version,
        on=inheritance.on,
        file=file,
        inheritance=inheritance,
        state=inheritance.state(version.slug),
        restrictions=inheritance.restrictions(version.slug),
    )
