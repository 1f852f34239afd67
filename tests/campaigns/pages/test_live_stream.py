"""Pages that hold a stream are told what is new, all of them from one look at the database."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.test import Client, RequestFactory
from pytest_django import Settings

from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from campaigns.views import live_audience, live_door, live_pace, live_sharing, live_snapshot, live_stream
from campaigns.views.live_audience import IN_A_TURN, MOST_TURNS, Stream
from campaigns.views.live_pace import MOST_LOOKS, STREAMED_BELOW, seconds_between_looks
from campaigns.views.live_snapshot import Snapshot
from campaigns.views.live_stream import Streams
from campaigns.views.standing import standing
from config.wsgi import application
from lineage import kept
from tests.at_once import elsewhere
from tests.campaigns.pages import world
from tests.open_page import OpenPage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nobody_has_watched_yet")]

ITS_PAGE = "/en/c/clean-bra/"
LIVE, IN_JAPANESE = "/en/c/clean-bra/live/", "/ja/c/clean-bra/live/"
Told = Callable[[Streams], Awaitable[None]]


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same order of things in a twentieth of the time."""
    monkeypatch.setattr(live_audience, "TOLD_APART", 0.06)
    monkeypatch.setattr("campaigns.views.live_pace.BETWEEN_LOOKS", 0.02)


