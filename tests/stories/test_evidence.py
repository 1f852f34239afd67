"""The story of a model card: it arrives, the maker accepts what it says, somebody disagrees, and both views stand.

Mika made BRA V4 and put it on record, without saying what it was made from. Yui finds its card.
"""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from lineage.models import Grant, Licence, Version
from tests.world import PASSWORD, a_person, now

pytestmark = pytest.mark.django_db

CARD = """---
license: creativeml-openrail-m
base_model: TASUKU2023/Chilloutmix
base_model_relation: merge
---
# BRA V4

A photo model.
"""


def log_in(name: str, **also: object) -> Client:
    client = Client()
    answer = client.post("/en/accounts/login/", {"login": a_person(name, **also).email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def page(client: Client, address: str) -> str:
    with translation.override("en"):  # What is read in Japanese here must not make the next test Japanese.
        answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().replace("<wbr>", "")


def the_parents_are_on_record_and_bra_v4_stands_alone() -> None:
    call_command("import_lineage", "lineage/data/bra.json", verbosity=0)
    Version.objects.get(slug="bra-v4").delete()
    bra = Version.objects.create(slug="bra-v4", name="BRA V4", added_by=a_person("Mika"), added_at=now())
    openrail = Licence.objects.get(slug="creativeml-openrail-m")
    Grant.objects.create(version=bra, licence=openrail, starts_on=date(2023, 3, 5))


def test_a_card_arrives_its_maker_accepts_and_somebody_disputes(client: Client) -> None:
    the_parents_are_on_record_and_bra_v4_stands_alone()
    assert "inherits no restriction" in page(client, "/en/m/bra-v4/")

    # Yui uploads the card. What it says is shown to everybody, and nothing of it counts yet.
    yui, mika = log_in("Yui"), log_in("Mika")
    file = SimpleUploadedFile("README.md", CARD.encode())
    arrived = yui.post("/en/import/", {"do": "upload", "upload-file": file, "upload-about": "bra-v4"})
    evidence = arrived["Location"]
    said = page(client, evidence)
    assert "BRA V4 was made from TASUKU2023/Chilloutmix (merge)" in said
    assert "inherits no restriction" in page(client, "/en/m/bra-v4/")

    # She cannot accept it: BRA V4 is not hers. Mika can, and says which version on record is meant.
    hers = page(yui, evidence)
    found = re.search(r'href="/en/dispute/proposal/(\d+)/"', hers[hers.index("BRA V4 was made from") :])
    assert found is not None
    proposal = f"/en/proposals/{found[1]}/"
    change = {"do": "amend", "child": "bra-v4", "parent": "chilloutmix", "method": "merge", "certain": "on"}
    assert "decided by the staff" in yui.post(proposal, change, follow=True).content.decode()
    assert "inherits no restriction" in page(client, "/en/m/bra-v4/")
    assert mika.post(proposal, {**change, "obtained_on": "2023-02-22"}).status_code == 302
    after = page(client, "/en/m/bra-v4/")
    assert "inherits restrictions" in after and evidence.removeprefix("/en") in after

    # Yui does not believe the licence of BRA V4. Her view stands beside it and changes no answer.
    grant = Grant.objects.get(version__slug="bra-v4")

    def is_certain() -> bool:
        return Grant.objects.get(pk=grant.pk).certain

    view = {"says": "On that day the page said that selling is forbidden.", "link": "https://example.com/archive"}
    assert yui.post(f"/en/dispute/grant/{grant.pk}/", view).status_code == 302
    both = page(client, "/en/m/bra-v4/history/")
    views = both[both.index('id="views"') :]
    assert "BRA V4 has been offered under" in views and "On that day the page said" in views and "Yui" in views
    assert is_certain()

    # Mika is not sure either, so it counts as possible, until the staff have settled it.
    mika.post(f"/en/dispute/grant/{grant.pk}/", {"says": "I am not sure of that day any more."})
    assert not is_certain()
    staff = log_in("Sora", is_staff=True)
    settle = re.findall(r'href="(/en/disputes/\d+/settle/)"', page(staff, "/en/m/bra-v4/history/"))
    for address in settle:
        assert staff.post(address, {"outcome": "stands", "answer": "The archive shows this text."}).status_code == 302
    told = page(client, "/ja/m/bra-v4/history/")
    assert is_certain() and len(settle) == 2
    assert "On that day the page said" in told and "The archive shows this text." in told
    assert "@example.com" not in told
