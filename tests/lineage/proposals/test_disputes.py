"""Both views of a dispute stay in sight; only who has a say makes a claim less than certain, until it is settled."""

from datetime import date

import pytest

from lineage.actions import dispute_claim as disputing
from lineage.actions.accept_proposal import accept_proposal
from lineage.actions.decide_proposal import AlreadyDecided, NotYours
from lineage.actions.dispute_claim import DisputeRefused, dispute_claim
from lineage.actions.settle_dispute import settle_dispute
from lineage.engine.writing import write
from lineage.models import Derivation, Dispute, Grant, LogEntry, Proposal
from tests.lineage.documents import put_on_record, the_bra_family
from tests.lineage.proposals.world import (
    NOON,
    a_bound_base,
    a_proposed_parent,
    bra_of_mika,
    brought,
    mika,
    sora,
    state_of,
    the_grant_on_record,
    the_parent_on_record,
    yui,
)

pytestmark = pytest.mark.django_db
STANDS, GIVEN_UP = Dispute.Outcome.STANDS, Dispute.Outcome.GIVEN_UP


def test_a_dispute_by_its_maker_turns_tainted_into_suspect_until_it_stands() -> None:
    made = the_parent_on_record()
    states = [state_of("bra-v4")]

    dispute = dispute_claim(made, says="It was ChilloutMix Ni.", by=mika(), at=NOON)
    states.append(state_of("bra-v4"))
    settle_dispute(dispute, outcome=STANDS, answer="The recipe in the file says so.", by=sora(), at=NOON)
    states.append(state_of("bra-v4"))

    assert states == ["tainted", "suspect", "tainted"]
    dispute.refresh_from_db()
    assert (dispute.was_certain, dispute.outcome, dispute.settled_by) == (True, "stands", sora())
    assert [entry.kind for entry in LogEntry.objects.all()] == ["claim-disputed", "dispute-settled"]


def test_a_strangers_dispute_is_shown_and_changes_no_answer() -> None:
    made = the_parent_on_record()

    dispute = dispute_claim(made, says="I heard otherwise.", by=yui(), at=NOON)

    made.refresh_from_db()
    assert made.certain and state_of("bra-v4") == "tainted" and not dispute.has_a_say


def test_a_claim_that_is_given_up_goes_and_both_views_stay() -> None:
    made = the_parent_on_record()
    stranger = dispute_claim(made, says="I think not.", by=yui(), at=NOON)
    own = dispute_claim(made, says="It was not.", by=mika(), at=NOON)

    settle_dispute(own, outcome=GIVEN_UP, answer="The recipe was of another file.", by=sora(), at=NOON)

    assert not Derivation.objects.exists() and state_of("bra-v4") == "clean"
    for dispute in (stranger, own):
        dispute.refresh_from_db()
        assert dispute.outcome == "given-up" and dispute.claim["parent"] == "chilloutmix"


def test_it_is_certain_again_only_when_the_last_dispute_that_counts_is_settled() -> None:
    made = the_parent_on_record()
    first = dispute_claim(made, says="No.", by=mika(), at=NOON)
    second = dispute_claim(made, says="We are not sure.", by=sora(), at=NOON)

    settle_dispute(first, outcome=STANDS, answer="It does.", by=sora(), at=NOON)
    made.refresh_from_db()
    between = made.certain
    settle_dispute(second, outcome=STANDS, answer="We are.", by=sora(), at=NOON)
    made.refresh_from_db()

    assert (between, made.certain) == (False, True)


def test_what_was_possible_before_does_not_become_certain_by_a_dispute() -> None:
    made = the_parent_on_record(certain=False)
    dispute = dispute_claim(made, says="No.", by=mika(), at=NOON)

    settle_dispute(dispute, outcome=STANDS, answer="Yes.", by=sora(), at=NOON)

    made.refresh_from_db()
    assert not made.certain


def test_nobody_settles_a_dispute_about_their_own_version_but_whoever_disputed_takes_it_back() -> None:
    made = the_parent_on_record()
    by_staff = dispute_claim(made, says="Is it?", by=sora(), at=NOON)
    own = dispute_claim(made, says="No.", by=mika(), at=NOON)

    for dispute, outcome, person in ((by_staff, STANDS, mika()), (own, GIVEN_UP, mika()), (own, STANDS, yui())):
        with pytest.raises(NotYours):
            settle_dispute(dispute, outcome=outcome, answer="So be it.", by=person, at=NOON)
    settle_dispute(own, outcome=STANDS, answer="I was wrong.", by=mika(), at=NOON)

    made.refresh_from_db()
    assert not made.certain and Derivation.objects.exists()


