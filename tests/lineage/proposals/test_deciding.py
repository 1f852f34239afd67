"""Who decides on a proposal, and what that does to the record."""

from datetime import date

import pytest

from lineage.actions.accept_proposal import accept_proposal
from lineage.actions.amend_proposal import amend_proposal
from lineage.actions.decide_proposal import AlreadyDecided, NotAccepted, NotYours
from lineage.actions.decline_proposal import decline_proposal
from lineage.models import Derivation, Grant, Licence, LogEntry, Proposal, Version
from tests.lineage.proposals.world import (
    CARD,
    NOON,
    a_bound_base,
    a_proposed_grant,
    a_proposed_parent,
    bra_of_mika,
    brought,
    mika,
    proposed,
    sora,
    state_of,
    table,
    yui,
)
from tests.world import a_licence, a_version

pytestmark = pytest.mark.django_db
FROM = {"grant": "genseki", "artefact": "hugging-face-card"}


def test_who_brought_a_version_accepts_what_is_proposed_about_it_and_a_stranger_does_not() -> None:
    a_bound_base()
    bra_of_mika()
    proposal = a_proposed_parent(by=yui())

    with pytest.raises(NotYours):
        accept_proposal(proposal, by=yui(), at=NOON)
    accept_proposal(proposal, by=mika(), at=NOON)

    made = Derivation.objects.get()
    assert (made.method, made.share, made.obtained_on, made.certain) == ("merge", 0.5, date(2023, 2, 15), False)
    address, file = made.evidence or []
    assert address.endswith(f"/evidence/{proposal.evidence.sha256}/")
    assert proposal.evidence.sha256 in file and "line 2" in file
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("accepted", mika())
    assert LogEntry.objects.get(kind="proposal-decided").by == f"user {mika().pk}"


def test_what_is_accepted_unchecked_makes_suspect_and_what_was_checked_makes_tainted() -> None:
    a_bound_base()
    bra_of_mika()
    accept_proposal(a_proposed_parent(), by=mika(), at=NOON)
    unchecked = state_of("bra-v4")

    brought(table("chilloutmix,bra-v4,merge,2023-02-15,0.5", "chilloutmix,other,merge,,"))
    again = Proposal.objects.get(kind="derivation", state="open", about="bra-v4")
    accept_proposal(again, by=sora(), at=NOON, certain=True)

    made = Derivation.objects.get()
    assert (unchecked, state_of("bra-v4")) == ("suspect", "tainted")
    assert made.certain and len(made.evidence or []) == 4


@pytest.mark.parametrize("kind", ["grant", "artefact"])
def test_a_stranger_decides_nothing_about_the_version_of_somebody_else(kind: str) -> None:
    bra_of_mika()
    a_proposed_grant()
    brought(CARD, about="bra-v4")
    proposal = Proposal.objects.get(kind=kind, about="bra-v4", state="open", evidence__format=FROM[kind])

    with pytest.raises(NotYours):
        accept_proposal(proposal, by=yui(), at=NOON)
    with pytest.raises(NotYours):
        amend_proposal(proposal, content=proposal.content, by=yui(), at=NOON)
    with pytest.raises(NotYours):
        decline_proposal(proposal, reason="no", by=yui(), at=NOON)

    proposal.refresh_from_db()
    assert proposal.state == "open"


def test_nobody_moves_a_proposal_about_another_version_to_their_own() -> None:
    """It would be gone from the other's list."""
    a_bound_base()
    bra_of_mika()
    own = a_version("yuis-model")
    Version.objects.filter(pk=own.pk).update(added_by=yui())
    proposal = a_proposed_parent()

    with pytest.raises(NotYours):
        amend_proposal(proposal, content={**proposal.content, "child": "yuis-model"}, by=yui(), at=NOON)

    assert not Derivation.objects.exists()


def test_only_the_staff_accept_a_licence_text() -> None:
    bra_of_mika()
    a_proposed_grant(licence="mikas-own-licence")
    text = proposed("licence")

    with pytest.raises(NotYours):
        accept_proposal(text, by=mika(), at=NOON)
    accept_proposal(text, by=sora(), at=NOON)

    assert Licence.objects.filter(slug="mikas-own-licence").exists()


def test_a_grant_of_a_licence_text_that_is_not_on_file_waits_for_the_staff() -> None:
    bra_of_mika()
    grant = a_proposed_grant(licence="mikas-own-licence")

    with pytest.raises(NotAccepted) as refusal:
        accept_proposal(grant, by=mika(), at=NOON)
    with pytest.raises(NotYours):
        accept_proposal(grant, by=mika(), at=NOON, with_needed=True)
    accept_proposal(grant, by=sora(), at=NOON, with_needed=True)

    assert "licence" in refusal.value.errors
    assert Grant.objects.get(licence__slug="mikas-own-licence").version.slug == "bra-v4"
    assert proposed("licence").state == "accepted"


