"""Why a version is not the clean one that was promised."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from lineage.engine import terms
from lineage.engine.document import Grant
from lineage.engine.inheritance import Item, Path
from lineage.engine.walks import Climb
from lineage.models import Version
from lineage.verdicts.record import Record, record_on
from lineage.words import cure_word, reason_word


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that speaks against calling a version clean.

    `code` is `not-clean` (its lineage is tainted or suspect) or `still-restricted` (it brings a restriction that was
    promised to be gone). `term` is the kind of term, or `undisclosed-parents`. `path` leads from the version to where
    that comes from, as ids; `names` are the same for people.
    """

    code: str
    term: str
    path: tuple[str, ...]
    names: tuple[str, ...]
    limit: float | None = None
    licence: str | None = None
    certain: bool = True

    @property
    def says(self) -> str:
        """What is inherited, or what is not known, in the reader's words."""
        return reason_word(self.term, self.limit)

    @property
    def cure(self) -> str:
        """What would help, in the reader's words."""
        if len(self.path) == 1:
            return cure_word("own-licence") if self.code == "still-restricted" else cure_word("disclose")
        open_question = self.term in ("undisclosed-parents", terms.UNKNOWN_LICENCE)
        return cure_word("replace-or-find-out" if open_question else "replace", model=self.names[-1])


def clean_or_why(version: Version, on: date, promised_gone: Collection[str]) -> tuple[Objection, ...]:
    """Empty if the version is judged clean and brings none of the restrictions that were promised to be gone."""
    return clean_or_why_in(record_on(version, on), promised_gone)


def clean_or_why_in(record: Record, promised_gone: Collection[str]) -> tuple[Objection, ...]:
    """The same, of a record that is there already."""
    return (*_not_clean(record), *_still_restricted(record, promised_gone))


def _not_clean(record: Record) -> Iterable[Objection]:
    if record.state == "clean":
        return
    slug, pedigree = record.version.slug, record.inheritance.pedigree
    unknown = [item for item in record.inheritance.items(slug) if item.term.id == terms.UNKNOWN_LICENCE]
    for item in (*record.restrictions, *unknown):
        yield _of_item(record, "not-clean", item)
    for origin in pedigree.undisclosed(sorted({slug, *record.inheritance.ancestors(slug)})):
        path = Climb(slug, pedigree.parents).path(origin)
        yield Objection("not-clean", "undisclosed-parents", path, _names(record, path))


def _still_restricted(record: Record, promised_gone: Collection[str]) -> Iterable[Objection]:
    """Also what its own licence says, and what its maker's own earlier versions bring: gone is gone."""
    slug, pedigree = record.version.slug, record.inheritance.pedigree
    told = set() if record.state == "clean" else set(record.restrictions)
    for item in record.inheritance.items(slug):
        if item.term.id in promised_gone and item not in told:
            yield _of_item(record, "still-restricted", item)
    for grant in _own_grants(record):
        for term in pedigree.licences[grant.licence].terms:
            if term.id in promised_gone:
                yield Objection(
                    "still-restricted", term.id, (slug,), _names(record, (slug,)), term.limit, grant.licence
                )


def _own_grants(record: Record) -> list[Grant]:
    """The licence in force, and those that are to follow: a planned version's begins on the day of its release."""
    slug, pedigree = record.version.slug, record.inheritance.pedigree
    now = pedigree.timeline(slug).on(record.on)
    later = [grant for grant in pedigree.grants_of(slug) if grant.starts > record.on and not grant.optional]
    return [*([now] if now else []), *later]


def _of_item(record: Record, code: str, item: Item) -> Objection:
    names = _names(record, item.path)
    return Objection(code, item.term.id, item.path, names, item.term.limit, item.licence, item.certain)


def _names(record: Record, path: Path) -> tuple[str, ...]:
    return tuple(record.name_of(id) for id in path)
