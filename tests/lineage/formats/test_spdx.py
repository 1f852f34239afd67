"""An SPDX 3 document passes the official bindings, whatever the record holds, and says what the record says.

The bindings are generated from SPDX's own model. Reading checks types, patterns and enumerations, writing back checks
cardinalities, and `link` finds references that lead nowhere.
"""

import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spdx_python_model import v3_0_1 as official

from lineage.formats.exported_family import ExportedFamily
from lineage.formats.spdx import spdx
from lineage.formats.spdx_elements import NO_ASSERTION_LICENCE
from tests.lineage.formats.exported import a_family_of_all_kinds, bra, families, shuffled


def checked(text: str) -> list[dict[str, Any]]:
    """The elements of a document that the bindings take in and write out again."""
    objects = official.SHACLObjectSet()
    official.JSONLDDeserializer().read(io.BytesIO(text.encode()), objects)
    assert objects.link() == set()
    again = io.BytesIO()
    official.JSONLDSerializer().write(objects, again)
    graph: list[dict[str, Any]] = json.loads(text)["@graph"]
    # The bindings call the node without an id as they like.
    renamed = again.getvalue().decode().replace('"_:CreationInfo0"', '"_:creationInfo"')
    written = {json.dumps(_lists(element), sort_keys=True) for element in json.loads(renamed)["@graph"]}
    assert {json.dumps(_lists(element), sort_keys=True) for element in graph} == written
    return graph


def _lists(element: dict[str, Any]) -> dict[str, Any]:
    """References of a document are a set."""
    return {key: sorted(value) if key == "element" else value for key, value in element.items()}


class Document:
    def __init__(self, family: ExportedFamily) -> None:
        self.graph = checked(spdx(family))
        self.by_id = {element["spdxId"]: element for element in self.graph if "spdxId" in element}

    def of_type(self, type: str) -> list[dict[str, Any]]:
        return [element for element in self.graph if element["type"] == type]

    def relations(self, type: str, source: str) -> list[dict[str, Any]]:
        """Relationships of a type that begin at the package of a name."""
        found = (entry for entry in self.of_type("Relationship") if entry["relationshipType"] == type)
        return [entry for entry in found if self.by_id[entry["from"]]["name"] == source]

    def target(self, relation: dict[str, Any]) -> str:
        [id] = relation["to"]
        return "NoAssertion" if id == NO_ASSERTION_LICENCE else str(self.by_id[id]["name"])


def test_the_version_and_its_ancestors_are_ai_packages_with_hash_and_limits() -> None:
    document = Document(bra())

    packages = {package["name"]: package for package in document.of_type("ai_AIPackage")}
    assert {"BRA V4", "BRA V1", "Dreamlike Diffusion 1.0"} <= set(packages)
    assert packages["BRA V4"]["verifiedUsing"][0]["algorithm"] == "sha256"
    assert "team-size-max, from dreamlike-diffusion-1.0" in packages["BRA V4"]["ai_limitation"]
    [root] = document.of_type("SpdxDocument")
    assert root["rootElement"] == [packages["BRA V4"]["spdxId"]]
    assert len(root["element"]) == len(document.by_id) - 1


def test_a_grant_is_a_declared_licence_between_two_days_and_a_gap_is_no_assertion() -> None:
    document = Document(a_family_of_all_kinds())

    declared = [
        (document.target(entry), entry["startTime"][:10], entry.get("endTime", "")[:10], entry["completeness"])
        for entry in document.relations("hasDeclaredLicense", "Base")
    ]
    assert declared == [
        ("House licence", "2022-01-01", "2022-09-01", "complete"),
        ("NoAssertion", "2022-09-01", "2023-01-01", "noAssertion"),
        ("Apache License 2.0", "2023-01-01", "", "complete"),
    ]


