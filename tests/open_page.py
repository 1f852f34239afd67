"""A page that holds a stream of the live process's application, as a web server would bring it (ASGI)."""

import asyncio
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from campaigns.views.live_stream import Streams

SECONDS = 120.0


@dataclass(frozen=True)
class Event:
    kind: str
    version: int
    data: str


@dataclass
class OpenPage:
    """`async with OpenPage(streams, path) as page` opens it; leaving closes it.

    While `reads` is not set it takes nothing. `address` is where the connection comes from, `forwarded_for` what
    proxies say.
    """

    streams: Streams
    path: str
    address: str = "127.0.0.1"
    forwarded_for: str = ""
    method: str = "GET"
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    events: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)
    reads: asyncio.Event = field(default_factory=asyncio.Event)
    _said: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)

    async def __aenter__(self) -> Self:
        self.reads.set()
        self._said.put_nowait({"type": "http.request", "body": b"", "more_body": False})
        headers = [(b"x-forwarded-for", self.forwarded_for.encode())] if self.forwarded_for else []
        client = (self.address, 40_000)
        scope = {"type": "http", "method": self.method, "path": self.path, "headers": headers, "client": client}
        self.task = asyncio.ensure_future(self.streams(scope, self._said.get, self._take))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        self.close()
        await asyncio.wait_for(self.task, SECONDS)

    def close(self) -> None:
        """The browser is gone."""
        self._said.put_nowait({"type": "http.disconnect"})

    async def next(self) -> Event:
        return await asyncio.wait_for(self.events.get(), SECONDS)

    async def until_ended(self) -> None:
        await asyncio.wait_for(self.task, SECONDS)

    async def _take(self, message: Any) -> None:
        await self.reads.wait()
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        elif message.get("body") and self.status == 200 and "event-stream" in self.headers.get("content-type", ""):
            self.events.put_nowait(_read(message["body"]))


def _read(sent: bytes) -> Event:
    """After the HTML standard's rules for an event stream: an event ends with an empty line, `data` may be repeated."""
    text = sent.decode()
    assert text.endswith("\n\n") and "\n\n" not in text[:-2], "a page would take this for something else than one event"
    fields: dict[str, list[str]] = {}
    for line in text[:-2].split("\n"):
        name, _, value = line.partition(": ")
        fields.setdefault(name, []).append(value)
    return Event(fields["event"][0], int(fields["id"][0]), "\n".join(fields["data"]))
