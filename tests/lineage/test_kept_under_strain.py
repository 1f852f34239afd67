"""What is kept holds while the database is slow or away, and whoever asks for what does not exist."""

import time
from dataclasses import replace

import pytest
from django.db import OperationalError, connection
from django.http import Http404

from lineage import kept as places
from lineage.kept import kept
from lineage.models import Version
from tests.at_once import ends_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nothing_is_kept")]

MANY = 600.0


def nothing_there() -> int:
    raise Http404


def test_whoever_asks_for_what_does_not_exist_pushes_nothing_out() -> None:
    makings: list[int] = []

    def make() -> int:
        makings.append(Version.objects.count())
        return len(makings)

    for _ in range(2):
        kept("asked for often", make, seconds=MANY)
    for number in range(places.MOST + 1):
        with pytest.raises(Http404):
            kept(f"made up {number}", nothing_there, seconds=MANY)

    assert kept("asked for often", make, seconds=MANY) == 2
    assert len(places._places) == 1


def test_those_who_wait_for_a_database_that_hangs_do_not_hang_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def in_vain() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 1000")
            cursor.execute("SELECT pg_sleep(20)")

    monkeypatch.setattr(places, "PATIENCE", 0.2)
    kept("hanging", lambda: None, seconds=MANY)
    began = time.monotonic()

    ends = ends_at_once(*[lambda: kept("hanging", in_vain, seconds=MANY)] * 12)

    assert [type(end) for end in ends] == [OperationalError] * 12
    # One after the other would take twelve seconds; a busy machine takes more than the two that it should.
    assert time.monotonic() - began < 10


def test_what_failed_is_made_by_whoever_asks_next() -> None:
    def in_vain() -> int:
        raise OperationalError

    kept("broken", Version.objects.count, seconds=MANY)
    with pytest.raises(OperationalError):
        kept("broken", in_vain, seconds=MANY)

    assert [kept("broken", Version.objects.count, seconds=MANY) for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize("question", ["SELECT 7 -- in words", "SELECT 7;", "VALUES (7)", "(SELECT 7) UNION (SELECT 7)"])
def test_what_cannot_be_asked_again_is_made_each_time(question: str) -> None:
    makings: list[object] = []

    def make() -> object:
        with connection.cursor() as cursor:
            cursor.execute(question)
            makings.append(cursor.fetchall())
        return makings[-1]

    assert [kept(question, make, seconds=MANY) for _ in range(3)] == [[(7,)]] * 3
    assert len(makings) == 3


@pytest.mark.parametrize(
    "question",
    [
        "SELECT NULL, '', '{\"a\": [1, null]}'::jsonb, '{}'::json, ARRAY[1, NULL], interval '1 day', 'é日本%s\"'",
        "SELECT row(1, 2), '\\x00ff'::bytea, 'NaN'::float8, 1 AS a, 2 AS a",
        "SELECT",
    ],
)
def test_answers_of_every_kind_are_asked_again(question: str) -> None:
    makings: list[int] = []

    def make() -> int:
        with connection.cursor() as cursor:
            cursor.execute(question)
        makings.append(1)
        return len(makings)

    assert [kept(question, make, seconds=MANY) for _ in range(4)] == [1, 2, 2, 2]


def test_what_is_over_is_let_go_when_something_else_is_made() -> None:
    def keep(key: str) -> None:
        for _ in range(2):
            kept(key, Version.objects.count, seconds=MANY)

    keep("seen by many")
    keep("seen by many, too")
    seen = places._places["seen by many"]
    assert seen.kept is not None
    seen.kept = replace(seen.kept, until=time.monotonic())

    keep("another")

    assert [place.kept is None for place in places._places.values()] == [True, False, False]
