"""What `manage.py import_lineage` does with a file that becomes proposals."""

import hashlib
from datetime import datetime
from io import BufferedReader

from django.conf import settings

from lineage.actions.bring_evidence import bring_evidence
from lineage.actions.compare_with_record import compare_contents
from lineage.actions.read_evidence import Source, read_evidence
from lineage.formats.any_format import header_of
from lineage.words.claims import claim_sentence

MOST_LISTED = 200


def weights_of(stream: BufferedReader) -> tuple[bytes, str]:
    """The header of a file of weights, and the SHA-256 of all of it. Raises FormatError."""
    head = header_of(stream)
    stream.seek(0)
    return head, hashlib.file_digest(stream, "sha256").hexdigest()


def proposed_lines(data: bytes, source: Source, *, at: datetime, keep: bool) -> list[str]:
    """What is proposed, a line each, and what became of it. Raises FormatError."""
    reading = read_evidence(data, source, at=at)
    beside, names = compare_contents([(stated.kind, stated.content) for stated in reading.statements])
    lines = []
    for stated, found in zip(reading.statements, beside, strict=True):
        known = "; on record already" if found.known else ""
        place = f", {stated.place}" if stated.place else ""
        says = claim_sentence(stated.kind, stated.content, names)
        lines.append(f"{stated.kind}: {says} [{stated.certainty}{place}{known}]")
    if len(lines) > MOST_LISTED:
        lines[MOST_LISTED:] = [f"and {len(lines) - MOST_LISTED} more"]
    remarks = [
        f"remark: {remark.place}: {remark.says}" if remark.place else f"remark: {remark.says}"
        for remark in reading.said.remarks
    ]
    return [*lines, *remarks, _end(data, source, len(reading.statements), at=at, keep=keep)]


def _end(data: bytes, source: Source, number: int, *, at: datetime, keep: bool) -> str:
    if not keep:
        return f"{number} proposals. Nothing was kept: this was a dry run."
    evidence = bring_evidence(data, source, by=None, at=at)
    told = "kept" if evidence.brought_at == at else "was brought before"
    return f"{number} proposals. The file {told} as evidence: {settings.SITE_URL}/evidence/{evidence.sha256}/"
