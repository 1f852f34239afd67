"""Permissions become dated terms, files are known by their hashes, and links are candidates."""

import json
from datetime import date
from typing import Any

import pytest

from lineage.engine.document import Derivation, Exemption
from lineage.engine.judging import judge
from lineage.engine.reading import read
from lineage.engine.writing import write
from lineage.formats.civitai import import_civitai
from lineage.formats.proposals import FormatError, Proposal
from tests.lineage.formats.hostile import JAPANESE, within

SEEN = date(2023, 7, 5)
ALL = {
    "allowNoCredit": True,
    "allowCommercialUse": "Sell",
    "allowDerivatives": True,
    "allowDifferentLicense": True,
}


def version(**fields: Any) -> dict[str, Any]:
    return {"id": 7, "name": "v1", "createdAt": "2023-04-21T09:13:43.228Z", "files": [file()]} | fields


def file(digest: str = "A" * 64, **fields: Any) -> dict[str, Any]:
    return {"type": "Model", "primary": True, "hashes": {"SHA256": digest, "AutoV1": "4763671C"}} | fields


def model(*versions: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"id": 5, "name": "Model", **ALL, "modelVersions": list(versions) or [version()]} | fields


def imported(value: object) -> Proposal:
    return import_civitai(json.dumps(value), seen_on=SEEN)


def terms(**flags: Any) -> dict[str, str]:
    (licence,) = imported(model(**flags)).licences
    return {term.id: term.carries for term in licence.value.terms}


@pytest.mark.parametrize(
    ("uses", "forbidden"),
    [
        ("Sell", set()),
        ("Rent", {"no-selling-weights"}),
        ("RentCivit", {"no-selling-weights", "no-monetised-hosting"}),
        ("Image", {"no-selling-weights", "no-monetised-hosting"}),
        ("None", {"no-selling-weights", "no-monetised-hosting", "no-commercial-outputs"}),
        ("{Image,RentCivit,Rent,Sell}", set()),
        ('{"Image","Rent"}', {"no-selling-weights"}),
        ("{Sell}", {"no-monetised-hosting", "no-commercial-outputs"}),
        ("{}", {"no-selling-weights", "no-monetised-hosting", "no-commercial-outputs"}),
        (["Image", "RentCivit", "Rent", "Sell"], set()),
        (["Sell"], {"no-monetised-hosting", "no-commercial-outputs"}),
        (["None"], {"no-selling-weights", "no-monetised-hosting", "no-commercial-outputs"}),
        ([], {"no-selling-weights", "no-monetised-hosting", "no-commercial-outputs"}),
    ],
)
def test_commercial_use_is_read_in_all_its_three_shapes(uses: object, forbidden: set[str]) -> None:
    assert set(terms(allowCommercialUse=uses)) == forbidden


@pytest.mark.parametrize("uses", ["Everything", "{Image,All}", ["Image", 5], ["Image", "Image"], True, 5, None, {}])
def test_permissions_that_are_not_known_are_not_guessed(uses: object) -> None:
    proposal = imported(model(allowCommercialUse=uses))

    assert (proposal.grants, proposal.licences) == ((), ())
    assert any("allowCommercialUse is missing or not known" in remark.says for remark in proposal.remarks)


def test_the_same_permissions_bind_derivatives_and_different_ones_copies_only() -> None:
    flags = {"allowNoCredit": False, "allowCommercialUse": "Image"}

    assert set(terms(**flags, allowDifferentLicense=True).values()) == {"copies"}
    assert set(terms(**flags, allowDifferentLicense=False).values()) == {"derivatives"}


def test_that_merges_may_not_be_shared_binds_the_merges() -> None:
    assert terms(allowDerivatives=False, allowDifferentLicense=True) == {"no-sharing-merges": "derivatives"}


def test_permissions_begin_on_the_day_on_which_they_were_seen() -> None:
    proposal = imported(model(allowCommercialUse="Image", allowNoCredit=False, allowDifferentLicense=False))

    (grant,) = proposal.grants
    assert (grant.value.starts, grant.value.until, grant.value.certain) == (SEEN, None, False)
    assert grant.value.licence == "civitai-image-credit-same-permissions-2023-07-05"
    assert proposal.licences[0].value.outbound == ("same-permissions",)


def test_civitai_itself_may_run_for_money_what_nobody_else_may() -> None:
    proposal = imported(model(allowCommercialUse=["Image", "RentCivit"]))

    assert [e.value for e in proposal.exemptions] == [Exemption("civitai:5@7", "no-monetised-hosting", ("civitai",))]
    assert imported(model(allowCommercialUse=["Image", "RentCivit", "Rent"])).exemptions == ()


def test_one_file_in_two_versions_is_one_artefact() -> None:
    proposal = imported(model(version(), version(id=8)))

    assert [a.value.id for a in proposal.artefacts] == ["civitai:5@7"]
    assert any("the same file as that of civitai:5@7" in remark.says for remark in proposal.remarks)


def test_another_file_of_a_version_is_claimed_to_be_a_conversion() -> None:
    files = [file("B" * 64, primary=False, type="Pruned Model"), file(), file("C" * 64, primary=False, type="VAE")]

    proposal = imported(model(version(files=files)))

    (edge,) = proposal.derivations
    assert edge.value == Derivation("civitai:5@7", "sha256:" + "b" * 64, "convert", date(2023, 4, 21), certain=False)
    assert proposal.artefacts[0].value.sha256 == "a" * 64
    assert edge.certainty == "claimed"


