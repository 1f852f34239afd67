"""The doors for machines: the schema of the lineage file, and the verdicts on a file that somebody sends."""

import io
import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from lineage import api
from lineage.engine.command import main
from lineage.engine.schema import lineage_schema
from tests.lineage.engine.test_writing import FULL

BRA = Path(__file__).parents[2] / "lineage" / "data" / "bra.json"
AT = datetime(2026, 7, 1, 12, 0, 15, tzinfo=UTC)


def send(client: Client, body: str | bytes, **headers: Any) -> Any:
    return client.post("/api/v1/judge", data=body, content_type="application/json", **headers)


def as_the_command_prints(path: Path) -> str:
    printed, complained = io.StringIO(), io.StringIO()
    assert main([str(path)], printed, complained) == 0, complained.getvalue()
    return printed.getvalue()


def refusal(client: Client, body: str | bytes) -> tuple[int, str, str]:
    answer = send(client, body)
    told = answer.json()
    assert set(told) == {"place", "says"}
    return answer.status_code, told["place"], told["says"]


def test_the_schema_is_published_for_everybody_and_for_long(client: Client, settings: Settings) -> None:
    answer = client.get("/schemas/lineage-1.json")

    assert answer.status_code == 200
    assert answer.json() == lineage_schema(f"{settings.SITE_URL}/schemas/lineage-1.json")
    assert answer["Content-Type"] == "application/schema+json"
    assert answer["Access-Control-Allow-Origin"] == "*" and "max-age=604800" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("path", sorted(BRA.parent.glob("*.json")), ids=lambda path: path.stem)
def test_a_file_is_answered_byte_for_byte_as_by_the_command(client: Client, path: Path) -> None:
    answer = send(client, path.read_bytes())

    assert answer.status_code == 200
    assert answer.content.decode() == as_the_command_prints(path)
    assert answer["Content-Type"] == "application/json" and answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_no_cookie_and_no_token_is_needed() -> None:
    strict = Client(enforce_csrf_checks=True)

    answer = send(strict, BRA.read_bytes(), headers={"Origin": "https://elsewhere.example"})

    assert answer.status_code == 200 and not answer.cookies


@pytest.mark.django_db
def test_what_is_no_json_is_refused_with_line_and_column(client: Client) -> None:
    assert refusal(client, "{") == (
        400,
        "line 1, column 2",
        "this is not JSON: expecting property name enclosed in double quotes",
    )
    assert refusal(client, b"")[0] == 400
    assert refusal(client, b'{"format": "\xff"}')[:2] == (400, "byte 12")


@pytest.mark.django_db
def test_what_is_no_lineage_file_is_refused_with_its_place(client: Client) -> None:
    value = json.loads(BRA.read_text(encoding="utf-8"))
    value["derivations"][3]["parent"] = "chilomix"

    status, place, says = refusal(client, json.dumps(value))

    assert (status, place) == (422, "derivations[3].parent")
    assert says == "no artefact 'chilomix'; did you mean 'chilloutmix'?"


@pytest.mark.django_db
def test_a_file_of_a_million_bytes_is_judged_and_one_byte_more_is_not(client: Client) -> None:
    whole = BRA.read_bytes().rstrip()

    fits = send(client, whole.ljust(1_000_000))

    assert fits.status_code == 200
    assert refusal(client, whole.ljust(1_000_001))[0] == 413
    status, _, says = refusal(client, whole.ljust(3_000_000))
    assert status == 413 and "1,000,000 bytes" in says


def chain_with_questions(length: int, questions: int) -> dict[str, Any]:
    names = [f"v{number}" for number in range(length)]
    return {
        "format": "genseki-lineage/1",
        "licences": [{"id": "l", "terms": [{"id": "no-hosting"}], "outbound": [], "control": []}],
        "artefacts": [{"id": name, "name": name} for name in names],
        "grants": [{"artefact": name, "licence": "l", "from": "2022-01-01"} for name in names],
        "derivations": [
            {"parent": parent, "child": child, "method": "finetune", "obtained_on": "2023-01-01"}
            for child, parent in pairwise(names)
        ],
        "questions": [
            {"id": f"q{number}", "artefact": "v0", "action": "host", "on": "2024-01-01"} for number in range(questions)
        ],
    }


@pytest.mark.django_db
def test_a_file_whose_answers_would_take_too_long_is_refused_before_it_is_judged(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[object] = []
    monkeypatch.setattr(api, "judge", judged.append)

    status, place, says = refusal(client, json.dumps(chain_with_questions(300, 300)))

    assert (status, place) == (422, "questions")
    assert "1,000,000 are the most here: ask fewer questions" in says
    assert judged == []


@pytest.mark.django_db
def test_the_same_family_with_fewer_questions_is_judged(client: Client) -> None:
    answer = send(client, json.dumps(chain_with_questions(300, 1)))

    assert answer.json()["answers"][0]["verdict"] == "blocked"


@pytest.mark.django_db
def test_a_network_has_thirty_tries_a_minute(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineage.api.timezone.now", lambda: AT)
    tries = [send(client, json.dumps(FULL)).status_code for _ in range(30)]

    too_many = send(client, json.dumps(FULL))

    assert tries == [200] * 30
    assert too_many.status_code == 429 and too_many["Retry-After"] == "45"
    assert "try again in 45 seconds" in too_many.json()["says"]
    assert send(client, json.dumps(FULL), REMOTE_ADDR="192.0.2.7").status_code == 200
    monkeypatch.setattr("lineage.api.timezone.now", lambda: AT.replace(minute=1, second=0))
    assert send(client, json.dumps(FULL)).status_code == 200


@pytest.mark.django_db
def test_one_household_of_ipv6_is_one_network(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineage.api.timezone.now", lambda: AT)
    monkeypatch.setattr(api, "MOST_A_MINUTE", 1)

    def tried(address: str) -> int:
        return int(send(client, json.dumps(FULL), REMOTE_ADDR=address).status_code)

    assert [tried("2001:db8::1"), tried("2001:db8::2"), tried("2001:db8:0:1::1")] == [200, 429, 200]


@pytest.mark.django_db
def test_what_is_refused_counts_as_a_try(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineage.api.timezone.now", lambda: AT)
    monkeypatch.setattr(api, "MOST_A_MINUTE", 1)
    send(client, "{")

    assert send(client, json.dumps(FULL)).status_code == 429


def test_only_sending_is_answered(client: Client) -> None:
    assert client.get("/api/v1/judge").status_code == 405
    assert client.post("/schemas/lineage-1.json").status_code == 405
