"""Proposals as pages show them: what each says, what is on record beside it, and what the one who looks may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.models import User
from django.db.models import Prefetch, Q
from django.db.models.functions import Lower

from lineage.actions.compare_with_record import Beside, compare_with_record
from lineage.actions.who_may import may_decide, may_decline
from lineage.models import Dispute, Proposal, Version
from lineage.words.claims import Names, claim_sentence


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """`on_record` are the claims of its kind on record: (sentence, whether it is certain).

    `put_on_record` is what was recorded instead of what was proposed, if that was something else. `alike` are versions
    on record that are called like something missing: perhaps they are meant.
    """

    proposal: Proposal
    says: str
    beside: Beside
    on_record: tuple[tuple[str, bool], ...]
    missing: tuple[str, ...]
    alike: tuple[Version, ...]
    put_on_record: str
    may_decide: bool
    may_decline: bool

    @property
    def is_open(self) -> bool:
        return self.proposal.state == Proposal.State.OPEN

    @property
    def was_known(self) -> bool:
        """It was on record when the evidence came, so that nobody had to decide."""
        return self.proposal.state == Proposal.State.ACCEPTED and self.proposal.decided_by_id is None


def with_disputes() -> Prefetch[str]:
    return Prefetch("disputes", queryset=Dispute.objects.select_related("by", "settled_by"))


def rows_of(proposals: Iterable[Proposal], person: User | None) -> list[ProposalRow]:
    found = list(proposals)
    compared = compare_with_record(found)
    missing = {compared.names.version(id) for beside in compared.beside.values() for id in beside.missing}
    alike = _called_like(missing)
    return [_row(row, compared.beside[row.pk], compared.names, person, alike) for row in found]


def _called_like(names: set[str]) -> dict[str, list[Version]]:
    """Versions on record by their names and ids in lower case, as far as these are among some names."""
    wanted = {name.lower() for name in names}
    if not wanted:
        return {}
    called = Version.objects.annotate(called=Lower("name")).filter(Q(called__in=wanted) | Q(slug__in=wanted))
    found: dict[str, list[Version]] = {}
    for version in called.filter(planned=False).order_by("slug"):
        for name in {version.name.lower(), version.slug}:
            found.setdefault(name, []).append(version)
    return found


def grouped(rows: Iterable[ProposalRow]) -> list[tuple[str, list[ProposalRow]]]:
    """By kind, in the order in which they stand in the evidence."""
    return [(kind, list(group)) for kind, group in groupby(rows, key=lambda row: row.proposal.kind)]


def _row(
    proposal: Proposal, beside: Beside, names: Names, person: User | None, alike: dict[str, list[Version]]
) -> ProposalRow:
    kind, version = proposal.kind, beside.version
    missing = tuple(names.version(id) for id in beside.missing)
    is_open = person is not None and proposal.state == Proposal.State.OPEN
    return ProposalRow(
        proposal=proposal,
        says=claim_sentence(kind, proposal.content, names),
        beside=beside,
        on_record=tuple((claim_sentence(kind, row, names), row.get("certain", True)) for row in beside.rows),
        missing=missing,
        alike=tuple(dict.fromkeys(version for name in missing for version in alike.get(name.lower(), ()))),
        put_on_record=claim_sentence(kind, proposal.amended, names) if proposal.amended else "",
        may_decide=is_open and person is not None and may_decide(person, kind, version),
        may_decline=is_open and person is not None and may_decline(person, kind, version),
    )
