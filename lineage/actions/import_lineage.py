"""Take a lineage file into the database: all of it or nothing, and twice is once."""

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lineage import records, rows
from lineage.actions.check_fit import check_fit
from lineage.actions.decided_since import decided_since
from lineage.actions.write_log import write_log
from lineage.engine import document
from lineage.engine.reading import read
from lineage.formats.statements import claimed
from lineage.models import Derivation, Exemption, Grant, Licence, LogEntry, Prohibition, Term, Version

# Imports wait for each other, so that two of one file do not each find nothing on record.
_ONE_AT_A_TIME = 5_071_923

_KIND = {"grants": "grant", "derivations": "derivation"}


class ImportRefused(document.LineageFileError):
    """Nothing was imported. `place` is where in the file, `says` what to do."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many of each list were added and how many were on record already.

    `versions` are the slugs of the versions that are new, `named` those of all in the file.
    """

    added: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    versions: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    questions: int = 0


def import_lineage(
    file: document.LineageFile, *, by: User | None, at: datetime, only_own: bool = False
) -> ImportResult:
    """Rows that are on record with the same content are left alone; other content under the same id is refused.

    `only_own` is for people who are not staff: they add versions and say what those were made from, but nothing about
    versions that somebody else put on record. Questions are not kept. Raises ImportRefused.
    """
    check_fit(file, refuse)
    work = _Import(file, by=by, at=at, only_own=only_own)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
            work.licences()
            work.versions()
            work.claims()
            if any(work.added.values()):
                write_log(LogEntry.Kind.FILE_IMPORTED, at=at, by=by, data=work.told())
    except IntegrityError as error:
        raise ImportRefused("", _("Somebody changed the lineage at the same moment. Try again.")) from error
    named = tuple(artefact.id for artefact in file.artefacts)
    return ImportResult(work.added, work.unchanged, tuple(work.new_versions), named, len(file.questions))


def import_text(text: str | bytes, *, by: User | None, at: datetime, only_own: bool = False) -> ImportResult:
    """The same, of the text of a file. Raises LineageFileError, of which ImportRefused is one."""
    return import_lineage(read(text), by=by, at=at, only_own=only_own)


def refuse(place: str, says: str) -> None:
    raise ImportRefused(place, says)


