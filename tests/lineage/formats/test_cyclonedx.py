"""A CycloneDX BOM passes the official schema whatever the record holds, and says what the record says."""

import json
from typing import Any

import license_expression
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.formats.cyclonedx import cyclonedx
from lineage.formats.exported_family import ExportedFamily
from tests.lineage.formats.exported import a_family_of_all_kinds, bra, families, shuffled

OFFICIAL = JsonStrictValidator(SchemaVersion.V1_6)


def bom_of(family: ExportedFamily) -> dict[str, Any]:
    text = cyclonedx(family)
    assert OFFICIAL.validate_str(text) is None
    bom: dict[str, Any] = json.loads(text)
    return bom


def property_of(holder: dict[str, Any], name: str) -> list[str]:
    return [entry["value"] for entry in holder.get("properties", ()) if entry["name"] == f"genseki:{name}"]


def test_the_bom_of_bra_v4_names_its_file_its_state_and_its_ancestors() -> None:
    bom = bom_of(bra())

    subject = bom["metadata"]["component"]
    assert subject["type"] == "machine-learning-model" and subject["name"] == "BRA V4"
    assert subject["hashes"][0]["alg"] == "SHA-256" and len(subject["hashes"][0]["content"]) == 64
    assert property_of(subject, "lineage-state") == ["tainted"]
    assert {"Dreamlike Diffusion 1.0", "ChilloutMix"} <= {component["name"] for component in bom["components"]}
    depends = {entry["ref"]: entry.get("dependsOn", []) for entry in bom["dependencies"]}
    assert depends["artefact:bra-v4"] == ["artefact:bra-v1", "artefact:bra-v3"]


def test_the_model_card_tells_uses_limits_and_every_inherited_term_with_its_path() -> None:
    card = bom_of(bra())["metadata"]["component"]["modelCard"]

    considerations = card["considerations"]
    assert "paid-service: blocked (no-monetised-hosting)" in considerations["useCases"]
    assert any(
        "team-size-max 10, from dreamlike-diffusion-1.0" in text for text in considerations["technicalLimitations"]
    )
    terms = [json.loads(value) for value in property_of(card, "inherited")]
    hosting = next(term for term in terms if term["term"] == "no-monetised-hosting" and term["certain"])
    assert hosting["path"][0] == "bra-v4" and hosting["path"][-1] == "dreamlike-diffusion-1.0"


def test_every_component_says_how_and_when_it_was_made_from_each_parent() -> None:
    subject = bom_of(a_family_of_all_kinds())["metadata"]["component"]

    ways = {property_of(stub, "method")[0]: stub for stub in subject["pedigree"]["ancestors"]}
    assert property_of(ways["merge"], "share") == ["0.5"] and property_of(ways["merge"], "certain") == ["true"]
    assert property_of(ways["merge"], "obtained-from") == ["2022-03-01"]
    assert property_of(ways["train-on-outputs"], "obtained-until") == ["2022-08-01"]
    assert property_of(ways["component"], "certain") == ["false"]
    assert subject["modelCard"]["modelParameters"]["datasets"][0]["name"] == "Outputs of Painter"


def test_licences_have_their_days_and_gaps_are_told() -> None:
    base = next(part for part in bom_of(a_family_of_all_kinds())["components"] if part["name"] == "Base")

    licences = {entry["license"].get("id") or entry["license"]["name"]: entry["license"] for entry in base["licenses"]}
    assert set(licences) == {"House licence", "Apache-2.0", "Paid tier"}
    assert property_of(licences["House licence"], "spdx-expression") == ["LicenseRef-genseki-house-2023-01"]
    assert property_of(licences["House licence"], "granted-until") == ["2022-09-01"]
    assert property_of(licences["Paid tier"], "optional") == ["true"]
    assert property_of(base, "unknown-licence-from") == ["2022-09-01"]
    assert property_of(base, "unknown-licence-until") == ["2023-01-01"]


def test_missing_parents_are_incomplete_and_none_on_record_is_unknown() -> None:
    compositions = bom_of(a_family_of_all_kinds())["compositions"]

    told = {entry["aggregate"]: entry["dependencies"] for entry in compositions}
    assert told == {"incomplete": ["artefact:child"], "unknown": ["artefact:base", "artefact:painter"]}


def test_every_id_that_counts_as_listed_is_on_the_list_of_the_schema() -> None:
    keys = [entry["spdx_license_key"] for entry in license_expression.get_license_index() if not entry["is_exception"]]
    listed = [key for key in keys if key and not key.startswith("LicenseRef-")]

    licences = [{"license": {"id": key}} for key in sorted(set(listed))]
    components = [{"type": "data", "name": "all", "licenses": licences}]
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}

    assert len(listed) > 500 and OFFICIAL.validate_str(json.dumps(bom)) is None


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(families(), st.integers(0, 3))
def test_any_family_makes_a_valid_bom_that_is_always_the_same(family: ExportedFamily, seed: int) -> None:
    bom = bom_of(family)

    assert cyclonedx(shuffled(family, seed)) == cyclonedx(family)
    references = [part["bom-ref"] for part in [bom["metadata"]["component"], *bom["components"]]]
    assert len(set(references)) == len(references)
    assert {reference for entry in bom["dependencies"] for reference in entry.get("dependsOn", ())} <= set(references)


def test_another_record_gets_another_serial_number() -> None:
    one, other = bom_of(bra("bra-v4")), bom_of(bra("bra-v3"))

    assert one["serialNumber"] != other["serialNumber"]
