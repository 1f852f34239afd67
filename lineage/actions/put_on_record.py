"""Put one accepted statement on record, with the evidence that it came from."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from lineage.actions.check_fit import check_fit
from lineage.actions.complete_version import complete_version
from lineage.actions.decide_proposal import NotAccepted
from lineage.actions.import_lineage import import_lineage
from lineage.actions.import_lineage import refuse as refuse_place
from lineage.actions.record_derivation import DerivationRefused, record_derivation
from lineage.actions.record_grant import GrantRefused, record_grant
from lineage.actions.register_version import VersionRefused, register_version
from lineage.actions.strengthen_claim import strengthen_derivation, strengthen_grant
from lineage.engine import document
from lineage.engine.document import LineageFileError
from lineage.formats.statements import claimed, file_of, statement_of
from lineage.models import Derivation, Evidence, Grant, Licence, Version
from lineage.records import artefact_of, derivation_of, grant_of
from lineage.rows import derivation_row, grant_row

Row = Version | Licence | Grant | Derivation | None


def put_on_record(
    kind: str, content: Mapping[str, Any], evidence: Evidence, *, place: str, certain: bool, by: User, at: datetime
) -> Row:
    """What it names must be on record. Where the same is on record already, this evidence is added to it.

    Raises NotAccepted.
    """
    try:
        statement = statement_of(kind, content)
        check_fit(file_of(kind, content), refuse_place)
        with_evidence = [*_own(statement), *named(evidence, place)]
        return _WAYS[kind](statement, with_evidence, certain=certain, by=by, at=at)
    except LineageFileError as error:
        raise NotAccepted({error.place.partition("].")[2] or error.place: error.says}) from error
    except VersionRefused as error:
        raise NotAccepted({_field(field): " ".join(says) for field, says in error.errors.items()}) from error
    except (DerivationRefused, GrantRefused) as error:
        raise NotAccepted({_field(field): says for field, says in error.errors.items()}) from error


def named(evidence: Evidence, place: str) -> list[str]:
    """How a row on record names its evidence: the address of its page, and the file with its SHA-256."""
    where = ", ".join(part for part in (evidence.name or evidence.format, place) if part)
    return [f"{settings.SITE_URL}/evidence/{evidence.sha256}/", f"{where} (SHA-256 {evidence.sha256})"]


def _field(column: str) -> str:
    """A column by the name of its field in a lineage file."""
    return {"slug": "id", "starts_on": "from", "ends_on": "until", "obtained_until": "obtained_on"}.get(column, column)


def _own(statement: object) -> list[str]:
    given = getattr(statement, "evidence", None)
    return [given] if isinstance(given, str) else list(given or ())


def _artefact(item: document.Artefact, _evidence: list[str], *, certain: bool, by: User, at: datetime) -> Version:
    known = Version.objects.filter(slug=item.id).first()
    if known is not None:
        return complete_version(known, item, by=by, at=at)
    return register_version(
        slug=item.id,
        name=item.name,
        by=by,
        at=at,
        licensor=item.licensor or "",
        published_on=item.published_on,
        sha256=item.sha256 or "",
        url=item.url or "",
        undisclosed_parents=item.undisclosed_parents,
        claimed_label=item.claimed_label or "",
    )


def _licence(item: document.Licence, _evidence: list[str], *, certain: bool, by: User, at: datetime) -> Licence:
    import_lineage(document.LineageFile(licences=(item,)), by=by, at=at)
    return Licence.objects.get(slug=item.id)


def _grant(item: document.Grant, evidence: list[str], *, certain: bool, by: User, at: datetime) -> Grant:
    version, licence = Version.objects.get(slug=item.artefact), Licence.objects.get(slug=item.licence)
    said = claimed(grant_of(grant_row(item, version=version, licence=licence)))
    for row in version.grants.select_related("version", "licence"):
        if claimed(grant_of(row)) == said:
            return strengthen_grant(row, evidence, certain=certain, by=by, at=at)
    return record_grant(
        version=version,
        licence=licence,
        starts_on=item.starts,
        ends_on=item.until,
        optional=item.optional,
        certain=certain,
        evidence=evidence,
        by=by,
        at=at,
    )


def _derivation(item: document.Derivation, evidence: list[str], *, certain: bool, by: User, at: datetime) -> Derivation:
    parent, child = Version.objects.get(slug=item.parent), Version.objects.get(slug=item.child)
    if parent.planned:
        raise NotAccepted({"parent": _("This version is only planned: nothing has been made from it yet.")})
    made = derivation_row(item, parent=parent, child=child)
    said = claimed(derivation_of(made))
    for row in Derivation.objects.filter(parent=parent, child=child).select_related("parent", "child"):
        if claimed(derivation_of(row)) == said:
            return strengthen_derivation(row, evidence, certain=certain, by=by, at=at)
    return record_derivation(
        parent=parent,
        child=child,
        method=made.method,
        obtained_on=made.obtained_on,
        obtained_until=made.obtained_until,
        share=made.share,
        certain=certain,
        reaccepted_on=made.reaccepted_on,
        evidence=evidence,
        by=by,
        at=at,
    )


def _further(item: Any, _evidence: list[str], *, certain: bool, by: User, at: datetime) -> None:
    """Exemptions and prohibitions take the way of a lineage file that holds nothing else."""
    version = Version.objects.get(slug=item.artefact)
    which = "exemptions" if isinstance(item, document.Exemption) else "prohibitions"
    file = document.LineageFile(artefacts=(artefact_of(version),), **{which: (item,)})
    import_lineage(file, by=by, at=at)


_WAYS: dict[str, Callable[..., Row]] = {
    "artefact": _artefact,
    "licence": _licence,
    "grant": _grant,
    "derivation": _derivation,
    "exemption": _further,
    "prohibition": _further,
}
