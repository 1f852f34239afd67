"""Keep a file as evidence, and what it says as proposals. Nothing of it is a fact before somebody has accepted it."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from lineage.actions.compare_with_record import compare_contents
from lineage.actions.read_evidence import Reading, Source, kept_of, read_evidence
from lineage.actions.write_log import write_log
from lineage.models import Evidence, LogEntry, Proposal

MOST_A_DAY: Final = 100
"""Pieces of evidence that one person may bring within a day."""

_AT_ONCE: Final = 500


class TooMuchToday(Exception):
    """This person has brought a great deal within a day; the message is a sentence."""


def bring_evidence(data: bytes, source: Source, *, by: User | None, at: datetime) -> Evidence:
    """The same bytes twice are one piece of evidence, whoever brings them. `by` is nobody for the command line.

    Raises FormatError, and TooMuchToday.
    """
    known = Evidence.objects.filter(sha256=hashlib.sha256(kept_of(data, source)).hexdigest()).first()
    if known is not None:
        return known
    reading = read_evidence(data, source, at=at)
    with transaction.atomic():
        if by is not None:
            _refuse_too_much(by, at)
        evidence, new = Evidence.objects.get_or_create(
            sha256=reading.said.evidence.sha256, defaults=_row(reading, source, by=by, at=at)
        )
        if new:
            rows = _proposals(evidence, reading, at)
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


def _proposals(evidence: Evidence, reading: Reading, at: datetime) -> list[Proposal]:
    """What is on record already, and certain, is nobody's to decide any more: it is accepted, and by nobody."""
    beside, _names = compare_contents([(stated.kind, stated.content) for stated in reading.statements])
    unread = reading.said.unread_licences
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
        for position, (stated, found) in enumerate(zip(reading.statements, beside, strict=True))
    ]


def _storable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


def _refuse_too_much(by: User, at: datetime) -> None:
    """The row of the person is held, so that two files at once cannot both be the last that is allowed."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Evidence.objects.filter(brought_by=by, brought_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooMuchToday(_("You have brought %(most)s files within a day. Go on tomorrow.") % {"most": MOST_A_DAY})
