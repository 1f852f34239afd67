"""What a replacement would free, for machines: on two files of theirs, and on versions on file."""

import io
import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lineage import api
from lineage.engine.whatif_command import main
from tests.lineage.documents import DATA, a_line_of, put_on_record, the_bra_family

BRA = json.loads((DATA / "bra.json").read_text(encoding="utf-8"))
PLAN = json.loads((DATA / "bra-clean-plan.json").read_text(encoding="utf-8"))
AT = datetime(2026, 7, 1, 12, 0, 15, tzinfo=UTC)
ASKED = {"file": BRA, "replace": "bra-v1", "with": PLAN, "on": "2023-07-05"}


def send(client: Client, asked: object, **headers: Any) -> Any:
    body = asked if isinstance(asked, str | bytes) else json.dumps(asked)
    return client.post("/api/v1/what-if", data=body, content_type="application/json", **headers)


def refusal(client: Client, asked: object) -> tuple[int, str, str]:
    answer = send(client, asked)
    told = answer.json()
    assert set(told) == {"place", "says"}
    return answer.status_code, told["place"], told["says"]


def a_fan_of(number: int) -> dict[str, Any]:
    """A long chain, so that each of its members has all those before it as ancestors."""
    names = [f"v{each}" for each in range(number)]
    return {
        "format": "genseki-lineage/1",
        "licences": [{"id": "l", "terms": [{"id": "no-hosting"}], "outbound": [], "control": []}],
        "artefacts": [{"id": name, "name": name} for name in names],
        "grants": [{"artefact": name, "licence": "l", "from": "2022-01-01"} for name in names],
        "derivations": [
            {"parent": parent, "child": child, "method": "finetune", "obtained_on": "2023-01-01"}
            for parent, child in pairwise(names)
        ],
    }


@pytest.mark.django_db
def test_the_answer_is_byte_for_byte_what_the_command_prints(client: Client, tmp_path: Path) -> None:
    printed = io.StringIO()
    files = [str(DATA / "bra.json"), "--replace", "bra-v1", "--with", str(DATA / "bra-clean-plan.json")]
    options = ["--on", "2023-07-05", "--taken-on", "2023-07-06", "--policy", "lenient", "--fact", "team_size=25"]
    assert main([*files, *options], printed, io.StringIO()) == 0

    facts = {"team_size": 25}
    answer = send(client, {**ASKED, "taken_on": "2023-07-06", "policy": "lenient", "facts": facts})

    assert answer.status_code == 200 and answer.content.decode() == printed.getvalue()
    assert answer["Cache-Control"] == "no-store" and answer["Content-Type"] == "application/json"


@pytest.mark.django_db
def test_the_replacement_can_be_named(client: Client) -> None:
    answer = send(client, {**ASKED, "as": "bra-clean-plan-new-half"})

    assert answer.json()["by"] == "bra-clean-plan-new-half"


