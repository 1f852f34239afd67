"""The block for Hugging Face says only what is certain, in keys that are known there, and our reader takes it back."""

from dataclasses import replace
from datetime import date

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from lineage.engine.document import Artefact, Derivation, Grant, Licence, LineageFile
from lineage.formats.exported_family import ExportedFamily
from lineage.formats.hugging_face_block import hugging_face_block
from lineage.formats.model_card import CardSource, import_model_card
from tests.lineage.formats.exported import DAY, a_family_of_all_kinds, families, family

KEYS = {"license", "license_name", "license_link", "base_model", "base_model_relation"}
JAN = date(2023, 1, 1)


def fields_of(block: str) -> dict[str, object]:
    found = next(iter(yaml.safe_load_all(block)), None)
    return found or {}


def made_from(*methods: str, licence: Licence | None = None, certain: bool = True) -> ExportedFamily:
    """A child under a licence, made from one parent on Hugging Face for each method."""
    licence = licence or Licence("mit")
    parents = [
        Artefact(f"p{number}", f"P{number}", url=f"https://huggingface.co/own/p{number}/tree/main")
        for number, _ in enumerate(methods)
    ]
    return family(
        LineageFile(
            licences=(licence,),
            artefacts=(Artefact("child", "Child"), *parents),
            grants=(Grant("child", licence.id, JAN, certain=certain),),
            derivations=tuple(
                Derivation(parent.id, "child", method, JAN) for parent, method in zip(parents, methods, strict=True)
            ),
        ),
        "child",
    )


@pytest.mark.parametrize(
    ("methods", "relation"),
    [
        (("finetune",), "finetune"),
        (("continue", "finetune"), "finetune"),
        (("lora-train",), "adapter"),
        (("merge", "merge"), "merge"),
        (("merge", "lora-merge", "finetune"), "merge"),
        (("convert",), "quantized"),
        (("mirror",), None),
        (("lora-train", "convert"), None),
    ],
)
def test_bases_share_one_word_or_have_none(methods: tuple[str, ...], relation: str | None) -> None:
    block = hugging_face_block(made_from(*methods))

    fields = fields_of(block)
    assert fields["base_model"] == [f"own/p{number}" for number in range(len(methods))]
    assert fields.get("base_model_relation") == relation
    assert ("# base_model_relation: no one word fits" in block) == (relation is None)


@pytest.mark.parametrize("method", ["component", "subtract"])
def test_what_is_no_base_there_is_a_remark(method: str) -> None:
    block = hugging_face_block(made_from(method))

    assert "base_model" not in fields_of(block) and f"# Made from P0 (own/p0), by {method}." in block


@pytest.mark.parametrize(
    ("licence", "fields"),
    [
        (Licence("mit"), {"license": "mit"}),
        (Licence("x", spdx="GPL-3.0-only"), {"license": "gpl-3.0"}),
        (
            Licence("c", spdx="LicenseRef-scancode-stable-diffusion-2022-08-22"),
            {"license": "creativeml-openrail-m"},
        ),
        (
            Licence("house-1", url="https://example.org/a b"),
            {"license": "other", "license_name": "house-1", "license_link": "https://example.org/a%20b"},
        ),
        (Licence("a: b", url="javascript:alert(1)"), {"license": "other", "license_name": "a-b-75cd1899337f"}),
    ],
)
def test_a_licence_is_one_that_is_known_there_or_other_with_its_name(
    licence: Licence, fields: dict[str, object]
) -> None:
    assert fields_of(hugging_face_block(made_from(licence=licence))) == fields


def test_what_is_not_known_or_not_certain_stands_in_comments() -> None:
    nothing = replace(made_from(), subject="child")
    doubtful = hugging_face_block(made_from(certain=False))
    unknown = hugging_face_block(family(LineageFile(artefacts=(Artefact("a", "A"),)), "a", planned=frozenset({"a"})))

    assert "license" in fields_of(hugging_face_block(nothing))
    assert "# license: claimed to be mit, which is not certain" in doubtful and fields_of(doubtful) == {}
    assert f"# license: not known on {DAY}" in unknown and "# Planned: nobody has made" in unknown
    many = hugging_face_block(a_family_of_all_kinds())
    assert "# Said to be made from Copy, which has no repository on record here, by component." in many
    assert "# It has further parents, which are not disclosed." in many


def test_our_own_reader_reads_it_back() -> None:
    block = hugging_face_block(made_from("merge", "merge"))

    proposal = import_model_card(block + "# Child\n", CardSource("own/child", seen_on=DAY)).as_file()

    assert {made.parent for made in proposal.derivations} == {"huggingface:own/p0", "huggingface:own/p1"}
    assert {made.method for made in proposal.derivations} == {"merge"}
    assert proposal.artefacts[0].claimed_label == "mit"


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(families())
def test_any_family_makes_yaml_with_known_keys_alone(family: ExportedFamily) -> None:
    block = hugging_face_block(family)

    fields = fields_of(block)
    proposal = import_model_card(block, CardSource("own/child", seen_on=DAY))
    assert fields.keys() <= KEYS
    assert block.splitlines().count("---") == 2
    bases = fields.get("base_model", [])
    assert isinstance(bases, list) and len(proposal.derivations) == len(bases)
    assert {line[0] for line in block.splitlines()} <= {"-", "#", "l", "b"}
