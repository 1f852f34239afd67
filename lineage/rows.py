"""Parts of a lineage file as rows that are not saved yet: the way back of `records.py`."""

from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import User

from lineage.engine import document
from lineage.models import Derivation, Exemption, Grant, Licence, Prohibition, Term, Version


def licence_row(licence: document.Licence) -> Licence:
    return Licence(
        slug=licence.id,
        name=licence.name or "",
        url=licence.url or "",
        spdx=licence.spdx or "",
        family=licence.family or "",
        or_later=licence.or_later,
        outbound=list(licence.outbound),
        control=list(licence.control),
    )


def term_rows(licence: document.Licence, row: Licence) -> list[Term]:
    return [
        Term(
            licence=row,
            position=position,
            kind=term.id,
            limit=None if term.limit is None else Decimal(str(term.limit)),
            carries=term.carries,
            reaches_outputs=term.reaches_outputs,
            clause=term.clause or "",
            quote=term.quote or "",
        )
        for position, term in enumerate(licence.terms)
    ]


def version_row(artefact: document.Artefact, *, by: User | None, at: datetime) -> Version:
    return Version(
        slug=artefact.id,
        name=artefact.name,
        licensor=artefact.licensor or "",
        published_on=artefact.published_on,
        sha256=(artefact.sha256 or "").lower(),
        url=artefact.url or "",
        undisclosed_parents=artefact.undisclosed_parents,
        claimed_label=artefact.claimed_label or "",
        added_by=by,
        added_at=at,
    )


def grant_row(grant: document.Grant, *, version: Version, licence: Licence) -> Grant:
    return Grant(
        version=version,
        licence=licence,
        starts_on=grant.starts,
        ends_on=grant.until,
        optional=grant.optional,
        certain=grant.certain,
        evidence=_kept(grant.evidence),
    )


def derivation_row(derivation: document.Derivation, *, parent: Version, child: Version) -> Derivation:
    when = derivation.obtained_on
    first, end = (when.starts, when.until) if isinstance(when, document.Interval) else (when, None)
    return Derivation(
        parent=parent,
        child=child,
        method=derivation.method,
        obtained_on=first,
        obtained_until=end,
        share=derivation.share,
        certain=derivation.certain,
        reaccepted_on=derivation.reaccepted_on,
        evidence=_kept(derivation.evidence),
    )


def exemption_row(exemption: document.Exemption, *, version: Version) -> Exemption:
    return Exemption(version=version, term=exemption.term, actors=list(exemption.actors))


def prohibition_row(prohibition: document.Prohibition, *, version: Version) -> Prohibition:
    return Prohibition(version=version, on=prohibition.on)


def _kept(evidence: str | tuple[str, ...] | None) -> str | list[str] | None:
    return list(evidence) if isinstance(evidence, tuple) else evidence
