"""What people have decided about claims that came in by a file: that stays when the file comes again."""

import re
from collections.abc import Hashable, Iterable
from typing import Final

from lineage.engine.document import Derivation, Grant, LineageFileError
from lineage.formats.statements import claimed, statement_of
from lineage.models import Dispute, Version

_OUR_PAGE: Final = re.compile(r"https?://[^/]+/evidence/[0-9a-f]{64}/")


def decided_since(kind: str, on_record: Iterable[Grant | Derivation], versions: Iterable[Version]) -> set[Hashable]:
    """What was disputed or given up, and what got evidence of ours: it may be less or more certain than in the file.

    Claims as `claimed` makes them, of one kind, about these versions.
    """
    found = {claimed(item) for item in on_record if any(map(_OUR_PAGE.fullmatch, _texts(item)))}
    disputes = Dispute.objects.filter(version__in=list(versions), kind=kind, proposal=None)
    for claim in disputes.values_list("claim", flat=True):
        try:
            found.add(claimed(statement_of(kind, claim)))
        except LineageFileError:
            continue  # written by another release: what the file says is compared as it stands
    return found


def _texts(item: Grant | Derivation) -> tuple[str, ...]:
    return item.evidence if isinstance(item.evidence, tuple) else (item.evidence or "",)
