"""A version as the engine sees it on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lineage import records
from lineage.engine.document import LineageFile
from lineage.engine.inheritance import Inheritance, Item, State, solve
from lineage.models import Version


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
        """A version's name for people. KeyError for one that is not in the family."""
        return self.inheritance.pedigree.artefacts[slug].name


def record_on(version: Version, on: date, *, beside: Iterable[str] = (), largest: int | None = None) -> Record:
    """The version with all its ancestors, judged on a day. `beside`: slugs whose families are wanted in it too.

    Raises FamilyTooLarge, before anything of it is read, if there are more than `largest` of them.
    """
    file = records.lineage_of([version.slug, *beside], largest=largest)
    return record_in(file, version, solve(file, on))


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
