"""Both views of what is disputed: what is on record or proposed, and what somebody says against it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lineage.actions.dispute_claim import Claim
from lineage.formats.statements import content_of
from lineage.models import Dispute, Grant, Licence, Proposal, Version
from lineage.records import derivation_of, grant_of
from lineage.words.claims import Names, claim_sentence


@dataclass(frozen=True, slots=True)
class View:
    """`says` is the claim as it stood when it was disputed. `gone`: it is not on record any more."""

    dispute: Dispute
    says: str

    @property
    def gone(self) -> bool:
        return self.dispute.outcome == Dispute.Outcome.GIVEN_UP

    @property
    def is_proposal(self) -> bool:
        return self.dispute.proposal_id is not None


def views_of(disputes: Iterable[Dispute]) -> list[View]:
    """In two further queries, and none where there is no dispute."""
    rows = list(disputes)
    names = _names([row.claim for row in rows])
    return [View(row, claim_sentence(row.kind, row.claim, names)) for row in rows]


def view_of(claim: Claim) -> str:
    """What a claim says, in a sentence."""
    if isinstance(claim, Proposal):
        return claim_sentence(claim.kind, claim.content, _names([claim.content]))
    if isinstance(claim, Grant):
        content = content_of(grant_of(claim))
        return claim_sentence("grant", content, _names([content]))
    content = content_of(derivation_of(claim))
    return claim_sentence("derivation", content, _names([content]))


def version_of(claim: Claim) -> Version | None:
    if isinstance(claim, Proposal):
        return Version.objects.filter(slug=claim.about).first() if claim.kind != Proposal.Kind.LICENCE else None
    return claim.version if isinstance(claim, Grant) else claim.child


def _names(claims: Sequence[dict[str, object]]) -> Names:
    if not claims:
        return Names()
    versions = {str(claim[key]) for claim in claims for key in ("artefact", "parent", "child", "id") if key in claim}
    licences = {str(claim["licence"]) for claim in claims if "licence" in claim}
    return Names(
        dict(Version.objects.filter(slug__in=versions).values_list("slug", "name")),
        {row.slug: str(row) for row in Licence.objects.filter(slug__in=licences)},
    )