def test_links_and_bases_are_candidates_and_count_for_nothing() -> None:
    about = '<a href="https://civitai.com/models/6424/chilloutmix?modelVersionId=7543">x</a> civitai.com/models/5/me'
    there = "see https://huggingface.co/nuigurumi/basil_mix/tree/main, https://huggingface.co/spaces/a/b"

    proposal = imported(model(version(description=there, baseModel="SD 1.5"), description=about))

    assert {e.value.parent for e in proposal.derivations} == {
        "base-model:SD-1.5",
        "civitai:6424@7543",
        "huggingface:nuigurumi/basil_mix",
    }
    assert {e.certainty for e in proposal.derivations} == {"candidate"}
    assert proposal.as_file().derivations == ()


def test_who_uploads_is_not_taken_for_the_maker() -> None:
    proposal = imported(model(creator={"username": "someone"}))

    assert proposal.artefacts[0].value.licensor is None
    assert any("'someone', who need not be the maker" in remark.says for remark in proposal.remarks)


def test_a_model_for_adults_is_shown_by_its_number() -> None:
    text = write(imported(model(version(name="Secret v1"), name="Secret", nsfw=True)).as_file())

    assert "Secret" not in text
    assert "Civitai model 5, version 7" in text


def test_a_version_alone_and_a_page_of_models_are_read() -> None:
    alone = imported(version(modelId=5, model={"name": "Model", "type": "Checkpoint", "nsfw": False}))
    page = imported({"items": [model(), model(version(id=9, files=[file("B" * 64)]), id=6)], "metadata": {}})

    assert [a.value.name for a in alone.artefacts] == ["Model v1"]
    assert alone.grants == ()
    assert [a.value.id for a in page.artefacts] == ["civitai:5@7", "civitai:6@9"]


def test_a_short_hash_that_does_not_fit_is_pointed_out() -> None:
    proposal = imported(model(version(files=[file(hashes={"SHA256": "A" * 64, "AutoV2": "BBBBBBBBBB"})])))

    assert any("AutoV2" in remark.says for remark in proposal.remarks)


@pytest.mark.parametrize(
    ("value", "place", "says"),
    [
        (5, "", "must be an object, not a number"),
        ({}, "", "a model of Civitai has"),
        ({"modelVersion": []}, "", "is 'modelVersion' meant"),
        (model(id="5"), "id", "whole number above zero"),
        (model(id=True), "id", "whole number above zero"),
        (model(modelVersions={}), "modelVersions", "must be a list"),
        (model(allowNoCredit="yes"), "allowNoCredit", "true or false"),
        (model(description=["x"]), "description of the model.description", "must be a text"),
        (model(version(createdAt="2023-02-30T00:00:00Z")), "modelVersions[0].createdAt", "is not a time"),
        (model(version(id=-1)), "modelVersions[0].id", "whole number above zero"),
        (model(version(files=5)), "modelVersions[0].files", "must be a list"),
        (model(version(files=[5])), "modelVersions[0].files[0]", "must be an object"),
        ([model(), 5], "[1]", "must be an object"),
        ({"items": [5]}, "items[0]", "must be an object"),
    ],
)
def test_what_is_of_the_wrong_kind_is_refused_with_its_place(value: object, place: str, says: str) -> None:
    with pytest.raises(FormatError) as refusal:
        imported(value)

    assert (refusal.value.place, says in refusal.value.says) == (place, True)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"[" * 4_900_000, "nested"),
        (b"[" * 60 + b"]" * 60, "nested"),
        (b"[" + b"0," * 3_000_000 + b"0]", "more than 5,000,000 bytes"),
        (b"a" * 10_000_000, "more than 5,000,000 bytes"),
        (b'{"id": NaN}', "NaN is no number"),
        (b'{"id": 1, "id": 1}', "given twice"),
        (b'{"name": "' + JAPANESE.encode("shift_jis") + b'"}', "Shift_JIS"),
        (b'{"name": "\xff"}', "not UTF-8"),
        ("{}".encode("utf-16"), "UTF-16"),
        (b"<html>", "not JSON"),
        (b"", "not JSON"),
        (b'{"name": "\\u0000"}', "cannot be stored"),
        (b"\0\0\0", "cannot be stored"),
        (b'{"id": ' + b"1" * 6000 + b"}", "more digits"),
    ],
)
def test_hostile_input_is_refused_within_seconds(data: bytes, says: str) -> None:
    with within(20), pytest.raises(FormatError) as refusal:
        import_civitai(data, seen_on=SEEN)

    assert says in str(refusal.value)


def test_a_byte_order_mark_is_tolerated() -> None:
    proposal = import_civitai(b"\xef\xbb\xbf" + json.dumps(model(name=JAPANESE)).encode(), seen_on=SEEN)

    assert proposal.artefacts[0].value.name == f"{JAPANESE} v1"


def test_a_description_full_of_links_gives_thirty_candidates() -> None:
    links = " ".join(f"https://civitai.com/models/{number}" for number in range(100, 60_000))

    with within(20):
        proposal = imported(model(description=links))

    assert len(proposal.derivations) == 30
    assert any("only the first 30" in remark.says for remark in proposal.remarks)


def test_what_is_proposed_can_be_judged_and_written() -> None:
    file = imported(model(allowCommercialUse=["Image", "RentCivit"])).as_file()

    assert read(write(file)) == file
    assert judge(file)["answers"] == []
