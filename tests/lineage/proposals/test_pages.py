"""The pages of evidence: three ways in, what is proposed, who may decide, and both views of a dispute."""

import hashlib
import io
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from lineage.actions import ask_for_address as asking
from lineage.actions.dispute_claim import dispute_claim
from lineage.models import Derivation, Dispute, Evidence, Fetch, Grant, Proposal, Version
from tests.lineage.proposals.test_evidence import weights
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
    table,
    the_parent_on_record,
    yui,
)
from tests.world import a_licence, a_version

pytestmark = pytest.mark.django_db
AtMost = Callable[[int], AbstractContextManager[object]]


def seen_by(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    return client


def page(client: Client, address: str, *, status: int = 200) -> str:
    with translation.override("en"):  # What is read in Japanese here must not make the next test Japanese.
        answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode().replace("<wbr>", "")


def test_a_file_is_uploaded_and_its_page_says_what_it_proposes() -> None:
    bra_of_mika()
    client = seen_by(yui())

    answer = client.post(
        "/en/import/",
        {"do": "upload", "upload-file": SimpleUploadedFile("README.md", CARD), "upload-about": "bra-v4"},
    )

    sha256 = hashlib.sha256(CARD).hexdigest()
    assert (answer.status_code, answer["Location"]) == (302, f"/en/evidence/{sha256}/")
    said = page(Client(), f"/en/evidence/{sha256}/")
    assert sha256 in said and "Yui" in said and "model card of Hugging Face" in said
    assert "bra v4 was made from Linaqruf/anything-v3 (fine-tune)" in said
    assert "declared" in said and "card.base_model" in said


def test_of_a_large_upload_only_its_beginning_stays_in_memory_and_all_of_it_is_hashed() -> None:
    whole = weights(**{"modelspec.title": "BRA V4", "modelspec.merged_from": "ChilloutMix"})
    file = io.BytesIO(whole)
    file.name = "bra.safetensors"

    answer = seen_by(yui()).post("/en/import/", {"do": "upload", "upload-file": file})

    assert answer.status_code == 302
    assert Evidence.objects.get().covers == "header"
    digest = hashlib.sha256(whole).hexdigest()
    assert proposed("artefact", f"sha256:{digest}").content["sha256"] == digest


def test_the_hash_of_a_file_that_was_cut_off_is_not_taken_for_that_of_the_file() -> None:
    cut = weights(**{"modelspec.title": "BRA V4", "modelspec.merged_from": "ChilloutMix"})[:-3]

    seen_by(yui()).post("/en/import/", {"do": "upload", "upload-file": SimpleUploadedFile("bra.safetensors", cut)})

    assert not any("sha256" in row.content for row in Proposal.objects.filter(kind="artefact"))


def test_what_else_is_sent_with_a_form_is_not_taken() -> None:
    """A form with a hundred files must not fill the memory."""
    files = {f"more-{number}": SimpleUploadedFile(f"{number}.md", b"x" * 1000) for number in range(20)}

    answer = seen_by(yui()).post("/en/import/", {"do": "upload", **files})

    assert answer.status_code == 422 and "Choose a file." in answer.content.decode()


def test_a_text_is_pasted_with_the_line_breaks_of_browsers() -> None:
    text = table("chilloutmix,bra-v4,merge,2023-02-15,0.5").decode()

    answer = seen_by(yui()).post("/en/import/", {"do": "paste", "paste-text": text.replace("\n", "\r\n")})

    assert answer.status_code == 302 and bytes(Evidence.objects.get().content) == text.encode()


@pytest.mark.parametrize(("language", "words"), [("en", "did you mean"), ("ja", "という作り方はありません")])
def test_what_cannot_be_read_is_said_and_what_was_typed_stays(language: str, words: str) -> None:
    typed = {"do": "paste", "paste-text": "parent,child,method\na,b,mergee\n", "paste-about": "bra-v4"}

    with translation.override("en"):
        answer = seen_by(yui()).post(f"/{language}/import/", typed)
    said = answer.content.decode()

    assert answer.status_code == 422 and not Evidence.objects.exists()
    assert "mergee" in said and "a,b,mergee" in said and 'value="bra-v4"' in said
    assert 'role="alert"' in said and words in said


@pytest.mark.parametrize("encoding", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_a_text_that_is_too_long_is_said_to_be(encoding: str) -> None:
    client = seen_by(yui())
    typed = {"do": "paste", "paste-text": "あ" * 500_000}

    if encoding == "multipart/form-data":
        answer = client.post("/en/import/", typed, follow=True)
    else:
        answer = client.post("/en/import/", urlencode(typed), content_type=encoding, follow=True)

    assert "too long to be pasted" in answer.content.decode() and not Evidence.objects.exists()


def test_who_is_not_logged_in_reads_and_does_not_write(client: Client) -> None:
    a_bound_base()
    made = the_parent_on_record()
    proposal = a_proposed_parent("chilloutmix", "another")
    sha256 = proposal.evidence.sha256

    for address in (f"/en/evidence/{sha256}/", f"/en/proposals/{proposal.pk}/", "/en/proposals/?about=bra-v4"):
        assert "<h1" in page(client, address)
    for address in ("/en/import/", "/en/proposals/", f"/en/dispute/derivation/{made.pk}/"):
        assert client.get(address)["Location"].startswith("/en/accounts/login/")
    answer = client.post(f"/en/proposals/{proposal.pk}/", {"do": "accept"})
    assert answer["Location"].startswith("/en/accounts/login/") and Derivation.objects.count() == 1


def test_forms_carry_a_token_although_the_upload_is_looked_at_first() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(yui())

    answer = strict.post("/en/import/", {"do": "paste", "paste-text": CARD.decode(), "paste-about": "x"})

    assert answer.status_code == 403 and not Evidence.objects.exists()


def test_the_maker_accepts_on_the_page_and_a_stranger_finds_no_button() -> None:
    a_bound_base()
    bra_of_mika()
    proposal = a_proposed_parent()
    address = f"/en/evidence/{proposal.evidence.sha256}/"

    stranger, maker = page(seen_by(yui()), address), page(seen_by(mika()), address)
    refused = seen_by(yui()).post(f"/en/proposals/{proposal.pk}/", {"do": "accept"}, follow=True)
    untouched = Derivation.objects.count()
    answer = seen_by(mika()).post(f"/en/proposals/{proposal.pk}/", {"do": "accept", "certain": "on"})

    button = f'action="/en/proposals/{proposal.pk}/"'
    assert button in maker and button not in stranger
    assert "decided by the staff" in refused.content.decode() and untouched == 0
    assert answer["Location"] == f"{address}#p{proposal.pk}" and Derivation.objects.get().certain
    after = page(Client(), "/en/m/bra-v4/")
    assert f"/evidence/{proposal.evidence.sha256}/" in after and proposal.evidence.sha256 in after


def test_a_change_is_typed_into_a_form_with_the_fields_of_its_kind() -> None:
    a_bound_base()
    a_bound_base("chilloutmix-ni")
    bra_of_mika()
    proposal = a_proposed_parent()
    maker = seen_by(mika())
    typed = {
        "do": "amend",
        "child": "bra-v4",
        "parent": "chilloutmix ni",
        "method": "merge",
        "obtained_on": "2023-02-01",
        "obtained_until": "2023-03-01",
        "share": "0.25",
        "reason": "The recipe names Ni.",
    }

    wrong = maker.post(f"/en/proposals/{proposal.pk}/", {**typed, "parent": "nobody", "share": "7"})
    right = maker.post(f"/en/proposals/{proposal.pk}/", typed)

    said = wrong.content.decode()
    assert wrong.status_code == 422 and "nobody" in said and 'value="7"' in said and "The recipe names Ni." in said
    assert right.status_code == 302
    made = Derivation.objects.get()
    assert (made.parent.slug, made.share, str(made.obtained_until)) == ("chilloutmix-ni", 0.25, "2023-03-01")


def test_a_label_gets_its_dated_text_on_the_page() -> None:
    bra_of_mika()
    a_licence("openrail-2022-08-22")
    brought(CARD.replace(b"creativeml-openrail-m", b"openrail++"), about="bra-v4")
    grant = proposed("grant")
    maker = seen_by(mika())

    shown = page(maker, f"/en/proposals/{grant.pk}/")
    typed = {"do": "amend", "artefact": "bra-v4", "licence": "openrail-2022-08-22", "starts": "2023-03-01"}
    answer = maker.post(f"/en/proposals/{grant.pk}/", typed)

    assert "Only a label is known" in shown and 'value="accept"' not in shown
    assert answer.status_code == 302 and Grant.objects.filter(licence__slug="openrail-2022-08-22").exists()


@pytest.mark.parametrize("kind", ["licence", "artefact", "exemption", "prohibition"])
def test_the_staff_have_a_form_for_every_kind(kind: str) -> None:
    bra_of_mika()
    file = (
        '{"format": "genseki-lineage/1", "licences": [{"id": "new", "name": "New", "outbound": [], "control": [],'
        ' "terms": [{"id": "attribution"}]}], "artefacts": [{"id": "bra-v4", "name": "BRA", "licensor": "Mika"}],'
        ' "grants": [], "derivations": [], "exemptions": [{"artefact": "bra-v4", "term": "attribution",'
        ' "actors": ["Yui"]}], "prohibitions": [{"artefact": "bra-v4", "on": "2024-01-01"}]}'
    )
    brought(file.encode())
    proposal = proposed(kind)
    staff = seen_by(sora())

    form = page(staff, f"/en/proposals/{proposal.pk}/")
    typed = dict(re.findall(r'<input type="(?:text|date)" name="(\w+)" value="([^"]*)"', form))
    text = re.search(r'<textarea name="text"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)
    if text:
        typed["text"] = text[1].replace("&quot;", '"')
    answer = staff.post(f"/en/proposals/{proposal.pk}/", {**typed, "term": "attribution", "do": "amend"})

    assert answer.status_code == 302, answer.content.decode()
    assert proposed(kind).state == "amended"


def test_declining_asks_for_a_reason_and_shows_it() -> None:
    a_bound_base()
    bra_of_mika()
    proposal = a_proposed_parent()
    maker = seen_by(mika())

    empty = maker.post(f"/en/proposals/{proposal.pk}/", {"do": "decline", "reason": ""})
    maker.post(f"/en/proposals/{proposal.pk}/", {"do": "decline", "reason": "That was V3."})

    assert empty.status_code == 422 and "Give a reason" in empty.content.decode()
    assert "That was V3." in page(Client(), f"/en/evidence/{proposal.evidence.sha256}/")


def test_what_is_on_record_already_is_said_to_be() -> None:
    made = the_parent_on_record()
    Derivation.objects.filter(pk=made.pk).update(share=0.5)
    proposal = a_proposed_parent()

    assert "on record already" in page(Client(), f"/en/evidence/{proposal.evidence.sha256}/")


def test_a_version_shows_what_is_proposed_and_both_views_of_what_is_disputed() -> None:
    made = the_parent_on_record()
    a_proposed_grant(start="2024-01-01")
    typed = {"says": "It was ChilloutMix Ni.", "link": "https://example.com/recipe"}

    answer = seen_by(mika()).post(f"/en/dispute/derivation/{made.pk}/", typed)

    assert answer["Location"] == "/en/m/bra-v4/history/#views"
    said = page(Client(), "/en/m/bra-v4/history/")
    views = said[said.index('id="views"') :]
    assert "1 proposal about this version waits" in views and "/en/proposals/?about=bra-v4" in views
    assert views.index("bra v4 was made from chilloutmix") < views.index("It was ChilloutMix Ni.")
    assert "Mika" in views and 'href="https://example.com/recipe" rel="nofollow noopener external"' in views
    first = page(Client(), "/en/m/bra-v4/")
    assert f'href="/en/dispute/derivation/{made.pk}/"' in first and "has open questions" in first
    assert 'href="/en/m/bra-v4/history/#views"' in first and "1 claim about this version is disputed." in first


def test_the_staff_settle_on_a_page_that_does_not_exist_for_others() -> None:
    made = the_parent_on_record()
    dispute = dispute_claim(made, says="No.", by=mika(), at=NOON)
    address = f"/en/disputes/{dispute.pk}/settle/"

    page(seen_by(yui()), address, status=404)
    incomplete = seen_by(sora()).post(address, {"outcome": "given-up", "answer": ""})
    settled = seen_by(sora()).post(address, {"outcome": "given-up", "answer": "The recipe was of another file."})

    assert incomplete.status_code == 422 and settled.status_code == 302
    said = page(Client(), "/en/m/bra-v4/history/")
    assert "Was on record" in said and "The recipe was of another file." in said and "it was given up" in said
    assert not Derivation.objects.exists()


def test_whoever_disputed_takes_it_back_on_the_same_page() -> None:
    made = the_parent_on_record()
    dispute = dispute_claim(made, says="No.", by=mika(), at=NOON)

    seen_by(mika()).post(f"/en/disputes/{dispute.pk}/settle/", {"answer": "I was wrong."})

    made.refresh_from_db()
    assert made.certain and Dispute.objects.get().outcome == "stands"


def test_the_list_is_of_all_for_the_staff_and_of_ones_own_for_others() -> None:
    a_bound_base()
    bra_of_mika()
    a_proposed_parent()
    a_proposed_parent("chilloutmix", "another")

    staff, maker, stranger = (page(seen_by(who), "/en/proposals/") for who in (sora(), mika(), yui()))

    assert "bra v4 was made from" in staff and "another was made from" in staff
    assert "bra v4 was made from" in maker and "another was made from" not in maker
    assert "Nothing waits here." in stranger


def test_no_page_and_no_export_tells_an_address_of_a_person() -> None:
    made = the_parent_on_record()
    nameless = yui()
    nameless.first_name = ""
    nameless.save(update_fields=["first_name"])
    proposal = a_proposed_parent(child="another", by=nameless)
    dispute_claim(made, says="No.", by=nameless, at=NOON)
    dispute_claim(proposal, says="No.", by=nameless, at=NOON)

    said = [
        page(seen_by(who), address)
        for who in (mika(), sora())
        for address in (
            "/en/m/bra-v4/history/",
            f"/en/evidence/{proposal.evidence.sha256}/",
            f"/en/proposals/{proposal.pk}/",
            "/en/proposals/",
            f"/en/dispute/derivation/{made.pk}/",
        )
    ]

    assert not any("@example.com" in text or "yui@" in text for text in said)
    assert "Somebody" in said[0]


def test_the_file_is_taken_away_as_text_whatever_it_is() -> None:
    evidence = brought(b'parent,child,method\n"<script>alert(1)</script>",b,merge\n', name="<b>.html")

    answer = Client().get(f"/en/evidence/{evidence.sha256}/file")

    assert answer["Content-Type"] == "text/plain; charset=utf-8" and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment;") and "<" not in answer["Content-Disposition"]
    assert answer.content == bytes(evidence.content)


def test_names_places_and_views_from_outside_cannot_bring_in_code() -> None:
    evil = "<script>alert(1)</script>"
    a_bound_base()
    bra_of_mika()
    card = f"---\nbase_model: '{evil}'\nlicense: '{evil}'\n---\n{evil}\n".encode()
    evidence = brought(card, name=f"{evil}.md", about="bra-v4")
    proposal = proposed("derivation")
    dispute_claim(proposal, says=evil, link="https://example.com/\"onload='x'", by=mika(), at=NOON)

    for address in (
        f"/en/evidence/{evidence.sha256}/",
        f"/en/proposals/{proposal.pk}/",
        "/en/proposals/?about=bra-v4",
        "/en/m/bra-v4/",
        "/en/m/bra-v4/history/",
    ):
        said = page(seen_by(mika()), address)
        assert "<script>alert" not in said and "onload='x'" not in said.replace("&#x27;", "")


@pytest.mark.parametrize("address", ["/en/evidence/x/", "/en/proposals/9999999/", "/en/proposals/?about=%00x"])
def test_what_is_not_there_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["dispute/person/1/", "dispute/grant/999999/", "disputes/999999/settle/"])
def test_what_cannot_be_disputed_is_not_found(address: str) -> None:
    assert seen_by(sora()).get(f"/en/{address}").status_code == 404


def test_a_page_shows_a_hundred_proposals_and_costs_the_same(django_assert_max_num_queries: AtMost) -> None:
    a_bound_base()
    evidence = brought(table(*[f"chilloutmix,mix{number},merge,," for number in range(150)]))
    client = seen_by(sora())

    with django_assert_max_num_queries(16):
        first = page(client, f"/en/evidence/{evidence.sha256}/")
    last = page(client, f"/en/evidence/{evidence.sha256}/?page=4")

    assert first.count('<li class="ground') == 100 and last.count('<li class="ground') == 1
    assert "301 proposals" in first


def test_an_address_is_asked_for_and_waits_for_the_clock(settings: Settings) -> None:
    settings.IMPORT_HOSTS = ["huggingface.co"]
    client = seen_by(yui())

    shown = page(client, "/en/import/")
    typed = {"do": "address", "address-url": "https://huggingface.co/a/b/raw/main/README.md", "address-about": "b"}
    for _twice in range(2):
        answer = client.post("/en/import/", typed)

    assert "huggingface.co" in shown and answer.status_code == 302
    fetch = Fetch.objects.get()
    assert (fetch.state, fetch.about, fetch.asked_by) == ("waiting", "b", yui())
    assert "waits to be read" in page(client, "/en/import/")
    assert "waits to be read" not in page(seen_by(sora()), "/en/import/")


@pytest.mark.parametrize(
    "url",
    [
        "http://civitai.com/x",
        "https://example.com/x",
        "https://huggingface.co.example.com/x",
        "https://user:pass@huggingface.co/x",
        "https://huggingface.co@example.com/x",
        "file:///etc/passwd",
        "ftp://raw.githubusercontent.com/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest",
        "//civitai.com/x",
        "https://huggingface.co/" + "x" * 600,
        "not an address",
        "https://[bad",
    ],
)
def test_an_address_elsewhere_is_refused_at_once_and_stays_typed(url: str, settings: Settings) -> None:
    settings.IMPORT_HOSTS = ["huggingface.co"]

    answer = seen_by(yui()).post("/en/import/", {"do": "address", "address-url": url})

    assert answer.status_code == 422 and not Fetch.objects.exists()


def test_one_person_has_so_many_addresses_waiting(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.IMPORT_HOSTS = ["huggingface.co"]
    monkeypatch.setattr(asking, "MOST_OPEN", 2)
    client = seen_by(yui())

    statuses = [
        client.post("/en/import/", {"do": "address", "address-url": f"https://huggingface.co/a/{n}"}).status_code
        for n in range(3)
    ]

    assert statuses == [302, 302, 422] and Fetch.objects.count() == 2


@pytest.mark.parametrize("address", ["import/", "proposals/", "evidence/{sha}/", "proposals/{pk}/", "m/bra-v4/"])
def test_every_page_is_there_in_japanese(address: str) -> None:
    a_bound_base()
    bra_of_mika()
    proposal = a_proposed_parent()

    said = page(seen_by(mika()), "/ja/" + address.format(sha=proposal.evidence.sha256, pk=proposal.pk))

    assert '<html lang="ja"' in said
    for english in ("Bring evidence", "Dispute this", "Accept", "was made from", "Nothing counts", "proposal about"):
        assert english not in said


def test_the_staffs_desk_shows_everything_and_changes_nothing() -> None:
    staff = sora()
    staff.is_superuser = True
    staff.save(update_fields=["is_superuser"])
    made = the_parent_on_record()
    proposal = a_proposed_parent(child="another")
    dispute_claim(made, says="No.", by=mika(), at=NOON)
    Fetch.objects.create(url="https://huggingface.co/x", asked_by=yui(), asked_at=NOON)
    client = seen_by(staff)

    for model in (Evidence, Proposal, Dispute, Fetch):
        name = model.__name__.lower()
        row = model.objects.order_by("pk").first()
        assert row is not None
        page(client, f"/en/admin/lineage/{name}/")
        page(client, f"/en/admin/lineage/{name}/{row.pk}/change/")
        assert client.get(f"/en/admin/lineage/{name}/add/").status_code == 403
        assert client.post(f"/en/admin/lineage/{name}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Proposal.objects.filter(pk=proposal.pk).exists() and Version.objects.count() == 2


def test_a_version_that_is_called_alike_is_pointed_out_and_a_planned_one_is_not() -> None:
    base, plan = a_bound_base("chillout/mix"), a_version("chilloutmix-plan")
    Version.objects.filter(pk=base.pk).update(name="ChilloutMix")
    Version.objects.filter(pk=plan.pk).update(name="chilloutmix", planned=True)
    workflow = {
        "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "chilloutmix.safetensors"}},
        "2": {"class_type": "CheckpointSave", "inputs": {"model": ["1", 0], "filename_prefix": "mine"}},
    }
    evidence = brought(json.dumps(workflow).encode(), name="workflow.json")

    shown = page(Client(), f"/en/evidence/{evidence.sha256}/")

    assert "On record under the same name:" in shown and "/m/chillout/mix/" in shown
    assert "/m/chilloutmix-plan/" not in shown
