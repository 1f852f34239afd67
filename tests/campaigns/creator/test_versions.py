"""The two versions of a draft: chosen, described, pasted, planned; and judged at once."""

import json

import pytest

from campaigns.models import Campaign
from lineage.models import Derivation, Grant, Version
from tests.campaigns.creator.desk import a_draft, at_the_desk, lines
from tests.world import a_licence, a_person, a_version, now

pytestmark = pytest.mark.django_db

NOT_FOR_SALE = {"id": "nc", "name": "Not for sale", "terms": [{"id": "no-commercial-outputs"}]}
MERGED = {"parent": "old-mix", "child": "my-model-1", "method": "merge", "obtained_on": "2023-02-01", "share": 0.3}
LINEAGE_FILE = {
    "format": "genseki-lineage/1",
    "licences": [{**NOT_FOR_SALE, "outbound": [], "control": []}],
    "artefacts": [{"id": "old-mix", "name": "Old Mix"}, {"id": "my-model-1", "name": "My Model 1"}],
    "grants": [{"artefact": "old-mix", "licence": "nc", "from": "2023-01-01"}],
    "derivations": [MERGED],
}


def test_a_model_is_found_by_its_name_and_shown_with_what_it_inherits() -> None:
    draft = a_draft()
    client = at_the_desk(draft.organiser)

    found = client.get(f"/en/campaigns/{draft.slug}/tainted/", {"q": "TAINT"})

    assert 'value="tainted"' in found.text
    assert "inherits restrictions" in found.text
    assert "ot to be offered on a website or in an app that earns money" in found.text
    assert "bound base" in found.text


def test_a_model_that_is_not_on_file_is_described_with_its_parents() -> None:
    draft = a_draft()
    client = at_the_desk(draft.organiser)
    form = {"do": "add", "name": "Hand Mix V2", "published_on": "2023-03-28", "licence": "free-licence",
            "sha256": "0x" + "CD" * 32, "url": "https://example.com/hand", "undisclosed_parents": "on"}  # fmt: skip
    parents = lines("parent", {"parent": "bound-base", "method": "merge", "share": "５０％", "unsure": "on"},
                    {"parent": "FREE base", "method": "finetune", "obtained_on": "2023-03-01"})  # fmt: skip

    client.post(f"/en/campaigns/{draft.slug}/tainted/", {**form, **parents})

    draft.refresh_from_db()
    version = draft.tainted_version
    assert version is not None and (version.slug, version.sha256) == ("hand-mix-v2", "cd" * 32)
    assert version.undisclosed_parents and version.added_by == draft.organiser
    assert Grant.objects.get(version=version).licence.slug == "free-licence"
    said = {(row.parent.slug, row.method, row.share, row.certain, row.obtained_on) for row in version.parents.all()}
    assert {row[:4] for row in said} == {("bound-base", "merge", 0.5, False), ("free-base", "finetune", None, True)}


def test_a_parent_that_is_not_on_file_is_named_and_nothing_is_added() -> None:
    draft = a_draft()
    before = Version.objects.count()
    form = {"do": "add", "name": "Hand Mix", **lines("parent", {"parent": "nowhere-1", "method": "merge"})}

    refused = at_the_desk(draft.organiser).post(f"/en/campaigns/{draft.slug}/tainted/", form)

    assert refused.status_code == 422
    assert "No model “nowhere-1” is on file." in refused.text
    assert 'value="nowhere-1"' in refused.text and 'value="Hand Mix"' in refused.text
    assert Version.objects.count() == before