def test_a_grant_of_a_label_is_accepted_only_with_the_dated_text_that_is_meant() -> None:
    bra_of_mika()
    text = a_licence("openrail-2022-08-22")
    brought(CARD.replace(b"creativeml-openrail-m", b"openrail++"), about="bra-v4")
    grant = proposed("grant")

    with pytest.raises(NotAccepted) as refusal:
        accept_proposal(grant, by=mika(), at=NOON, with_needed=True)
    amend_proposal(grant, content={**grant.content, "licence": text.slug}, by=mika(), at=NOON)

    assert grant.unread_licence and "licence" in refusal.value.errors
    assert Grant.objects.filter(version__slug="bra-v4", licence=text).exists()
    assert (proposed("grant").amended or {})["licence"] == text.slug


def test_a_parent_that_is_not_on_record_is_put_there_only_if_asked_and_then_in_one_step() -> None:
    bra_of_mika()
    proposal = a_proposed_parent("somebody/new-model")

    with pytest.raises(NotAccepted) as refusal:
        accept_proposal(proposal, by=mika(), at=NOON)
    before = Version.objects.count()
    accept_proposal(proposal, by=mika(), at=NOON, with_needed=True)

    assert list(refusal.value.errors) == ["parent"] and before == 1
    assert Version.objects.get(slug="somebody/new-model").added_by == mika()
    assert proposed("artefact", "somebody/new-model").state == "accepted"


def test_a_new_version_is_put_on_record_by_anybody_and_is_theirs() -> None:
    a_bound_base()
    proposal = a_proposed_parent(child="new-mix")

    accept_proposal(proposal, by=yui(), at=NOON, with_needed=True)

    assert Version.objects.get(slug="new-mix").added_by == yui()
    assert Derivation.objects.get().child.slug == "new-mix"


def test_what_the_record_refuses_is_said_by_field_and_nothing_is_kept() -> None:
    bra_of_mika()
    proposal = a_proposed_parent("somebody/new-model")

    for content, field in (
        ({**proposal.content, "method": "mergee"}, "method"),
        ({**proposal.content, "parent": "bra-v4"}, "child"),
        ({**proposal.content, "obtained_on": "2023-02-30"}, "obtained_on"),
        ({**proposal.content, "share": 7}, "share"),
        ({**proposal.content, "evidence": "x" * 3000}, "evidence"),
        ({**proposal.content, "parent": "nobody"}, "parent"),
    ):
        with pytest.raises(NotAccepted) as refusal:
            amend_proposal(proposal, content=content, by=mika(), at=NOON, with_needed=True)
        assert list(refusal.value.errors) == [field]

    assert Version.objects.count() == 1 and not Derivation.objects.exists()
    assert proposed("derivation").state == "open"


def test_two_licences_from_one_day_are_refused_beside_the_day() -> None:
    bra_of_mika()
    a_licence("another-licence")
    grant = a_proposed_grant(licence="another-licence", start="2022-01-01")

    with pytest.raises(NotAccepted) as refusal:
        accept_proposal(grant, by=mika(), at=NOON)

    assert list(refusal.value.errors) == ["from"]


def test_what_was_amended_stands_beside_what_was_proposed() -> None:
    a_bound_base()
    a_bound_base("chilloutmix-ni")
    bra_of_mika()
    proposal = a_proposed_parent()

    changed = {**proposal.content, "parent": "chilloutmix-ni"}
    amend_proposal(proposal, content=changed, by=mika(), at=NOON, certain=True, reason="It was Ni.")

    proposal.refresh_from_db()
    assert (proposal.state, proposal.content["parent"]) == ("amended", "chilloutmix")
    assert proposal.amended is not None and proposal.amended["parent"] == "chilloutmix-ni"
    assert Derivation.objects.get().certain


def test_what_is_declined_stays_with_its_reason_and_is_decided_once() -> None:
    a_bound_base()
    bra_of_mika()
    proposal = a_proposed_parent()

    with pytest.raises(NotAccepted):
        decline_proposal(proposal, reason="  ", by=mika(), at=NOON)
    decline_proposal(proposal, reason="That was V3.", by=mika(), at=NOON)

    with pytest.raises(AlreadyDecided):
        accept_proposal(proposal, by=sora(), at=NOON)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.reason) == ("declined", "That was V3.")
    assert not Derivation.objects.exists()


def test_what_a_version_is_planned_to_be_made_from_is_said_by_its_campaign_alone() -> None:
    a_bound_base()
    bra_of_mika()
    Version.objects.filter(slug="bra-v4").update(planned=True)
    proposal = a_proposed_parent()

    for person in (mika(), sora()):
        with pytest.raises(NotYours):
            accept_proposal(proposal, by=person, at=NOON)


def test_what_was_not_known_of_a_version_is_filled_in_and_what_was_stays() -> None:
    bra_of_mika()
    brought(CARD, about="bra-v4")
    artefact = proposed("artefact", "bra-v4")
    name = Version.objects.get().name

    accept_proposal(artefact, by=mika(), at=NOON)

    version = Version.objects.get()
    assert (version.name, version.claimed_label) == (name, "creativeml-openrail-m")