class _Import:
    """One import on its way: what was on record, what is added."""

    def __init__(self, file: document.LineageFile, *, by: User | None, at: datetime, only_own: bool) -> None:
        self.file = file
        self.by = by
        self.at = at
        self.only_own = only_own
        self.added: dict[str, int] = {}
        self.unchanged: dict[str, int] = {}
        self.new_versions: list[str] = []
        self.version_of: dict[str, Version] = {}
        self.licence_of: dict[str, Licence] = {}

    def licences(self) -> None:
        kept = Licence.objects.filter(slug__in=[item.id for item in self.file.licences]).prefetch_related("terms")
        on_record = {row.slug: records.licence_of(row, row.terms.all()) for row in kept}
        new: list[tuple[Licence, list[Term]]] = []
        for place, item in enumerate(self.file.licences):
            row = rows.licence_row(item)
            terms = rows.term_rows(item, row)
            if self._is_new(f"licences[{place}]", records.licence_of(row, terms), on_record.get(item.id)):
                new.append((row, terms))
        Licence.objects.bulk_create([row for row, _terms in new])
        Term.objects.bulk_create([term for _row, terms in new for term in terms])
        self._count("licences", len(new), len(self.file.licences))
        self.licence_of = {row.slug: row for row in (*kept, *(row for row, _terms in new))}

    def versions(self) -> None:
        kept = Version.objects.filter(slug__in=[item.id for item in self.file.artefacts])
        on_record = {row.slug: records.artefact_of(row) for row in kept}
        new = []
        for place, item in enumerate(self.file.artefacts):
            row = rows.version_row(item, by=self.by, at=self.at)
            if self._is_new(f"artefacts[{place}]", records.artefact_of(row), on_record.get(item.id)):
                new.append(row)
        self._refuse_known_files([row.slug for row in new])
        Version.objects.bulk_create(new)
        self._count("artefacts", len(new), len(self.file.artefacts))
        self.new_versions = [row.slug for row in new]
        self.version_of = {row.slug: row for row in (*kept, *new)}

    def claims(self) -> None:
        """Grants, derivations, exemptions and prohibitions, each compared with what is said of the same versions."""
        version, licence = self.version_of, self.licence_of
        known = Q(version__in=list(version.values()))
        self._claims(
            "grants",
            self.file.grants,
            Grant.objects.filter(known).select_related("version", "licence"),
            row=lambda item: rows.grant_row(item, version=version[item.artefact], licence=licence[item.licence]),
            said=records.grant_of,
            key=lambda item: (item.artefact, item.starts, item.licence if item.optional else None),
        )
        self._claims(
            "derivations",
            self.file.derivations,
            Derivation.objects.filter(child__in=list(version.values())).select_related("parent", "child"),
            row=lambda item: rows.derivation_row(item, parent=version[item.parent], child=version[item.child]),
            said=records.derivation_of,
            key=lambda item: (item.parent, item.child, item.method),
            about="child",
        )
        self._claims(
            "exemptions",
            self.file.exemptions,
            Exemption.objects.filter(known).select_related("version"),
            row=lambda item: rows.exemption_row(item, version=version[item.artefact]),
            said=records.exemption_of,
        )
        self._claims(
            "prohibitions",
            self.file.prohibitions,
            Prohibition.objects.filter(known).select_related("version"),
            row=lambda item: rows.prohibition_row(item, version=version[item.artefact]),
            said=records.prohibition_of,
        )

    def _claims(
        self,
        name: str,
        items: Collection[Any],
        kept: Iterable[Any],
        *,
        row: Callable[[Any], Any],
        said: Callable[[Any], Any],
        key: Callable[[Any], Hashable] = lambda item: item,
        about: str = "artefact",
    ) -> None:
        """Compare by what is said. Where something else is on record under the same key, that is refused.

        What people have disputed, given up or proved since the file came stays as they left it.
        """
        on_record = {said(row) for row in kept}
        taken = {key(item) for item in on_record}
        decided = decided_since(_KIND[name], on_record, self.version_of.values()) if name in _KIND else set()
        new = {}
        for place, item in enumerate(items):
            made = row(item)
            plain = said(made)
            if plain in on_record or plain in new or claimed(plain) in decided:
                continue
            if key(plain) in taken:
                refuse(f"{name}[{place}]", _("Something else is on record here. Correct the file, or leave this out."))
            self._refuse_foreign(f"{name}[{place}].{about}", getattr(item, about))
            new[plain] = made
        if new:
            type(next(iter(new.values()))).objects.bulk_create(new.values())
        self._count(name, len(new), len(items))

    def _is_new(self, place: str, given: object, on_record: object) -> bool:
        if on_record is None:
            return True
        if given != on_record:
            fields = [name for name in given.__slots__ if getattr(given, name) != getattr(on_record, name)]  # type: ignore[attr-defined]
            says = _("“%(id)s” is on record with another %(fields)s. Correct the file, or give it another id.")
            refuse(place, says % {"id": getattr(given, "id", ""), "fields": ", ".join(fields)})
        return False

    def _refuse_known_files(self, new: list[str]) -> None:
        """One file is one version: the same SHA-256 under a second id is refused."""
        given = [item.sha256 if item.id in new else None for item in self.file.artefacts]
        places = {sha256.lower(): place for place, sha256 in enumerate(given) if sha256}
        known = Version.objects.filter(sha256__in=list(places)).first()
        if known is not None:
            says = _("This file is on record as “%(id)s”. Use that id.") % {"id": known.slug}
            refuse(f"artefacts[{places[known.sha256]}].sha256", says)

    def _refuse_foreign(self, place: str, slug: str) -> None:
        version = self.version_of[slug]
        own = self.by is not None and version.added_by_id == self.by.pk
        if self.only_own and not own:
            says = _("“%(id)s” was put on record by somebody else: only they or the staff add to it. Leave this out.")
            refuse(place, says % {"id": slug})

    def _count(self, name: str, new: int, given: int) -> None:
        self.added[name], self.unchanged[name] = new, given - new

    def told(self) -> dict[str, object]:
        """What the log keeps: how many, and which versions somebody may want to look at again."""
        touched = {*self.new_versions, *(item.child for item in self.file.derivations)}
        touched |= {item.artefact for item in self.file.grants}
        return {"added": self.added, "versions": sorted(touched)[:1000]}
