"""What somebody brings is known by what is in it; every statement of it is proposed, and none is a fact."""

import hashlib
import json
from datetime import date

import pytest

from lineage.engine.reading import read
from lineage.engine.writing import write
from lineage.formats.any_format import FORMATS, LIMITS, guess_format, header_of, read_proposal
from lineage.formats.proposals import FormatError
from lineage.formats.safetensors import header_of as header_of_weights
from tests.lineage.formats.hostile import JAPANESE
from tests.lineage.formats.sources import CARD, CIVITAI, DATA, MERGED, RECIPE, SOURCES, TABLE

IDS = [f"{format}-{name}" for format, name, _ in SOURCES]


@pytest.mark.parametrize(("format", "name", "data"), SOURCES, ids=IDS)
def test_a_file_is_known_by_what_is_in_it_whatever_it_is_called(format: str, name: str, data: bytes) -> None:
    assert guess_format(data, name) == format
    assert guess_format(data) == format
    assert guess_format(b"\xef\xbb\xbf" + data, name) == format


@pytest.mark.parametrize(
    ("data", "name", "format"),
    [
        (b"# A model without a head", "README.md", "hugging-face-card"),
        (b"slices: []", "https://x.org/a.yml?x=1", "mergekit"),
        (b"---\nmerge_method: ties", "a.yaml", "mergekit"),
        (b"# A model\n```yaml\nmerge_method: ties\n```", "README.md", "hugging-face-card"),
        (b"x", "A.CSV", "csv"),
        (b"PK\x03\x04", "", "safetensors"),
        (b"", "model.safetensors", "safetensors"),
        (b"{", "", "genseki"),
        (b'{"artefacts": []}', "", "genseki"),
        (b'[{"modelVersions": []}]', "", "civitai"),
        (b'{"modelVersion": []}', "", "civitai"),
        (b'{"hello": 1}', "", None),
        (b"[]", "", None),
        (b"[5]", "", None),
        (b"hello", "", None),
        (b"hello", "a.png", None),
        (b"", "", None),
        (JAPANESE.encode("shift_jis"), "", None),
    ],
)
def test_what_does_not_tell_by_itself_is_known_by_its_name(data: bytes, name: str, format: str | None) -> None:
    assert guess_format(data, name) == format


@pytest.mark.parametrize(("format", "name", "data"), SOURCES, ids=IDS)
def test_nothing_that_is_proposed_is_certain_and_all_of_it_can_be_written(format: str, name: str, data: bytes) -> None:
    proposal = read_proposal(data, name=name, seen_on=date(2024, 1, 1))

    assert proposal.derivations or proposal.grants
    assert not any(edge.value.certain for edge in proposal.derivations)
    assert not any(grant.value.certain for grant in proposal.grants)
    file = proposal.as_file()
    assert read(write(file)) == file


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*.json")))
def test_a_lineage_file_is_proposed_whole(name: str) -> None:
    data = (DATA / name).read_bytes()
    file = read(data)

    proposal = read_proposal(data)

    proposed = proposal.as_file()
    assert (proposed.artefacts, proposed.licences) == (file.artefacts, file.licences)
    assert (len(proposed.grants), len(proposed.derivations)) == (len(file.grants), len(file.derivations))
    assert (proposed.exemptions, proposed.prohibitions) == (file.exemptions, file.prohibitions)
    assert [edge.place for edge in proposal.derivations] == [f"derivations[{n}]" for n in range(len(file.derivations))]
    assert proposal.evidence.format == "genseki"


@pytest.mark.parametrize(
    ("data", "name"), [(CARD, "README.md"), (RECIPE, "config.yml"), (MERGED, "x.safetensors"), (b"", "")]
)
def test_what_does_not_say_what_it_is_about_is_told(data: bytes, name: str) -> None:
    if not data:
        data = json.dumps({"m": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "a.ckpt"}}}).encode()

    proposal = read_proposal(data, name=name, about="bra-v4")

    assert {edge.value.child for edge in proposal.derivations} >= {"bra-v4"}


def test_a_card_is_of_the_repository_in_its_address_or_in_the_id_of_what_it_is_about() -> None:
    by_address = read_proposal(CARD, name="https://huggingface.co/owner/name/raw/main/README.md")
    by_id = read_proposal(CARD, name="cards/README.md", about="huggingface:owner/name")
    both = read_proposal(CARD, name="https://huggingface.co/owner/name/raw/main/README.md", about="mine")

    assert by_address.artefacts[0].value == by_id.artefacts[0].value
    assert both.artefacts[0].value.id == "mine"
    assert both.artefacts[0].value.url == "https://huggingface.co/owner/name"


@pytest.mark.parametrize(("data", "name"), [(CARD, "README.md"), (CARD, "cards/README.md"), (RECIPE, "config.yaml")])
def test_what_is_about_nothing_known_is_refused(data: bytes, name: str) -> None:
    with pytest.raises(FormatError, match="does not say which model"):
        read_proposal(data, name=name)


def test_permissions_begin_on_the_day_on_which_they_were_seen_or_not_at_all() -> None:
    data = json.dumps(CIVITAI).encode()

    seen = read_proposal(data, seen_on=date(2023, 7, 5))
    unseen = read_proposal(data)

    assert [grant.value.starts for grant in seen.grants] == [date(2023, 7, 5)]
    assert unseen.grants == ()
    assert any("give the day" in remark.says for remark in unseen.remarks)
    assert unseen.artefacts == seen.artefacts


def test_of_an_upload_only_the_header_is_needed() -> None:
    proposal = read_proposal(MERGED + b"weights", name="C:\\models\\mine.safetensors", sha256="F" * 64)

    assert proposal.artefacts[0].value.id == "sha256:" + "f" * 64
    assert proposal.evidence.covers == "header"
    assert header_of is header_of_weights


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "safetensors"])
def test_what_is_too_large_is_refused_before_it_is_read(format: str) -> None:
    with pytest.raises(FormatError, match=f"more than {LIMITS[format]:,} bytes"):
        read_proposal(b" " * (LIMITS[format] + 1), format=format, about="a")


@pytest.mark.parametrize(
    ("data", "format", "place", "says"),
    [
        (b"hello", None, "", "none of the formats"),
        (b"{}", "word", "", "none of the formats that are read here: genseki, hugging-face-card"),
        (b'{"format": "genseki-lineage/1"}', None, "licences", "missing"),
        (b"{", None, "line 1, column 2", "not JSON"),
        (TABLE + b"a,b,cook,,\n", None, "line 4, method", "no method 'cook'"),
    ],
)
def test_what_cannot_be_read_is_refused_with_place_and_sentence(
    data: bytes, format: str | None, place: str, says: str
) -> None:
    with pytest.raises(FormatError) as refusal:
        read_proposal(data, format=format)

    assert (refusal.value.place, says in refusal.value.says) == (place, True)


def test_a_card_keeps_the_recipe_in_it() -> None:
    proposal = read_proposal(CARD + b"### Configuration\n```yaml\n" + RECIPE + b"```\n", about="mine")

    assert {edge.value.parent for edge in proposal.derivations} == {
        f"huggingface:{name}" for name in ("a/b", "c/d", "a/b@main", "e/f")
    }


@pytest.mark.parametrize(("format", "name", "data"), SOURCES, ids=IDS)
def test_the_evidence_says_which_format_it_was_read_as(format: str, name: str, data: bytes) -> None:
    evidence = read_proposal(data, name=name).evidence

    assert evidence.format == format
    assert evidence.sha256 == hashlib.sha256(data).hexdigest()
