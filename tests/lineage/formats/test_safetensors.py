"""A header says what a file was trained on, and how. It is believed as far as it goes, and no further."""

import io
from datetime import date
from hashlib import sha256

import pytest

from lineage.engine.document import Interval
from lineage.engine.judging import judge
from lineage.engine.reading import read
from lineage.engine.writing import write
from lineage.formats.proposals import FormatError, Proposal
from lineage.formats.safetensors import LARGEST_HEADER, LONGEST_HEADER, KnownFile, header_of, import_safetensors
from tests.lineage.formats.headers import framed, head
from tests.lineage.formats.hostile import JAPANESE, within

BASE = "9c03252bea" + "0" * 54
FILE = KnownFile("my_lora.safetensors")


def read_from(metadata: dict[str, object]) -> Proposal:
    return import_safetensors(head(metadata), FILE)


def test_only_the_header_is_read_of_a_file() -> None:
    stream = io.BytesIO(head({"a": "b"}) + b"weights" * 1000)

    first = header_of(stream)

    assert first == head({"a": "b"})
    assert stream.tell() == len(first)


def test_a_lora_is_trained_on_the_base_that_it_names_by_its_whole_hash() -> None:
    proposal = read_from(
        {
            "ss_sd_model_name": "models\\chilloutmix_Ni.safetensors",
            "ss_new_sd_model_hash": BASE.upper(),
            "ss_network_module": "networks.lora",
            "ss_training_started_at": "1679875200.5",
        }
    )

    (edge,) = proposal.derivations
    assert (edge.value.parent, edge.value.child, edge.value.method) == (f"sha256:{BASE}", "file:my_lora", "lora-train")
    assert edge.value.obtained_on == Interval(date(1970, 1, 1), date(2023, 3, 28))
    assert (edge.certainty, edge.value.certain) == ("declared", False)
    assert {a.value.name for a in proposal.artefacts} == {"my_lora", "chilloutmix_Ni"}


def test_without_a_network_the_training_was_a_fine_tune() -> None:
    proposal = read_from({"ss_sd_model_name": "runwayml/stable-diffusion-v1-5", "ss_network_module": "None"})

    (edge,) = proposal.derivations
    assert (edge.value.parent, edge.value.method) == ("huggingface:runwayml/stable-diffusion-v1-5", "finetune")
    assert (edge.value.obtained_on, edge.certainty) == (None, "claimed")


def test_a_short_hash_is_a_hint_and_no_identity() -> None:
    one = read_from({"ss_sd_model_name": "model.ckpt", "ss_sd_model_hash": "4763671c"})
    other = read_from({"ss_sd_model_name": "model.ckpt", "ss_sd_model_hash": "9600da17"})

    assert one.derivations[0].certainty == "claimed"
    assert one.derivations[0].value.parent != other.derivations[0].value.parent
    assert all(artefact.value.sha256 is None for artefact in one.artefacts)
    assert any("hint only" in remark.says for remark in one.remarks)


@pytest.mark.parametrize("time", ["nan", "inf", "-1", "1e400", "yesterday", "0", "99999999999"])
def test_an_impossible_beginning_leaves_the_day_unknown(time: str) -> None:
    proposal = read_from({"ss_sd_model_name": "a", "ss_training_started_at": time})

    assert proposal.derivations[0].value.obtained_on is None
    assert any("is no time" in remark.says for remark in proposal.remarks)


def test_titles_of_modelspec_are_claims() -> None:
    proposal = read_from(
        {
            "modelspec.sai_model_spec": "1.0.1",
            "modelspec.title": "Mixed",
            "modelspec.license": "CreativeML Open RAIL-M",
            "modelspec.merged_from": "First, Second",
            "modelspec.hash_sha256": "0x" + "a" * 64,
        }
    )

    child = proposal.artefacts[0].value
    assert (child.name, child.claimed_label, child.sha256) == ("Mixed", "CreativeML Open RAIL-M", None)
    assert [(e.value.parent, e.certainty) for e in proposal.derivations] == [
        ("named:First", "claimed"),
        ("named:Second", "claimed"),
    ]


def test_a_missing_list_of_parents_is_not_read_as_no_parents() -> None:
    proposal = read_from({"modelspec.sai_model_spec": "1.0.1", "modelspec.title": "Unique"})

    assert proposal.derivations == ()
    assert any("does not mean that there are none" in remark.says for remark in proposal.remarks)


