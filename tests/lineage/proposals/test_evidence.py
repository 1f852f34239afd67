"""A file that arrives is kept byte for byte, and what it says is proposed: once, and never as a fact."""

import hashlib
import json
import struct
from datetime import timedelta

import pytest

from lineage.actions import bring_evidence as bringing
from lineage.actions.bring_evidence import TooMuchToday, bring_evidence
from lineage.actions.read_evidence import Source
from lineage.formats.proposals import FormatError
from lineage.models import Derivation, Evidence, LogEntry, Proposal, Version
from tests.lineage.proposals.world import CARD, NOON, a_bound_base, bra_of_mika, brought, sora, table, yui

pytestmark = pytest.mark.django_db


def weights(**metadata: str) -> bytes:
    """A safetensors file with one small tensor."""
    tensor = {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}
    header = json.dumps({"__metadata__": metadata, "weight": tensor}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(16)


def test_what_a_card_says_is_proposed_with_its_place_and_nothing_is_put_on_record() -> None:
    version = bra_of_mika()

    evidence = brought(CARD, name="README.md", about="bra-v4")

    assert bytes(evidence.content) == CARD and evidence.sha256 == hashlib.sha256(CARD).hexdigest()
    made = Proposal.objects.get(kind="derivation")
    assert (made.about, made.content["parent"]) == ("bra-v4", "huggingface:Linaqruf/anything-v3")
    assert (made.certainty, made.place, made.content["certain"]) == ("declared", "card.base_model", False)
    assert Version.objects.get() == version and not Derivation.objects.exists()


def test_the_same_bytes_twice_are_one_piece_of_evidence_whoever_brings_them() -> None:
    first = brought(CARD, about="bra-v4")
    second = brought(CARD, sora(), about="bra-v4", name="else.md")

    assert first == second and second.brought_by == yui()
    assert Proposal.objects.filter(kind="derivation").count() == 1
    assert LogEntry.objects.filter(kind="evidence-brought").count() == 1


def test_of_a_file_of_weights_only_the_header_is_kept() -> None:
    whole = weights(**{"modelspec.title": "BRA V4", "modelspec.merged_from": "ChilloutMix"})

    evidence = brought(whole, name="bra.safetensors", sha256=hashlib.sha256(whole).hexdigest())

    header = whole[:-16]
    assert evidence.covers == "header" and bytes(evidence.content) == header
    assert evidence.sha256 == hashlib.sha256(header).hexdigest()
    child = Proposal.objects.get(kind="derivation").about
    assert Proposal.objects.get(about=child, kind="artefact").content["sha256"] == hashlib.sha256(whole).hexdigest()


def test_what_cannot_be_read_is_refused_and_not_kept() -> None:
    with pytest.raises(FormatError):
        brought(b"\x89PNG nothing of ours")

    assert not Evidence.objects.exists()


def test_an_id_that_could_be_no_address_is_left_out_and_said() -> None:
    file = {
        "format": "genseki-lineage/1",
        "licences": [],
        "artefacts": [{"id": "../../etc", "name": "odd"}, {"id": "fine", "name": "Fine"}],
        "grants": [],
        "derivations": [],
    }

    evidence = brought(json.dumps(file).encode())

    assert [row.about for row in evidence.proposals.all()] == ["fine"]
    assert evidence.remarks[-1]["values"] == {"number": 1}


def test_one_person_brings_so_many_files_a_day_and_the_next_day_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "MOST_A_DAY", 2)
    files = [table(f"a{number},b{number},merge,,") for number in range(3)]
    for file in files[:2]:
        brought(file)

    with pytest.raises(TooMuchToday):
        brought(files[2])
    again = brought(files[0])
    tomorrow = bring_evidence(files[2], Source(), by=yui(), at=NOON + timedelta(days=1, minutes=1))
    of_another = brought(table("x,y,merge,,"), sora())

    assert again.proposals.exists() and tomorrow.proposals.exists() and of_another.proposals.exists()


def test_a_file_that_says_ten_thousand_things_is_kept_in_few_queries(django_assert_max_num_queries: object) -> None:
    a_bound_base()
    lines = [f"chilloutmix,mix{number},merge,," for number in range(2_000)]

    with django_assert_max_num_queries(40):  # type: ignore[operator]
        evidence = brought(table(*lines))

    assert evidence.proposals.count() == 4_001


def test_a_file_that_is_on_record_is_called_as_it_is_there() -> None:
    """Its SHA-256 tells which one it is, whatever the source calls it."""
    version = bra_of_mika()
    whole = weights(**{"modelspec.title": "Another name", "modelspec.merged_from": "ChilloutMix"})
    version.sha256 = hashlib.sha256(whole).hexdigest()
    version.save(update_fields=["sha256"])

    brought(whole, name="x.safetensors", sha256=version.sha256)

    assert Proposal.objects.get(kind="derivation").about == "bra-v4"
    known = Proposal.objects.get(kind="artefact", about="bra-v4")
    assert known.state == "accepted" and known.decided_by is None