def test_what_is_doubtful_or_never_offered_is_not_asserted_and_nothing_is_concluded() -> None:
    document = Document(a_family_of_all_kinds())

    [doubtful] = document.relations("hasDeclaredLicense", "Painter")
    [never] = document.relations("hasDeclaredLicense", "Copy")
    [offer] = document.relations("other", "Base")
    concluded = [document.relations("hasConcludedLicense", name) for name in ("Child", "Base", "Painter", "Copy")]
    assert doubtful["completeness"] == "noAssertion" and "not certain" in doubtful["comment"]
    assert document.target(never) == "NoAssertion" and "startTime" not in never
    assert document.target(offer) == "Paid tier" and "only who accepts" in offer["comment"]
    assert [[document.target(entry) for entry in entries] for entries in concluded] == [["NoAssertion"]] * 4


def test_each_way_of_deriving_has_its_relationship_and_its_day() -> None:
    document = Document(a_family_of_all_kinds())

    [merged] = document.relations("descendantOf", "Child")
    [trained] = document.relations("trainedOn", "Child")
    [part] = document.relations("contains", "Child")
    [made] = document.relations("generates", "Painter")
    [copied] = document.relations("copiedTo", "Base")
    assert document.target(merged) == "Base" and merged["startTime"] == "2022-03-01T00:00:00Z"
    assert merged["completeness"] == "incomplete" and "share: 0.5" in merged["comment"]
    assert trained["to"] == made["to"] and "before 2022-08-01" in trained["comment"]
    assert document.by_id[made["to"][0]]["type"] == "dataset_DatasetPackage"
    assert document.target(part) == "Copy" and "not certain" in part["comment"]
    assert document.target(copied) == "Copy" and copied["completeness"] == "noAssertion"


def test_a_licence_of_our_own_leads_to_what_was_read_of_its_text() -> None:
    document = Document(a_family_of_all_kinds())

    expressions = {entry["name"]: entry for entry in document.of_type("simplelicensing_LicenseExpression")}
    assert expressions["Apache License 2.0"]["simplelicensing_licenseExpression"] == "Apache-2.0"
    assert "simplelicensing_customIdToUri" not in expressions["Apache License 2.0"]
    [entry] = expressions["House licence"]["simplelicensing_customIdToUri"]
    text = document.by_id[entry["value"]]["simplelicensing_licenseText"]
    assert entry["key"] == "LicenseRef-genseki-house-2023-01"
    assert "not part of this record" in text and "team-size-max 10 (clause 4.a)" in text


def test_the_state_and_what_is_inherited_stand_in_notes() -> None:
    document = Document(bra())

    notes = {document.by_id[note["subject"]]["name"]: note for note in document.of_type("Annotation")}
    said = json.loads(notes["BRA V4"]["statement"])
    assert said["genseki:lineage-state"] == "tainted"
    assert any(term["term"] == "no-monetised-hosting" for term in said["genseki:inherited"])


def test_the_ai_profile_is_claimed_only_where_all_that_it_asks_for_is_known() -> None:
    [partly] = Document(a_family_of_all_kinds()).of_type("SpdxDocument")

    assert partly["profileConformance"] == ["core", "software"]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(families(), st.integers(0, 3))
def test_any_family_makes_a_document_that_is_valid_and_always_the_same(family: ExportedFamily, seed: int) -> None:
    graph = checked(spdx(family))

    assert spdx(shuffled(family, seed)) == spdx(family)
    ids = [element["spdxId"] for element in graph if "spdxId" in element]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("found", "put"),
    [
        ('"relationshipType": "descendantOf"', '"relationshipType": "childOf"'),
        ('"startTime": "2022-03-01T00:00:00Z"', '"startTime": "2022-03-01"'),
        ('"software_primaryPurpose"', '"software_purpose"'),
        ('"algorithm": "sha256"', '"algorithm": "sha-256"'),
    ],
)
def test_the_bindings_refuse_what_is_not_spdx(found: str, put: str) -> None:
    text = spdx(a_family_of_all_kinds())
    assert found in text

    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        checked(text.replace(found, put))
