"""What an attack on evidence, proposals and plans once broke, and must not break again."""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from lineage.actions.accept_proposal import accept_proposal
from lineage.actions.bring_evidence import TooMuchToday
from lineage.actions.decide_proposal import NotYours
from lineage.actions.dispute_claim import dispute_claim
from lineage.actions.register_version import register_version
from lineage.actions.release_version import release_version
from lineage.actions.replace_plan import replace_plan
from lineage.engine import document
from lineage.models import Derivation, Dispute, Evidence, Grant, Proposal, Version
from tests.at_once import elsewhere
from tests.lineage.proposals.test_evidence import weights
from tests.lineage.proposals.world import CARD, NOON, bra_of_mika, brought, mika, sora, table, yui
from tests.world import a_family, a_licence, a_version

FIRST = date(2023, 1, 1)


def made_from(parent: str, child: str, share: float | None = None) -> document.Derivation:
    return document.Derivation(parent, child, "finetune", FIRST, share=share)


def a_plan_whose_parent_is_disputed() -> Version:
    """The staff say that the free base is no parent of the plan."""
    _tainted, plan = a_family()
    dispute_claim(Derivation.objects.get(child=plan), says="It is another one.", by=sora(), at=NOON)
    return plan


@pytest.mark.django_db
def test_whoever_writes_a_plan_anew_does_not_clear_it_of_what_others_said_against_it() -> None:
    plan = a_plan_whose_parent_is_disputed()

    (made,) = replace_plan(plan, [made_from("free-base", plan.slug, share=0.5)], at=NOON, by=mika())

    dispute = Dispute.objects.get()
    assert (dispute.outcome, dispute.derivation, dispute.says) == ("open", made, "It is another one.")
    assert not Derivation.objects.get(child=plan).certain


@pytest.mark.django_db
def test_what_was_said_against_a_plan_stays_in_sight_when_the_plan_says_something_else() -> None:
    plan = a_plan_whose_parent_is_disputed()
    a_version("other-base", a_licence("free-licence"))

    (made,) = replace_plan(plan, [made_from("other-base", plan.slug)], at=NOON, by=mika())

    dispute = Dispute.objects.get()
    assert (dispute.outcome, dispute.derivation, dispute.settled_by) == ("given-up", None, mika())
    assert dispute.answer and dispute.claim["parent"] == "free-base" and made.certain


@pytest.mark.django_db
def test_a_disputed_licence_of_a_plan_is_disputed_still_when_it_is_released() -> None:
    licence = a_licence("free-licence")
    plan = a_version("plan", licence, planned=True)
    dispute_claim(Grant.objects.get(version=plan), says="It is not free.", by=sora(), at=NOON)

    release_version(plan, sha256="ab" * 32, published_on=FIRST, licence=licence, at=NOON, by=mika())

    grant = Grant.objects.get(version=plan)
    assert (grant.starts_on, grant.certain) == (FIRST, False)
    assert Dispute.objects.get().grant == grant


@pytest.mark.django_db(transaction=True)
def test_nobody_decides_about_a_version_that_somebody_else_puts_on_record_meanwhile() -> None:
    brought(table("old/base,new/model,merge,,"))
    a_version("old/base")
    proposal = Proposal.objects.get(kind="derivation")
    maker, newcomer = mika(), yui()

    meanwhile = connection.execute_wrapper(just_before('"slug" IN (', lambda: theirs("new/model", maker)))
    with meanwhile, pytest.raises(NotYours):
        accept_proposal(proposal, by=newcomer, at=NOON, certain=True)

    assert Version.objects.get(slug="new/model").added_by == maker
    assert not Derivation.objects.exists() and Proposal.objects.get(pk=proposal.pk).state == "open"


def theirs(slug: str, maker: User) -> None:
    """On record in a moment, by somebody else."""
    elsewhere(lambda: register_version(slug=slug, name=slug, by=maker, at=NOON))


def just_before(what: str, happens: Callable[[], None]) -> Callable[..., Any]:
    """Between the question who may decide and the question what is on record."""
    done: list[str] = []

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if what in sql and not done:
            done.append(sql)
            happens()
        return execute(sql, params, many, context)

    return wrapper


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["！？", "（）", "", "..", "a\r\nb: c", "<script>.csv"])
def test_evidence_can_be_taken_away_whatever_its_file_was_called(client: Client, name: str) -> None:
    bra_of_mika()
    evidence = brought(table("a,bra-v4,merge,,"), name=name, format="csv")

    answer = client.get(f"/en/evidence/{evidence.sha256}/file")

    assert (answer.status_code, answer.content) == (200, bytes(Evidence.objects.get().content))
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.django_db
def test_a_file_that_was_brought_for_another_version_can_be_brought_for_this_one() -> None:
    bra_of_mika()
    brought(CARD, yui(), about="decoy")

    evidence = brought(CARD, mika(), about="bra-v4")
    brought(CARD, about="bra-v4")

    about = Proposal.objects.filter(evidence=evidence).order_by("position")
    assert Evidence.objects.get() == evidence and evidence.brought_by == yui()
    assert [row.about for row in about.filter(kind="derivation")] == ["decoy", "bra-v4"]
    assert [row.position for row in about] == list(range(len(about)))


@pytest.mark.django_db
def test_two_files_of_weights_with_one_header_are_two_versions() -> None:
    first, second = weights(), weights()[:-1] + b"\1"
    digests = [hashlib.sha256(data).hexdigest() for data in (first, second)]

    for data, digest in zip((first, second), digests, strict=True):
        brought(data, name="model.safetensors", sha256=digest)

    said = Proposal.objects.filter(kind="artefact").order_by("position")
    assert [row.content["sha256"] for row in said] == digests and Evidence.objects.count() == 1


@pytest.mark.django_db
def test_one_file_cannot_be_read_for_ever_more_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineage.actions.bring_evidence.MOST_OF_ONE", 5)
    kept = brought(CARD, about="one").proposals.count()

    with pytest.raises(TooMuchToday, match="many versions"):
        brought(CARD, about="two")

    assert Proposal.objects.count() == kept
