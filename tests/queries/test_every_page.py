"""No page asks the database more often because there is more to show: every address, in a small world and a larger."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from campaigns.views import live_sharing
from lineage import kept
from tests.campaigns.creator.desk import at_the_desk, proven
from tests.queries.addresses import MEASURED, NOT_MEASURED, Ask, parts_of
from tests.queries.growing import World
from tests.world import a_person

pytestmark = pytest.mark.django_db

# Few enough that no list is as long as its page is, or what grows on it would not be seen.
FEW, MORE = 1, 7
#: A section that nothing stood in before may cost a few queries once; one query for each of `MORE` things is more.
MOST_BESIDE = 3
#: No page at all asks more often.
MOST = 45


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"
        elif pattern.namespace != "admin":
            yield from names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)


def test_every_address_but_djangos_own_admin_is_measured_or_says_why_not() -> None:
    found = set(names(get_resolver().url_patterns))

    assert found == MEASURED.keys() | NOT_MEASURED.keys()
    assert not MEASURED.keys() & NOT_MEASURED.keys()


def cost_of(ask: Ask, path: str, client: Client) -> tuple[int, int]:
    """The answer's status and the queries of one request of which nothing was kept from an earlier one."""
    cache.clear()
    kept.forget()
    live_sharing.forget()
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(path, ask.sends, content_type="application/json") if ask.sends else client.get(path)
        answer.getvalue()
    return answer.status_code, len(queries)


def costs(parts: dict[str, object], people: dict[str, Client]) -> dict[tuple[str, str], int]:
    """By address and who asks. Every one of them is answered with a page."""
    found = {
        (ask.path, ask.who): cost_of(ask, ask.path.format(**parts), people[ask.who])
        for asks in MEASURED.values()
        for ask in asks
    }
    assert {ask: status for ask, (status, _) in found.items() if status != 200} == {}
    return {ask: number for ask, (_, number) in found.items()}


def test_no_page_asks_the_database_more_often_because_there_is_more_to_show() -> None:
    world = World()
    world.grow(FEW)
    parts = parts_of(world)
    people = {name: at_the_desk(a_person(name)) if name else Client() for name in ("", "Alice", "Bob", "Carol")}
    people["Sue"] = proven(at_the_desk(a_person("Sue")))

    before = costs(parts, people)
    world.grow(MORE)
    after = costs(parts, people)

    grown = {ask: (few, after[ask]) for ask, few in before.items() if after[ask] > few + MOST_BESIDE}
    assert not grown
    assert {ask: number for ask, number in after.items() if number > MOST} == {}