def test_the_evidence_is_the_hash_of_the_header_and_the_file_is_known_by_its_own() -> None:
    first = head({})

    proposal = import_safetensors(first + b"weights", KnownFile("a.safetensors", "F" * 64))

    assert (proposal.evidence.sha256, proposal.evidence.covers) == (sha256(first).hexdigest(), "header")
    assert proposal.artefacts[0].value.id == "sha256:" + "f" * 64


def test_what_is_proposed_can_be_judged_and_written() -> None:
    proposal = read_from({"ss_sd_model_name": f"{JAPANESE}/モデル.safetensors", "modelspec.merged_from": "a,b"})

    file = proposal.as_file()

    assert read(write(file)) == file
    assert judge(file)["answers"] == []


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "too short"),
        (b"PK\x03\x04" + b"\0" * 100, "pickled"),
        ((2**63).to_bytes(8, "little") + b"{}", "is this safetensors?"),
        ((LONGEST_HEADER + 1).to_bytes(8, "little") + b"{}", "is this safetensors?"),
        ((100).to_bytes(8, "little") + b"{}", "cut off"),
        (framed(b"\xef\xbb\xbf{}"), "does not begin with {"),
        (framed(b"[]"), "does not begin with {"),
        (framed(b"{"), "not JSON"),
        (framed(b'{"a": NaN}'), "NaN is no number"),
        (framed(b'{"a": 1e999}'), "not finite"),
        (framed(b'{"a": 1, "a": 2}'), "given twice"),
        (framed(b'{"a": "\\ud800"}'), "cannot be stored"),
        (framed(b'{"a": "' + JAPANESE.encode("shift_jis") + b'"}'), "not UTF-8"),
        (framed(b'{"a": ' + b"9" * 5000 + b"}"), "more digits"),
        (framed(b'{"__metadata__": []}'), "maps texts to texts"),
        (framed(b'{"a":' * 100 + b"1" + b"}" * 100), "nested more than"),
        (framed(b'{"a":' * 900_000), "nested more than"),
    ],
)
def test_what_is_no_header_is_refused_with_a_sentence(data: bytes, says: str) -> None:
    with within(20), pytest.raises(FormatError) as refusal:
        import_safetensors(data, FILE)

    assert says in str(refusal.value)


def test_ten_megabytes_of_header_are_read_within_seconds() -> None:
    tags = "a" * 9_900_000

    with within(20):
        proposal = read_from({"ss_tag_frequency": tags, "ss_sd_model_name": "base"})

    assert len(proposal.derivations) == 1


def test_of_a_header_with_pictures_only_the_beginning_is_read() -> None:
    """ModelSpec lets a header reach a hundred million bytes."""
    beginning = b'{"__metadata__": {"ss_sd_model_name": "base", "x": "y"}, "tensor": "'
    header = beginning + "é".encode() * LARGEST_HEADER
    stream = io.BytesIO(framed(header))

    with within(20):
        first = header_of(stream)
        proposal = import_safetensors(first, FILE)

    assert len(first) == LARGEST_HEADER + 8
    assert proposal.evidence.sha256 == sha256(first).hexdigest()
    assert [edge.value.parent for edge in proposal.derivations] == ["named:base"]
    assert any("only the first 10,000,000 were read" in remark.says for remark in proposal.remarks)


@pytest.mark.parametrize(
    ("beginning", "says"),
    [(b'{"tensor": {}, "__metadata__": {}, "t": "', "does not come first"), (b'{"__metadata__": {"a": "', "is broken")],
)
def test_a_long_header_is_not_read_where_its_metadata_is_out_of_reach(beginning: bytes, says: str) -> None:
    data = framed(beginning + b"x" * (LARGEST_HEADER + 5))

    with pytest.raises(FormatError, match=says):
        import_safetensors(data, FILE)


def test_a_file_that_is_known_is_called_by_its_id() -> None:
    proposal = import_safetensors(head({"ss_sd_model_name": "base"}), KnownFile("a.safetensors", "f" * 64, "bra-v4"))

    assert (proposal.artefacts[0].value.id, proposal.artefacts[0].value.sha256) == ("bra-v4", "f" * 64)
    assert proposal.derivations[0].value.child == "bra-v4"


def test_a_hash_of_the_file_that_is_none_is_refused() -> None:
    with pytest.raises(FormatError, match="64 hexadecimal digits"):
        import_safetensors(head({}), KnownFile("a", "abc"))


def test_values_that_are_no_texts_are_left_out_with_a_remark() -> None:
    proposal = read_from({"ss_sd_model_name": 5, "modelspec.title": ["x"]})

    assert proposal.derivations == ()
    assert [remark.place for remark in proposal.remarks[:2]] == [
        "__metadata__.ss_sd_model_name",
        "__metadata__.modelspec.title",
    ]
