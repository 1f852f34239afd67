"""Those who watch, told over connections that stay open: what the live process serves (`config/live.py`).

One look at the database serves all who watch a campaign. What has changed is written once and sent to each of them, and
a page that is slow gets the newest numbers when it is ready for them, never those that it has missed.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from campaigns.views.live_audience import Audience, Stream
from campaigns.views.live_door import ADDRESS
from campaigns.views.live_pace import is_streamed
from campaigns.views.live_sharing import NotNow, shared
from campaigns.views.live_snapshot import Snapshot
from campaigns.views.network import is_loopback, network

ALIVE = "/healthz"
#: Connections of one process. Whoever comes later asks again and again, as pages do where there is no stream.
MOST_STREAMS = 10_000
#: Those of one network, so that nobody fills it alone. A school or a mobile carrier may stand behind one address.
MOST_OF_A_NETWORK = 500
# Seconds.
#: So long a page may take for what it is sent. Who is gone without a word is found so.
PATIENCE = 30.0
#: So long the database may take to say how it stands.
A_LOOK = 5.0
LOOKING_AT_ONCE = 2
HERE = "here"
HEADERS = {
    "content-type": "text/event-stream; charset=utf-8",
    # Whatever stands between us and the page shall pass everything on at once, and as it is.
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
    # Everybody may read these numbers, and no cookie is looked at.
    "access-control-allow-origin": "*",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@dataclass
class Streams:
    """The application, after the ASGI specification: `GET /<language>/c/<slug>/live/` is an event stream.

    Its events are `numbers` (the fragment of the page, in HTML) and `same` (nothing has changed); both carry as `id`
    the moment of the database that they speak of. 404 where nothing is public, 204 where nothing will move soon, 503
    where it cannot be told at the moment.
    """

    most: int = MOST_STREAMS
    audiences: dict[str, Audience] = field(default_factory=dict)
    most_of_a_network: int = MOST_OF_A_NETWORK
    open: int = 0
    of_networks: Counter[str] = field(default_factory=Counter)
    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(LOOKING_AT_ONCE, thread_name_prefix="look")
    )

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] == ALIVE:
            await _short(send, HTTPStatus.OK)
            return
        asked = ADDRESS.fullmatch(scope["path"])
        if asked is None or scope["method"] != "GET":
            await _short(send, HTTPStatus.NOT_FOUND)
            return
        came_from = _network(scope)
        if settings.MAINTENANCE or self._is_full(came_from):
            await _short(send, HTTPStatus.SERVICE_UNAVAILABLE)
            return
        language, slug = asked.groups()
        self._count(came_from, 1)
        try:
            await self._welcome(slug, Stream(language), receive, send)
        except (OSError, TimeoutError):
            # The page is gone, or takes nothing any more.
            return
        finally:
            self._count(came_from, -1)

    def _is_full(self, came_from: str) -> bool:
        return self.open >= self.most or self.of_networks[came_from] >= self.most_of_a_network

    def _count(self, came_from: str, change: int) -> None:
        """Those HERE are counted among all only: a proxy of which we were not told may stand there."""
        self.open += change
        if came_from != HERE:
            self.of_networks[came_from] += change
            if not self.of_networks[came_from]:
                del self.of_networks[came_from]

    async def look(self, slug: str) -> Snapshot | None:
        """How it stands, written in every language. Raises NotNow."""
        try:
            async with asyncio.timeout(A_LOOK):
                return await asyncio.get_running_loop().run_in_executor(self.pool, _written, slug)
        except TimeoutError as error:
            raise NotNow from error

    async def _welcome(self, slug: str, stream: Stream, receive: Receive, send: Send) -> None:
        try:
            audience = self.audiences.get(slug)
            snapshot = audience.known() if audience else await self.look(slug)
        except NotNow:
            await _short(send, HTTPStatus.SERVICE_UNAVAILABLE)
            return
        if snapshot is None or not is_streamed(snapshot.now, at=timezone.now()):
            await _short(send, HTTPStatus.NOT_FOUND if snapshot is None else HTTPStatus.NO_CONTENT)
            return
        headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
        await _sent(send, {"type": "http.response.start", "status": HTTPStatus.OK, "headers": headers})
        await self._tell(self._audience(slug, snapshot), stream, receive, send)

    async def _tell(self, audience: Audience, stream: Stream, receive: Receive, send: Send) -> None:
        """All that is new, for as long as the page is open."""
        audience.streams.add(stream)
        gone = asyncio.ensure_future(_gone(receive))
        gone.add_done_callback(lambda _: stream.end())
        try:
            while not stream.ended:
                stream.woken.clear()
                await _sent(send, {"type": "http.response.body", "body": audience.news(stream), "more_body": True})
                await stream.woken.wait()
            await _sent(send, {"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()
            audience.streams.discard(stream)
            if not audience.streams and self.audiences.get(audience.slug) is audience:
                del self.audiences[audience.slug]
                audience.task.cancel()

    def _audience(self, slug: str, snapshot: Snapshot) -> Audience:
        """That of the campaign; the first who watches begins it."""
        known = self.audiences.get(slug)
        if known is None or known.task.done():
            known = self.audiences[slug] = Audience(slug, snapshot, look=self.look, crowd=lambda: len(self.audiences))
            known.task.add_done_callback(lambda _: self._over(known))
        return known

    def _over(self, audience: Audience) -> None:
        if self.audiences.get(audience.slug) is audience:
            del self.audiences[audience.slug]


def _network(scope: Message) -> str:
    """Where the page is; HERE at this machine, or where nobody knows."""
    connected = str((scope.get("client") or ("", 0))[0])
    if is_loopback(connected):
        return HERE
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return network(connected, ",".join(lines)) or HERE


def _written(slug: str) -> Snapshot | None:
    # These threads serve no request at whose end Django would look after its connections.
    close_old_connections()
    snapshot = shared(slug)
    if snapshot is not None:
        for language, _ in settings.LANGUAGES:
            snapshot.in_words(language)
    return snapshot


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _sent(send: Send, message: Message) -> None:
    async with asyncio.timeout(PATIENCE):
        await send(message)


async def _short(send: Send, status: HTTPStatus) -> None:
    headers = [(b"cache-control", b"no-store"), (b"access-control-allow-origin", b"*"), (b"content-length", b"0")]
    await _sent(send, {"type": "http.response.start", "status": status, "headers": headers})
    await _sent(send, {"type": "http.response.body", "body": b""})
