"""Lay what is proposed beside what is on record today, for many proposals in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lineage.actions.complete_version import to_complete
from lineage.engine.document import Artefact, LineageFileError
from lineage.formats.statements import content_of, statement_of, subject_of
from lineage.models import Derivation, Exemption, Grant, Licence, Prohibition, Proposal, Version
from lineage.records import derivation_of, exemption_of, grant_of, prohibition_of
from lineage.words.claims import Names

_UNSAID = ("certain", "evidence")
MOST_BESIDE = 12


@dataclass(frozen=True, slots=True)
class Beside:
    """`version` is what the proposal speaks of, if that is on record.

    `known`: the same is on record already; `settled`: and as sure as can be, so that nothing is left to decide. `rows`
    are the claims of its kind on record about that version. `missing` names what it needs and is not on record.
    """

    version: Version | None = None
    known: bool = False
    settled: bool = False
    rows: tuple[dict[str, Any], ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(slots=True)
class _Record:
    versions: dict[str, Version] = field(default_factory=dict)
    licences: dict[str, Licence] = field(default_factory=dict)
    claims: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, slots=True)
class Compared:
    """What is beside each proposal, by its number, and the names of all versions and licences that they speak of."""

    beside: dict[int, Beside]
    names: Names


def compare_with_record(proposals: Iterable[Proposal]) -> Compared:
    rows = list(proposals)
    beside, names = compare_contents([(row.kind, row.content) for row in rows])
    return Compared(dict(zip([row.pk for row in rows], beside, strict=True)), names)


def compare_contents(items: list[tuple[str, dict[str, Any]]]) -> tuple[list[Beside], Names]:
    """The same of statements that are not kept: (kind, content)."""
    record = _record(items)
    versions, licences = _proposed(items, Proposal.Kind.ARTEFACT), _proposed(items, Proposal.Kind.LICENCE)
    versions |= {slug: version.name for slug, version in record.versions.items()}
    licences |= {slug: str(licence) for slug, licence in record.licences.items()}
    return [_beside(kind, content, record) for kind, content in items], Names(versions, licences)


def _proposed(items: list[tuple[str, dict[str, Any]]], wanted: str) -> dict[str, str]:
    """What is called how in the evidence itself, for what is not on record yet."""
    return {str(content["id"]): str(content.get("name") or content["id"]) for kind, content in items if kind == wanted}


def _record(items: list[tuple[str, dict[str, Any]]]) -> _Record:
    keys = ("id", "artefact", "parent", "child")
    named = {str(content[key]) for _kind, content in items for key in keys if key in content}
    texts = {str(content.get("licence", content.get("id", ""))) for _kind, content in items}
    record = _Record()
    record.versions = {row.slug: row for row in Version.objects.filter(slug__in=named)}
    record.licences = {row.slug: row for row in Licence.objects.filter(slug__in=texts)}
    about = {subject_of(kind, content) for kind, content in items if kind != Proposal.Kind.LICENCE}
    versions = [row.pk for slug, row in record.versions.items() if slug in about]
    for grant in Grant.objects.filter(version__in=versions).select_related("version", "licence"):
        record.claims["grant", grant.version.slug].append(content_of(grant_of(grant)))
        record.licences.setdefault(grant.licence.slug, grant.licence)
    for made in Derivation.objects.filter(child__in=versions).select_related("parent", "child"):
        record.claims["derivation", made.child.slug].append(content_of(derivation_of(made)))
        record.versions.setdefault(made.parent.slug, made.parent)
    for waived in Exemption.objects.filter(version__in=versions).select_related("version"):
        record.claims["exemption", waived.version.slug].append(content_of(exemption_of(waived)))
    for stop in Prohibition.objects.filter(version__in=versions).select_related("version"):
        record.claims["prohibition", stop.version.slug].append(content_of(prohibition_of(stop)))
    return record


def _beside(kind: str, content: dict[str, Any], record: _Record) -> Beside:
    subject = subject_of(kind, content)
    if kind == Proposal.Kind.LICENCE:
        known = subject in record.licences
        return Beside(known=known, settled=known)
    version = record.versions.get(subject)
    if kind == Proposal.Kind.ARTEFACT:
        known = version is not None and not _would_add(version, content)
        return Beside(version, known=known, settled=known)
    rows = record.claims.get((kind, subject), [])
    alike = [row for row in rows if _plain(row) == _plain(content)]
    near = sorted(rows, key=lambda row: row.get("parent") != content.get("parent"))
    sure = any(row.get("certain", True) for row in alike)
    return Beside(version, bool(alike), sure, tuple(near[:MOST_BESIDE]), _missing(content, record))


def _would_add(version: Version, content: Mapping[str, Any]) -> bool:
    try:
        said = statement_of("artefact", content)
    except LineageFileError:
        return True
    return isinstance(said, Artefact) and bool(to_complete(version, said))


def _missing(content: Mapping[str, Any], record: _Record) -> tuple[str, ...]:
    named = [str(content[key]) for key in ("artefact", "child", "parent") if key in content]
    versions = [slug for slug in named if slug not in record.versions]
    licence = str(content.get("licence", ""))
    return (*versions, *([licence] if licence and licence not in record.licences else []))


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """What is claimed, without how sure it is and by what it is proved."""
    return {key: value for key, value in content.items() if key not in _UNSAID}