@pytest.mark.django_db
def test_no_cookie_and_no_token_is_needed() -> None:
    answer = send(Client(enforce_csrf_checks=True), ASKED, headers={"Origin": "https://elsewhere.example"})

    assert answer.status_code == 200 and not answer.cookies


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        ({"replace": "bra-v11"}, "replace", "no artefact 'bra-v11'; did you mean 'bra-v1'?"),
        ({"replace": None}, "replace", "this field must not be null"),
        ({"on": "2023-02-30"}, "on", "'2023-02-30' is not a day; write year-month-day, such as 2023-02-22"),
        ({"as": "bra-v1"}, "as", "the replacement of 'bra-v1' needs an id of its own"),
        ({"policy": "kind"}, "policy", "no policy 'kind'"),
        ({"facts": {"team_size": "ten"}}, "facts.team_size", "this must be a number, not a text"),
        ({"with": []}, "with", "this must be an object, not a list"),
        ({"with": {**PLAN, "format": "other"}}, "with.format", 'this must be "genseki-lineage/1", not "other"'),
        ({"with": BRA}, "as.artefacts", "which one is the replacement? Candidates: none. Name it with --as ID"),
        ({"wiht": PLAN}, "wiht", "there is no such field here; did you mean 'with'?"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(client: Client, change: dict[str, Any], place: str, says: str) -> None:
    assert refusal(client, {**ASKED, **change}) == (422, place, says)


@pytest.mark.django_db
def test_two_files_that_tell_one_thing_differently_are_refused(client: Client) -> None:
    other = json.loads(json.dumps(PLAN))
    other["licences"][0]["terms"] = []

    status, place, says = refusal(client, {**ASKED, "with": other})

    assert (status, place) == (422, "with.licences") and "is told differently in the two files" in says


@pytest.mark.django_db
def test_what_is_no_json_or_too_large_is_refused(client: Client) -> None:
    assert refusal(client, "{")[:2] == (400, "line 1, column 2")
    assert refusal(client, json.dumps(ASKED).ljust(1_000_001))[0] == 413
    assert refusal(client, json.dumps(ASKED).ljust(3_000_000))[0] == 413
    assert send(client, json.dumps(ASKED).ljust(1_000_000)).status_code == 200


@pytest.mark.django_db
def test_what_would_take_too_long_is_refused_before_it_is_judged(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[object] = []
    monkeypatch.setattr("lineage.engine.whatif_request.what_if", judged.append)
    new = {**a_fan_of(0), "artefacts": [{"id": "new", "name": "new"}]}

    status, place, says = refusal(client, {"file": a_fan_of(2_000), "replace": "v0", "with": new, "on": "2024-01-01"})

    assert (status, place) == (422, "file") and "1,000,000 steps" in says and judged == []


@pytest.mark.django_db
def test_the_tries_of_both_doors_count_together(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineage.api.timezone.now", lambda: AT)
    monkeypatch.setattr(api, "MOST_A_MINUTE", 2)
    client.post("/api/v1/judge", data="{", content_type="application/json")
    send(client, "{")

    refused = send(client, ASKED)

    assert refused.status_code == 429 and refused["Retry-After"] == "45"
    put_on_record(a_line_of(2))
    assert client.get("/api/v1/versions/v0/what-if").status_code == 429


def test_only_sending_is_answered(client: Client) -> None:
    assert client.get("/api/v1/what-if").status_code == 405
    assert client.post("/api/v1/versions/v0/what-if").status_code == 405


@pytest.mark.django_db
def test_versions_on_file_are_asked_by_their_ids(client: Client) -> None:
    put_on_record(the_bra_family())

    stand_in = client.get("/api/v1/versions/bra-v1/what-if?on=2023-07-05").json()
    other = client.get("/api/v1/versions/chilloutmix/what-if?with=stable-diffusion-1.5&on=2023-07-05").json()

    assert stand_in["freed"] == ["bra-v1", "bra-v4"] and stand_in["by"] == "clean-stand-in" and stand_in["complete"]
    assert other["by"] == "stable-diffusion-1.5" and "bra-v4" in other["freed"]
    assert stand_in["stays"][0]["because"][0]["path"] == ["chilled-remixr", "bra-v3"]


@pytest.mark.django_db
def test_an_answer_says_whether_it_is_complete_and_for_which_day(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_record(a_line_of(6))
    monkeypatch.setattr("lineage.verdicts.replacements.MOST_BELOW", 3)

    told = client.get("/api/v1/versions/v0/what-if").json()

    assert not told["complete"] and told["freed"] == ["v1", "v2", "v3"]
    assert told["on"] == timezone.localdate().isoformat()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "place"), [("with=nowhere", "with"), ("with=v0", "with"), ("on=soon", "on"), ("with=a%00", "with")]
)
def test_what_is_wrong_in_the_address_is_named(client: Client, query: str, place: str) -> None:
    put_on_record(a_line_of(2))

    answer = client.get(f"/api/v1/versions/v0/what-if?{query}")

    assert answer.status_code == 422 and answer.json()["place"] == place and answer.json()["says"]


@pytest.mark.django_db
def test_an_unknown_version_is_not_found(client: Client) -> None:
    assert client.get("/api/v1/versions/nowhere/what-if").status_code == 404


@pytest.mark.django_db
def test_a_family_that_is_too_large_points_to_the_command(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    put_on_record(a_line_of(6))
    monkeypatch.setattr("lineage.verdicts.replacements.LARGEST_FAMILY", 5)

    answer = client.get("/api/v1/versions/v3/what-if")

    assert answer.status_code == 422 and "manage.py what_if" in answer.json()["says"]
