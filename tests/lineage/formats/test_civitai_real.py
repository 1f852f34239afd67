"""Twenty-five real models of July 2023, as Civitai's API would have given them.

`civitai_2023_07.json` holds facts: permissions seen on 5 July 2023, versions, days and hashes.
"""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lineage.engine.document import Question
from lineage.engine.judging import judge
from lineage.engine.reading import read
from lineage.engine.writing import write
from lineage.formats.civitai import import_civitai
from lineage.formats.proposals import Proposal

FACTS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("civitai_2023_07.json").read_text(encoding="utf-8"))
SEEN = date(2023, 7, 5)


def as_civitai(fact: dict[str, Any]) -> dict[str, Any]:
    """One model in the shape of the API."""
    return {
        "id": fact["civitai_id"],
        "name": fact["name"],
        "type": "Checkpoint",
        "nsfw": False,
        **fact["flags_2023_07"],
        "modelVersions": [version_of(fact, version) for version in fact["versions"]],
    }


def version_of(fact: dict[str, Any], version: dict[str, Any]) -> dict[str, Any]:
    hashes = zip(version["sha256"], version["autov1"], strict=True)
    return {
        "id": version["id"],
        "modelId": fact["civitai_id"],
        "name": version["name"],
        "createdAt": f"{version['created']}T12:00:00.000Z",
        "baseModel": version["base"],
        "files": [
            {
                "type": "Model",
                "primary": not number,
                "hashes": {"SHA256": sha256, "AutoV1": autov1, "AutoV2": sha256[:10]},
            }
            for number, (sha256, autov1) in enumerate(hashes)
        ],
    }


@pytest.fixture(scope="module")
def proposal() -> Proposal:
    return import_civitai(json.dumps([as_civitai(fact) for fact in FACTS]), seen_on=SEEN)


def test_every_file_is_there_once_with_its_hash_and_its_day(proposal: Proposal) -> None:
    artefacts = {a.value.id: a.value for a in proposal.artefacts if a.value.id.startswith("civitai:")}
    expected = {f"civitai:{fact['civitai_id']}@{v['id']}": v for fact in FACTS for v in fact["versions"]}

    # The fixed safetensors of DreamShaper 2.52 is the same file as its first release.
    assert set(expected) - set(artefacts) == {"civitai:4384@4990"}
    for id, artefact in artefacts.items():
        assert [artefact.sha256] == ([h.lower() for h in expected[id]["sha256"]] or [None])
        assert str(artefact.published_on) == expected[id]["created"]


def test_short_hashes_that_several_files_have_join_nothing(proposal: Proposal) -> None:
    whole = [a.value.sha256 for a in proposal.artefacts if a.value.sha256]

    assert len(whole) == len(set(whole)) == 87


def test_every_version_is_offered_under_the_permissions_of_its_page(proposal: Proposal) -> None:
    licences = {licence.value.id: licence.value for licence in proposal.licences}
    flags = {fact["civitai_id"]: fact["flags_2023_07"] for fact in FACTS}
    forbidding = {"Image": "no-commercial-outputs", "Rent": "no-monetised-hosting", "Sell": "no-selling-weights"}
    order = ["None", "Image", "Rent", "Sell"]

    assert len(proposal.grants) == 92
    for grant in proposal.grants:
        page = flags[int(grant.value.artefact.split(":")[1].split("@")[0])]
        terms = {term.id for term in licences[grant.value.licence].terms}
        more = order[order.index(page["allowCommercialUse"]) + 1 :]
        assert terms == {forbidding[use] for use in more} | (set() if page["allowNoCredit"] else {"attribution"})
        same = "same-permissions" in licences[grant.value.licence].outbound
        assert same is not page["allowDifferentLicense"]
        assert (grant.value.starts, grant.value.certain) == (SEEN, False)


def test_nothing_about_ancestors_is_made_up(proposal: Proposal) -> None:
    assert {edge.certainty for edge in proposal.derivations} == {"candidate"}
    assert {edge.value.parent for edge in proposal.derivations} == {"base-model:SD-1.5", "base-model:SD-2.1-768"}


def test_the_licences_are_those_that_the_stories_already_know(proposal: Proposal) -> None:
    pony = read((Path(__file__).parents[3] / "lineage" / "data" / "pony.json").read_text(encoding="utf-8"))
    known = {licence.id: licence for licence in pony.licences}
    ours = {licence.value.id: licence.value for licence in proposal.licences}

    both = known.keys() & ours.keys()

    assert len(both) == 2
    for id in both:
        assert {term.id for term in known[id].terms} == {term.id for term in ours[id].terms}
        assert known[id].outbound == ours[id].outbound


@pytest.mark.parametrize(
    ("artefact", "action", "day", "verdict"),
    [
        ("civitai:6424@7543", "sell-outputs", SEEN, "unclear"),  # None: would be blocked, if the page were certain
        ("civitai:25494@51395", "sell-outputs", SEEN, "allowed"),  # Image
        ("civitai:25494@51395", "sell-weights", SEEN, "unclear"),
        ("civitai:25494@51395", "sell-outputs", date(2023, 7, 4), "unclear"),  # nobody looked on the day before
        ("civitai:28059@33626", "sell-weights", SEEN, "allowed"),  # Sell
    ],
)
def test_what_is_proposed_can_be_judged(
    proposal: Proposal, artefact: str, action: str, day: date, verdict: str
) -> None:
    file = proposal.as_file()
    assert read(write(file)) == file

    asked = replace(file, questions=(Question("q", artefact, action, day),))

    assert judge(asked)["answers"][0]["verdict"] == verdict