@pytest.fixture(autouse=True)
def on_a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is given up because the tests wait for the machine; where that is the point a test says how soon."""
    monkeypatch.setattr(live_stream, "A_LOOK", 60.0)
    monkeypatch.setattr(live_audience, "FRESH", 60.0)
    monkeypatch.setattr(live_audience, "BLIND", 120.0)


@pytest.fixture
def during() -> Iterator[Callable[[Told], Streams]]:
    """Runs a story beside an application of its own, which is given back when the story is over."""
    pool = ThreadPoolExecutor(1)

    def runs(story: Told) -> Streams:
        streams = Streams(pool=pool)
        asyncio.run(_told(story, streams))
        return streams

    yield runs
    pool.submit(connections.close_all).result()
    pool.shutdown()


async def _told(story: Told, streams: Streams) -> None:
    async with asyncio.timeout(400):
        await story(streams)


def test_a_page_is_told_how_it_stands_and_then_each_coin_in_its_own_language(
    bra: Campaign, now: datetime, client: Client, soon: None, during: Callable[[Told], Streams]
) -> None:
    async def story(streams: Streams) -> None:
        async with OpenPage(streams, LIVE) as english, OpenPage(streams, IN_JAPANESE) as japanese:
            first, hers = await english.next(), await japanese.next()
            assert (english.status, english.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
            # Nothing on the way shall keep it, in memory or to itself.
            assert english.headers["x-accel-buffering"] == "no" and "no-store" in english.headers["cache-control"]
            assert first.kind == hers.kind == "numbers" and "Raised" in first.data and "のワンコイン" in hers.data

            elsewhere(lambda: world.coin(bra, now))
            then, hers_then = await english.next(), await japanese.next()

            assert 'data-amount="500"' in then.data and 'data-amount="500"' in hers_then.data
            assert then.version > first.version
            # What a stream tells is to the byte what a page is told that asks.
            assert then.data.strip() == elsewhere(lambda: client.get(LIVE).content).decode().strip()

    during(story)


def test_a_page_hears_that_nothing_is_new_and_is_not_sent_the_same_numbers_twice(
    bra: Campaign, now: datetime, soon: None, during: Callable[[Told], Streams], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_audience, "STILL_HERE", 0.15)

    async def story(streams: Streams) -> None:
        async with OpenPage(streams, LIVE) as page:
            events = [await page.next() for _ in range(4)]
            elsewhere(lambda: world.coin(bra, now))
            while (event := await page.next()).kind == "same":
                events.append(event)

        assert [each.kind for each in events] == ["numbers", *["same"] * (len(events) - 1)]
        assert [each.version for each in events] == sorted(each.version for each in events)
        assert all(each.data == str(each.version) for each in events[1:])
        assert 'data-amount="500"' in event.data

    during(story)


def test_many_pages_cost_as_many_looks_as_one(
    bra: Campaign, now: datetime, soon: None, during: Callable[[Told], Streams], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    written = live_stream._written

    def counted(slug: str) -> Snapshot | None:
        looks.append(slug)
        return written(slug)

    monkeypatch.setattr(live_stream, "_written", counted)
    people = IN_A_TURN * MOST_TURNS // 10

    async def story(streams: Streams) -> None:
        first = await OpenPage(streams, LIVE).__aenter__()
        await first.next()
        pages = [await OpenPage(streams, LIVE).__aenter__() for _ in range(people)]
        assert {(await page.next()).kind for page in pages} == {"numbers"}
        looks.clear()
        began = time.monotonic()

        elsewhere(lambda: world.coin(bra, now))
        told = [await page.next() for page in [first, *pages]]

        as_many_as_one = (time.monotonic() - began) / live_pace.BETWEEN_LOOKS + 2
        assert len(looks) <= as_many_as_one and {'data-amount="500"' in each.data for each in told} == {True}
        assert (len(streams.audiences), streams.open) == (1, people + 1)
        for page in [first, *pages]:
            await page.__aexit__(None, None, None)

    left = during(story)

    assert (left.audiences, left.open) == ({}, 0)


def test_numbers_that_move_all_the_time_are_told_together(
    bra: Campaign, now: datetime, soon: None, during: Callable[[Told], Streams], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_audience, "TOLD_APART", 1.0)

    async def story(streams: Streams) -> None:
        async with OpenPage(streams, LIVE) as page:
            await page.next()
            began = time.monotonic()
            for _ in range(6):
                elsewhere(lambda: world.coin(bra, now))
                await asyncio.sleep(0.02)
            told = [await page.next()]
            while 'data-amount="3000"' not in told[-1].data:
                told.append(await page.next())

        assert len(told) <= (time.monotonic() - began) / live_audience.TOLD_APART + 1

    during(story)


def test_a_page_that_takes_nothing_for_long_is_let_go_and_a_slow_one_gets_the_newest(
    bra: Campaign, now: datetime, soon: None, during: Callable[[Told], Streams], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_stream, "PATIENCE", 120.0)

    async def hears_of_a_coin(page: OpenPage, amount: int) -> None:
        elsewhere(lambda: world.coin(bra, now))
        while f'data-amount="{amount}"' not in (await page.next()).data:
            pass

    async def story(streams: Streams) -> None:
        async with OpenPage(streams, LIVE) as slow, OpenPage(streams, LIVE) as quick, OpenPage(streams, LIVE) as stuck:
            for page in (slow, quick, stuck):
                await page.next()
            slow.reads.clear()
            await hears_of_a_coin(quick, 500)
            # Who is being waited for by now has all the time that it needs.
            monkeypatch.setattr(live_stream, "PATIENCE", 0.3)
            stuck.reads.clear()
            for amount in (1_000, 1_500):
                await hears_of_a_coin(quick, amount)

            await stuck.until_ended()
            slow.reads.set()
            told = [await slow.next(), await slow.next()]

            assert 'data-amount="500"' in told[0].data and 'data-amount="1500"' in told[1].data
            assert streams.open == 2

    during(story)


def test_what_ends_the_campaign_ends_the_stream_and_nobody_is_told_what_is_not_public(
    bra: Campaign, now: datetime, soon: None, during: Callable[[Told], Streams]
) -> None:
    async def story(streams: Streams) -> None:
        async with OpenPage(streams, LIVE) as page, OpenPage(streams, IN_JAPANESE) as other:
            await page.next()
            elsewhere(lambda: Campaign.objects.filter(pk=bra.pk).update(stage=Stage.RELEASED, closed_at=now))
            await page.until_ended()
            await other.until_ended()
        async with OpenPage(streams, LIVE) as over:
            await over.until_ended()
        elsewhere(lambda: Campaign.objects.filter(pk=bra.pk).update(stage=Stage.DRAFT))
        async with OpenPage(streams, LIVE) as draft, OpenPage(streams, "/en/c/nothing/live/") as nothing:
            await draft.until_ended()
            await nothing.until_ended()

        assert (over.status, draft.status, nothing.status) == (204, 404, 404)
        assert over.events.empty() and draft.events.empty()

    left = during(story)

    assert left.audiences == {}


def test_without_the_database_a_page_hears_nothing_and_goes_on_when_it_is_back(
    bra: Campaign, now: datetime, soon: None, during: Callable[[Told], Streams], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_sharing, "REST", 0.05)
    monkeypatch.setattr(live_audience, "STILL_HERE", 0.05)

    def fails(*_: Any, **__: Any) -> Any:
        raise OperationalError("the server closed the connection unexpectedly")

    async def story(streams: Streams) -> None:
        async with OpenPage(streams, LIVE) as page:
            await page.next()
            monkeypatch.setattr(live_sharing, "look", fails)
            await _is_silent(page)
            assert not page.task.done()
            live_sharing.forget()
            async with OpenPage(streams, "/en/c/other/live/") as newcomer:
                await newcomer.until_ended()

            monkeypatch.setattr(live_sharing, "look", live_snapshot.look)
            elsewhere(lambda: world.coin(bra, now))
            while 'data-amount="500"' not in (await page.next()).data:
                pass

        assert newcomer.status == 503

    during(story)


async def _is_silent(page: OpenPage) -> None:
    """A look that was on its way may still be told of; then nothing is, for much longer than usual."""
    while True:
        await asyncio.sleep(6 * live_audience.STILL_HERE)
        if page.events.empty():
            return
        while not page.events.empty():
            await page.next()


def test_a_fault_of_ours_lets_the_pages_go_and_the_next_page_is_served_again(
    bra: Campaign, soon: None, during: Callable[[Told], Streams], monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def breaks(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    async def story(streams: Streams) -> None:
        async with OpenPage(streams, LIVE) as page:
            await page.next()
            monkeypatch.setattr(live_sharing, "look", breaks)
            await page.until_ended()
        monkeypatch.setattr(live_sharing, "look", live_snapshot.look)
        async with OpenPage(streams, LIVE) as again:
            assert (await again.next()).kind == "numbers"

    during(story)

    assert "nobody looks at clean-bra any more" in caplog.text


def test_more_pages_than_the_process_takes_are_sent_away_to_ask(
    bra: Campaign, soon: None, during: Callable[[Told], Streams]
) -> None:
    async def story(streams: Streams) -> None:
        streams.most = 1
        async with OpenPage(streams, LIVE) as first:
            await first.next()
            async with OpenPage(streams, LIVE) as second, OpenPage(streams, "/healthz") as health:
                await second.until_ended()
                await health.until_ended()
        async with OpenPage(streams, LIVE) as third:
            await third.next()

        assert (second.status, health.status, third.status) == (503, 200, 200)

    during(story)


@pytest.mark.parametrize(
    ("proxies", "first", "neighbour", "status"),
    [
        (0, ("192.0.2.7", ""), ("192.0.2.7", ""), 503),
        (0, ("192.0.2.7", ""), ("192.0.2.8", ""), 200),
        # Whatever somebody says who is no proxy of ours.
        (0, ("192.0.2.7", ""), ("192.0.2.7", "192.0.2.8"), 503),
        (1, ("10.0.0.1", "192.0.2.7"), ("10.0.0.1", "192.0.2.8, 192.0.2.7"), 503),
        (1, ("10.0.0.1", "192.0.2.7"), ("10.0.0.1", "192.0.2.8"), 200),
        # A household of IPv6 has as many addresses as it likes.
        (0, ("2001:db8::7", ""), ("2001:db8::8", ""), 503),
        # At this machine may stand a proxy of which we were not told.
        (0, ("127.0.0.1", ""), ("127.0.0.1", ""), 200),
    ],
)
def test_one_network_leaves_room_for_the_others(
    proxies: int, first: tuple[str, str], neighbour: tuple[str, str], status: int,
    bra: Campaign, during: Callable[[Told], Streams], settings: Settings,
) -> None:  # fmt: skip
    settings.TRUSTED_PROXY_COUNT = proxies

    async def story(streams: Streams) -> None:
        streams.most_of_a_network = 1
        async with OpenPage(streams, LIVE, *first) as page:
            await page.next()
            async with OpenPage(streams, LIVE, *neighbour) as second:
                await (second.next() if status == 200 else second.until_ended())
        async with OpenPage(streams, LIVE, *neighbour) as later:
            await later.next()

        assert (second.status, later.status) == (status, 200)

    streams = during(story)

    assert streams.open == 0 and not streams.of_networks, "whoever has left is not kept in mind"


@pytest.mark.parametrize(("path", "method"), [(ITS_PAGE, "GET"), (LIVE, "POST"), ("/", "GET")])
def test_there_is_nothing_else_in_the_process(
    path: str, method: str, bra: Campaign, during: Callable[[Told], Streams]
) -> None:
    async def story(streams: Streams) -> None:
        async with OpenPage(streams, path, method=method) as page:
            await page.until_ended()

        assert page.status == 404 and page.events.empty()

    during(story)


def test_nobody_looks_for_pages_that_are_closed(bra: Campaign, soon: None, during: Callable[[Told], Streams]) -> None:
    async def story(streams: Streams) -> None:
        async with OpenPage(streams, LIVE) as page, OpenPage(streams, LIVE) as other:
            await page.next()
            await other.next()
            (audience,) = streams.audiences.values()
            page.close()
            await page.until_ended()
            assert not audience.task.done() and audience.task.cancelling() == 0
        await asyncio.wait({audience.task}, timeout=120)

        assert audience.task.cancelled() and streams.audiences == {}

    during(story)


def test_who_comes_in_the_moment_in_which_nobody_looks_any_more_gets_somebody_who_does(
    bra: Campaign, now: datetime, soon: None, during: Callable[[Told], Streams]
) -> None:
    async def story(streams: Streams) -> None:
        async with OpenPage(streams, LIVE) as page:
            await page.next()
            (audience,) = streams.audiences.values()
            audience.task.cancel()
            await page.until_ended()
            streams.audiences[audience.slug] = audience
            async with OpenPage(streams, LIVE) as newcomer:
                await newcomer.next()
                elsewhere(lambda: world.coin(bra, now))
                while 'data-amount="500"' not in (await newcomer.next()).data:
                    pass

    during(story)


def test_a_database_that_does_not_answer_lets_nobody_wait_and_nobody_hear_old_numbers(
    bra: Campaign, soon: None, during: Callable[[Told], Streams], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = Event()
    usual = live_stream.A_LOOK
    monkeypatch.setattr(live_audience, "FRESH", 0.2)
    written = live_stream._written

    def frozen(slug: str) -> Snapshot | None:
        answers.wait(300)
        return written(slug)

    async def story(streams: Streams) -> None:
        async with OpenPage(streams, LIVE) as page:
            await page.next()
            monkeypatch.setattr(live_stream, "A_LOOK", 0.1)
            monkeypatch.setattr(live_stream, "_written", frozen)
            (audience,) = streams.audiences.values()
            await _knows_nothing_fresh(audience)
            async with OpenPage(streams, LIVE) as newcomer, OpenPage(streams, "/en/c/other/live/") as other:
                await newcomer.until_ended()
                await other.until_ended()
            assert (newcomer.status, other.status, page.task.done()) == (503, 503, False)
            # Places are given back although the question is still open.
            assert streams.open == 1

            monkeypatch.setattr(live_audience, "BLIND", 0.1)
            await page.until_ended()
            assert streams.open == 0 and streams.audiences == {}
            answers.set()
            monkeypatch.setattr(live_stream, "_written", written)
            monkeypatch.setattr(live_stream, "A_LOOK", usual)
        async with OpenPage(streams, LIVE) as again:
            assert (await again.next()).kind == "numbers"

    during(story)


async def _knows_nothing_fresh(audience: live_audience.Audience) -> None:
    with suppress(live_sharing.NotNow):
        while True:
            audience.known()
            await asyncio.sleep(0.02)


def test_a_page_that_reads_nothing_at_the_end_gives_its_place_back(
    bra: Campaign, now: datetime, soon: None, during: Callable[[Told], Streams], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_stream, "PATIENCE", 0.3)

    async def story(streams: Streams) -> None:
        async with OpenPage(streams, LIVE) as page:
            await page.next()
            page.reads.clear()
            elsewhere(lambda: Campaign.objects.filter(pk=bra.pk).update(stage=Stage.RELEASED, closed_at=now))
            await page.until_ended()

            assert streams.open == 0

    during(story)


def test_while_the_site_is_being_maintained_there_are_no_streams(
    bra: Campaign, settings: Settings, during: Callable[[Told], Streams]
) -> None:
    settings.MAINTENANCE = True

    async def story(streams: Streams) -> None:
        async with OpenPage(streams, LIVE) as page, OpenPage(streams, "/healthz") as health:
            await page.until_ended()
            await health.until_ended()

        assert (page.status, health.status) == (503, 200)

    during(story)


def test_what_moves_rarely_and_what_is_one_of_very_many_is_looked_at_rarely(bra: Campaign, now: datetime) -> None:
    usual = seconds_between_looks(standing(bra, at=now), at=now, campaigns=1)
    many = seconds_between_looks(standing(bra, at=now), at=now, campaigns=1_000)

    bra.giving_paused = True
    rare = seconds_between_looks(standing(bra, at=now), at=now, campaigns=1)

    assert usual < 0.5 < rare < STREAMED_BELOW
    assert many == 1_000 / MOST_LOOKS > usual


def test_words_end_with_the_deadline_at_once(bra: Campaign, now: datetime) -> None:
    """Else a page that was made after it and numbers that were made before it would not agree on the stage."""
    assert bra.deadline is not None
    before = live_snapshot.look(bra.slug, at=bra.deadline - timedelta(seconds=1))
    assert before is not None and before.now.giving

    after = live_snapshot.look(bra.slug, at=bra.deadline + timedelta(seconds=1), known=before)

    assert after is not None and not after.now.giving


# --- the way there: the same address at the site


def led(path: str = LIVE) -> tuple[str, dict[str, str]]:
    said: list[Any] = []
    environ = RequestFactory().get(path, headers={"Accept": "text/event-stream"}).environ
    b"".join(application(environ, lambda *told: said.extend(told)))  # type: ignore[arg-type]
    return said[0], dict(said[1])


def test_who_wants_a_stream_is_led_to_the_process_that_has_them(
    bra: Campaign, client: Client, settings: Settings
) -> None:
    settings.LIVE_STREAM_URL = "https://live.example.org"
    live_door._let_in.clear()

    by_django, _ = led(), client.get(LIVE)
    at_the_door = led()

    for status, headers in (by_django, at_the_door):
        assert status == "307 Temporary Redirect"
        assert headers["Location"] == "https://live.example.org" + LIVE
        assert (headers["Cache-Control"], headers["Vary"]) == ("no-store", "Accept")


@pytest.mark.parametrize("streams", ["", "http://127.0.0.1:8000"])
def test_where_there_are_no_streams_or_a_proxy_leads_to_them_the_site_has_none(
    streams: str, bra: Campaign, settings: Settings
) -> None:
    settings.LIVE_STREAM_URL, settings.SITE_URL = streams, "http://127.0.0.1:8000"

    status, headers = led()

    assert status == "204 No Content" and "Location" not in headers


def test_only_a_page_that_may_hold_a_stream_tries_to(bra: Campaign, client: Client, settings: Settings) -> None:
    kept.forget()
    without = client.get(ITS_PAGE).content
    kept.forget()
    settings.LIVE_STREAM_URL = "https://live.example.org"

    with_streams = client.get(ITS_PAGE).content

    assert b"data-stream" not in without and b"data-stream" in with_streams


def test_a_very_large_crowd_is_told_in_few_turns(
    bra: Campaign, now: datetime, soon: None, during: Callable[[Told], Streams], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by how long it takes, but by how often those who give are let in between."""
    monkeypatch.setattr(live_audience, "IN_A_TURN", 1)
    monkeypatch.setattr(live_audience, "MOST_TURNS", 4)

    async def story(streams: Streams) -> None:
        pages = [await OpenPage(streams, LIVE).__aenter__() for _ in range(12)]
        for page in pages:
            await page.next()
        turns, sleep = [0], asyncio.sleep
        told_in: list[int] = []
        (audience,) = streams.audiences.values()
        news = audience.news

        def noted(stream: Stream) -> bytes:
            told_in.append(turns[0])
            return news(stream)

        async def counted(seconds: float) -> None:
            await sleep(seconds)
            turns[0] += seconds == live_audience.TURN

        monkeypatch.setattr(audience, "news", noted)
        monkeypatch.setattr(asyncio, "sleep", counted)
        elsewhere(lambda: world.coin(bra, now))
        for page in pages:
            while 'data-amount="500"' not in (await page.next()).data:
                pass

        assert sorted(told_in)[-12:] == [0] * 3 + [1] * 3 + [2] * 3 + [3] * 3
        for page in pages:
            await page.__aexit__(None, None, None)

    during(story)
