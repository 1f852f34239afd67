"""Two people at the same moment: one wins, the other is told, and nothing is there twice."""

import pytest

from lineage.actions.accept_proposal import accept_proposal
from lineage.actions.decide_proposal import AlreadyDecided
from lineage.actions.decline_proposal import decline_proposal
from lineage.actions.dispute_claim import dispute_claim
from lineage.actions.settle_dispute import settle_dispute
from lineage.models import Derivation, Dispute, Evidence, Proposal, Version
from tests.at_once import at_once, raised_at_once
from tests.lineage.proposals.world import (
    NOON,
    a_bound_base,
    a_proposed_parent,
    bra_of_mika,
    brought,
    mika,
    sora,
    table,
    the_parent_on_record,
    yui,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told() -> None:
    a_bound_base()
    bra_of_mika()
    proposal, maker, staff = a_proposed_parent(), mika(), sora()

    refused = raised_at_once(
        lambda: accept_proposal(proposal, by=maker, at=NOON),
        lambda: decline_proposal(proposal, reason="No.", by=staff, at=NOON),
        lambda: accept_proposal(proposal, by=staff, at=NOON, certain=True),
    )

    assert [type(error) for error in refused] == [AlreadyDecided] * 2
    proposal.refresh_from_db()
    assert Derivation.objects.count() == (1 if proposal.state == "accepted" else 0)


def test_two_who_need_the_same_new_parent_put_it_on_record_once() -> None:
    bra_of_mika()
    brought(table("new/parent,bra-v4,merge,,", "new/parent,bra-v4,component,,"))
    first, second = Proposal.objects.filter(kind="derivation")
    maker, staff = mika(), sora()

    refused = raised_at_once(
        lambda: accept_proposal(first, by=maker, at=NOON, with_needed=True),
        lambda: accept_proposal(second, by=staff, at=NOON, with_needed=True),
    )

    assert Version.objects.filter(slug="new/parent").count() == 1
    assert {type(error) for error in refused} <= {AlreadyDecided}
    assert Derivation.objects.count() == 2 - len(refused)


def test_the_same_file_from_two_at_once_is_kept_once() -> None:
    file, one, other = table("a,b,merge,,"), yui(), sora()

    kept = at_once(lambda: brought(file, one), lambda: brought(file, other))

    assert kept == [Evidence.objects.get()] * 2 and Proposal.objects.count() == 3


def test_a_claim_is_settled_once_and_never_left_half_certain() -> None:
    made = the_parent_on_record()
    dispute = dispute_claim(made, says="No.", by=mika(), at=NOON)
    staff, other = sora(), yui()

    refused = raised_at_once(
        lambda: settle_dispute(dispute, outcome=Dispute.Outcome.STANDS, answer="Yes.", by=staff, at=NOON),
        lambda: settle_dispute(dispute, outcome=Dispute.Outcome.GIVEN_UP, answer="No.", by=staff, at=NOON),
        lambda: dispute_claim(made, says="No, no.", by=other, at=NOON),
    )

    assert {type(error) for error in refused} == {AlreadyDecided}
    dispute.refresh_from_db()
    rows = list(Derivation.objects.values_list("certain", flat=True))
    assert rows == ([True] if dispute.outcome == "stands" else [])
