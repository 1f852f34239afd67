"""Keep a file as evidence, and what it says as proposals. Nothing of it is a fact before somebody has accepted it."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from lineage.actions.compare_with_record import compare_contents
from lineage.actions.read_evidence import Reading, Source, Stated, kept_of, read_evidence
from lineage.actions.write_log import write_log
from lineage.models import Evidence, LogEntry, Proposal

MOST_A_DAY: Final = 100
"""Pieces of evidence that one person may bring within a day."""

MOST_OF_ONE: Final = 11_000
"""Statements of one piece of evidence, for all that it was brought for: a little more than one file may make."""

_AT_ONCE: Final = 500


class TooMuchToday(Exception):
    """This person has brought a great deal within a day; the message is a sentence."""


def bring_evidence(data: bytes, source: Source, *, by: User | None, at: datetime) -> Evidence:
    """The same bytes twice are one piece of evidence, whoever brings them. `by` is nobody for the command line.

    If they are brought again for another version, what they say of that one is added: else whoever brings a file first,
    for whatever version, keeps everybody from proving anything by it. Raises FormatError, and TooMuchToday.
    """
    known = Evidence.objects.filter(sha256=hashlib.sha256(kept_of(data, source)).hexdigest()).defer("content").first()
    if known is not None:
        _add_of_another(known, data, source, by=by, at=at)
        return known
    reading = read_evidence(data, source, at=at)
    with transaction.atomic():
        if by is not None:
            _refuse_too_much(by, at)
        evidence, new = Evidence.objects.get_or_create(
            sha256=reading.said.evidence.sha256, defaults=_row(reading, source, by=by, at=at)
        )
        if new:
            rows = _proposals(evidence, reading.statements, reading.said.unread_licences, at)
            Proposal.objects.bulk_create(rows, batch_size=_AT_ONCE)
            told: dict[str, object] = {"evidence": evidence.sha256, "proposals": len(rows)}
            write_log(LogEntry.Kind.EVIDENCE_BROUGHT, at=at, by=by, data=told)
    return evidence


def _row(reading: Reading, source: Source, *, by: User | None, at: datetime) -> dict[str, object]:
    remarks = [
        {"place": remark.place, "template": remark.template, "values": dict(remark.values)}
        for remark in reading.said.remarks
    ]
    if reading.left_out:
        says = "{number} statements are left out: their ids cannot be kept as addresses of pages"
        remarks.append({"place": "", "template": says, "values": {"number": reading.left_out}})
    return {
        "format": reading.said.evidence.format,
        "covers": reading.said.evidence.covers,
        "name": _storable(source.name)[:200],
        "url": source.url if len(source.url) <= 500 else "",
        "content": reading.content,
        "remarks": remarks,
        "brought_by": by,
        "brought_at": at,
    }


def _add_of_another(known: Evidence, data: bytes, source: Source, *, by: User | None, at: datetime) -> None:
    """Two files of weights may have one header, and one card may be copied from model to model."""
    if not source.about and not source.sha256:
        return
    reading = read_evidence(data, source, at=at)
    subjects = {stated.about for stated in reading.statements if _is_subject(stated, source)}
    with transaction.atomic():
        # Held, so that two at once do not add the same.
        here = Evidence.objects.select_for_update(no_key=True).defer("content").get(pk=known.pk)
        kept = list(here.proposals.values_list("kind", "about", "content"))
        if not subjects or subjects & {about for _kind, about, _content in kept}:
            return
        said = [(kind, content) for kind, _about, content in kept]
        new = [stated for stated in reading.statements if (stated.kind, stated.content) not in said]
        if len(kept) + len(new) > MOST_OF_ONE:
            raise TooMuchToday(_("This file has been read for a great many versions already. Ask the staff."))
        rows = _proposals(here, new, reading.said.unread_licences, at, first=len(kept))
        Proposal.objects.bulk_create(rows, batch_size=_AT_ONCE)
        told: dict[str, object] = {"evidence": here.sha256, "proposals": len(rows)}
        write_log(LogEntry.Kind.EVIDENCE_BROUGHT, at=at, by=by, data=told)


def _is_subject(stated: Stated, source: Source) -> bool:
    """Whether this is the version that the file is brought for."""
    if stated.kind != Proposal.Kind.ARTEFACT:
        return False
    digest = stated.content.get("sha256")
    return stated.about == source.about or (digest is not None and digest == source.sha256)


def _proposals(
    evidence: Evidence, statements: Sequence[Stated], unread: Collection[str], at: datetime, *, first: int = 0
) -> list[Proposal]:
    """What is on record already, and certain, is nobody's to decide any more: it is accepted, and by nobody."""
    beside, _names = compare_contents([(stated.kind, stated.content) for stated in statements])
    return [
        Proposal(
            evidence=evidence,
            position=position,
            kind=stated.kind,
            about=stated.about,
            content=stated.content,
            certainty=stated.certainty,
            place=_storable(stated.place)[:300],
            unread_licence=stated.kind == Proposal.Kind.GRANT and stated.content["licence"] in unread,
            state=Proposal.State.ACCEPTED if found.settled else Proposal.State.OPEN,
            decided_at=at if found.settled else None,
        )
        for position, (stated, found) in enumerate(zip(statements, beside, strict=True), start=first)
    ]


def _storable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


def _refuse_too_much(by: User, at: datetime) -> None:
    """The row of the person is held, so that two files at once cannot both be the last that is allowed."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Evidence.objects.filter(brought_by=by, brought_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooMuchToday(_("You have brought %(most)s files within a day. Go on tomorrow.") % {"most": MOST_A_DAY})