def test_a_pasted_lineage_file_is_taken_and_its_models_are_offered() -> None:
    draft = a_draft()
    client = at_the_desk(draft.organiser)

    taken = client.post(f"/en/campaigns/{draft.slug}/tainted/", {"do": "import", "file": json.dumps(LINEAGE_FILE)})
    client.post(f"/en/campaigns/{draft.slug}/tainted/", {"do": "choose", "version": "my-model-1"})

    assert "Which of its models is it?" in taken.text and "My Model 1" in taken.text
    draft.refresh_from_db()
    assert draft.tainted_version is not None and draft.tainted_version.slug == "my-model-1"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("not json", ""),
        (json.dumps({**LINEAGE_FILE, "derivations": [{**MERGED, "parent": "x"}]}), "derivations[0].parent"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_place_and_stays_in_the_form(text: str, place: str) -> None:
    draft = a_draft()

    refused = at_the_desk(draft.organiser).post(f"/en/campaigns/{draft.slug}/tainted/", {"do": "import", "file": text})

    assert refused.status_code == 422
    assert place in refused.text
    assert text[:8].replace('"', "&quot;") in refused.text
    assert not Version.objects.filter(slug="my-model-1").exists()


def test_a_pasted_file_cannot_add_a_parent_to_a_model_that_somebody_else_put_on_record() -> None:
    draft = a_draft()
    a_licence("nc")
    free_base = Version.objects.get(slug="free-base")
    foreign = {
        "format": "genseki-lineage/1",
        "licences": [],
        "artefacts": [{"id": "free-base", "name": free_base.name}, {"id": "evil", "name": "Evil"}],
        "grants": [],
        "derivations": [{"parent": "evil", "child": "free-base", "method": "merge", "obtained_on": None}],
    }

    refused = at_the_desk(draft.organiser).post(
        f"/en/campaigns/{draft.slug}/tainted/", {"do": "import", "file": json.dumps(foreign)}
    )

    assert refused.status_code == 422
    assert not Derivation.objects.filter(child=free_base).exists()
    assert not Version.objects.filter(slug="evil").exists()


def test_a_plan_on_a_bound_base_is_shown_with_the_path_and_the_cure() -> None:
    draft = a_draft()
    client = at_the_desk(draft.organiser)
    plan = {
        "name": "Clean one",
        "licence": "free-licence",
        **lines("parent", {"parent": "bound-base", "method": "merge"}),
    }

    judged = client.post(f"/en/campaigns/{draft.slug}/clean/", plan, follow=True)

    assert "The plan is not clean yet" in judged.text
    assert "bound base" in judged.text
    assert "without bound base" in judged.text


def test_a_plan_that_is_not_clean_cannot_be_sent() -> None:
    draft = a_draft(base="bound-base")

    sent = at_the_desk(draft.organiser).post(f"/en/campaigns/{draft.slug}/send/")

    assert sent.status_code == 422
    assert "The plan is not clean yet" in sent.text and "without bound base" in sent.text
    draft.refresh_from_db()
    assert draft.stage == "draft" and not draft.transitions.exists()


def test_a_plan_with_an_unknown_licence_in_its_family_cannot_be_sent() -> None:
    draft = a_draft()
    a_version("mystery")
    client = at_the_desk(draft.organiser)
    plan = {"name": "Clean one", "licence": "free-licence", **lines("parent", {"parent": "mystery", "method": "merge"})}
    client.post(f"/en/campaigns/{draft.slug}/clean/", plan)

    sent = client.post(f"/en/campaigns/{draft.slug}/send/")

    assert sent.status_code == 422 and "mystery" in sent.text


def test_a_promise_that_the_plan_does_not_keep_cannot_be_sent() -> None:
    draft = a_draft()
    a_licence("no-sale", "no-selling-weights")
    client = at_the_desk(draft.organiser)
    plan = {"name": "Clean one", "licence": "no-sale", **lines("parent", {"parent": "free-base", "method": "finetune"})}
    client.post(f"/en/campaigns/{draft.slug}/clean/", plan)
    draft.promises.update(action="sell-weights", facts={})

    sent = client.post(f"/en/campaigns/{draft.slug}/send/")

    assert sent.status_code == 422
    assert "These promises are not kept by it" in sent.text


def test_a_model_that_inherits_nothing_needs_no_campaign() -> None:
    draft = a_draft()
    client = at_the_desk(draft.organiser)
    client.post(f"/en/campaigns/{draft.slug}/tainted/", {"do": "choose", "version": "free-base"})

    sent = client.post(f"/en/campaigns/{draft.slug}/send/")

    assert sent.status_code == 422 and "there is nothing to remove" in sent.text


def test_a_new_plan_takes_the_place_of_the_earlier_one() -> None:
    draft = a_draft()
    a_licence("other-licence", "attribution")
    client = at_the_desk(draft.organiser)
    plan = {"name": "Another name", "licence": "other-licence", "from_scratch": "on", **lines("parent")}

    client.post(f"/en/campaigns/{draft.slug}/clean/", plan)

    before = draft.clean_version_id
    planned = Campaign.objects.get(pk=draft.pk).clean_version
    assert planned is not None
    assert planned.pk == before and planned.name == "Another name"
    assert planned.planned and not planned.parents.exists()
    assert [grant.licence.slug for grant in planned.grants.all()] == ["other-licence"]


def test_a_plan_without_parents_must_be_said_to_have_none() -> None:
    draft = a_draft()

    refused = at_the_desk(draft.organiser).post(
        f"/en/campaigns/{draft.slug}/clean/", {"name": "X", "licence": "free-licence", **lines("parent")}
    )

    assert refused.status_code == 422 and "trained from scratch" in refused.text


def test_nothing_is_made_from_what_is_only_planned() -> None:
    draft = a_draft()
    plan = {"name": "X", "licence": "free-licence", **lines("parent", {"parent": "clean-plan", "method": "merge"})}

    client = at_the_desk(draft.organiser)
    refused = client.post(f"/en/campaigns/{draft.slug}/clean/", plan)
    client.post(f"/en/campaigns/{draft.slug}/tainted/", {"do": "choose", "version": "clean-plan"})

    assert "This model is only planned" in refused.text
    draft.refresh_from_db()
    assert draft.tainted_version is not None and draft.tainted_version.slug == "tainted"


def test_a_planned_parent_without_a_day_is_taken_under_the_licence_of_today() -> None:
    draft = a_draft()
    bound = a_licence("bound-licence")
    turned = a_version("turned", a_licence("free-licence"))
    Grant.objects.create(version=turned, licence=bound, starts_on=now().date())
    client = at_the_desk(draft.organiser)
    plan = {"name": "Clean one", "licence": "free-licence", **lines("parent", {"parent": "turned", "method": "merge"})}

    judged = client.post(f"/en/campaigns/{draft.slug}/clean/", plan, follow=True)

    assert "The plan is not clean yet" in judged.text


def test_a_person_without_an_account_is_asked_to_log_in() -> None:
    draft = a_draft(a_person("Alice"))
    client = at_the_desk(draft.organiser)
    client.logout()

    answer = client.get(f"/en/campaigns/{draft.slug}/tainted/")

    assert answer.headers["Location"].startswith("/en/accounts/login/?next=")