def test_a_grant_is_disputed_like_a_parent() -> None:
    grant = the_grant_on_record()

    dispute_claim(grant, says="That licence came later.", by=mika(), at=NOON, link="https://example.com/old-page")

    grant.refresh_from_db()
    dispute = Dispute.objects.get()
    assert not grant.certain and dispute.kind == "grant" and dispute.claim["licence"] == "free-licence"
    assert dispute.version == grant.version


def test_evidence_does_not_make_certain_what_is_disputed() -> None:
    made = the_parent_on_record()
    dispute_claim(made, says="No.", by=mika(), at=NOON)
    Derivation.objects.update(share=0.5)

    accept_proposal(a_proposed_parent(), by=mika(), at=NOON, certain=True)

    made.refresh_from_db()
    assert not made.certain and len(made.evidence or []) == 2


def test_a_proposal_is_disputed_while_it_is_open_and_declined_when_given_up() -> None:
    a_bound_base()
    bra_of_mika()
    proposal = a_proposed_parent()
    dispute = dispute_claim(proposal, says="That card is of V3.", by=yui(), at=NOON)

    settle_dispute(dispute, outcome=GIVEN_UP, answer="It is.", by=sora(), at=NOON)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.reason) == ("declined", "It is.")
    with pytest.raises(AlreadyDecided):
        dispute_claim(Proposal.objects.get(pk=proposal.pk), says="But it is of V4.", by=yui(), at=NOON)


@pytest.mark.parametrize(
    ("says", "link", "field"),
    [
        ("", "", "says"),
        ("x" * 2001, "", "says"),
        ("a\0b", "", "says"),
        ("No.", "javascript:alert(1)", "link"),
        ("No.", "https://example.com/" + "x" * 500, "link"),
    ],
)
def test_a_dispute_says_something_and_its_source_is_a_web_address(says: str, link: str, field: str) -> None:
    made = the_parent_on_record()

    with pytest.raises(DisputeRefused) as refusal:
        dispute_claim(made, says=says, link=link, by=yui(), at=NOON)

    assert list(refusal.value.errors) == [field] and not Dispute.objects.exists()


def test_one_person_disputes_so_much_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disputing, "MOST_A_DAY", 1)
    made = the_parent_on_record()
    dispute_claim(made, says="No.", by=yui(), at=NOON)

    with pytest.raises(DisputeRefused):
        dispute_claim(made, says="No!", by=yui(), at=NOON)

    assert Dispute.objects.count() == 1


def test_what_is_not_on_record_any_more_cannot_be_disputed() -> None:
    grant = Grant.objects.get(version=the_parent_on_record().child)
    Grant.objects.filter(pk=grant.pk).delete()

    with pytest.raises(AlreadyDecided):
        dispute_claim(grant, says="No.", by=yui(), at=NOON)

    assert date(2022, 1, 1) == grant.starts_on and not Dispute.objects.exists()


@pytest.mark.parametrize("outcome", [None, STANDS, GIVEN_UP])
def test_a_file_that_comes_again_leaves_what_people_decided_since(outcome: Dispute.Outcome | None) -> None:
    file = the_bra_family()
    put_on_record(file)
    made = Derivation.objects.filter(child__slug="bra-v4").order_by("pk")[0]
    dispute = dispute_claim(made, says="It was not.", by=sora(), at=NOON)
    if outcome:
        settle_dispute(dispute, outcome=outcome, answer="So it is.", by=sora(), at=NOON)
    before = sorted(Derivation.objects.values_list("pk", "certain"))

    again = put_on_record(file)

    assert not any(again.added.values())
    assert sorted(Derivation.objects.values_list("pk", "certain")) == before


def test_a_file_that_comes_again_leaves_the_evidence_that_was_added() -> None:
    file = the_bra_family()
    put_on_record(file)
    brought(write(file).encode())
    waiting = Proposal.objects.filter(kind="derivation", about="bra-v4", state="open")
    accept_proposal(waiting[0], by=sora(), at=NOON, certain=True)

    again = put_on_record(file)

    assert not any(again.added.values())
    assert any("/evidence/" in str(row) for row in Derivation.objects.values_list("evidence", flat=True))
