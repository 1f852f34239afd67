"""A thousand people with a campaign's page open, as one process: `python -m tests.bench.watchers URL HOW_MANY HOW`.

HOW is `asks` or `streams`. Each has a connection of its own and does as `live.js` does: asks again and again
(If-None-Match, the pace that the server says, a little early or late), or asks once for a stream, goes where the answer
leads and stays there. Each notes the amount that it sees. Commands come as lines: `go`, `rest`, `tell` (answered by one
line of JSON with what was seen so far) and `end`. Moments are those of the system's monotonic clock, which all
processes share.
"""

import asyncio
import json
import random
import re
import sys
import time
from typing import ClassVar
from urllib.parse import urlsplit

AMOUNT = re.compile(rb'data-amount="(\d+)"')
STARTED_TOGETHER = 50
# What `live.js` waits at most before its first question.
FIRST = 1.5


class Crowd:
    """What all watchers share. `last_seen` says for each amount when the last of them saw it, and by how many."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n".encode()
        self.watchers: list[Watcher] = []
        self.asks = False
        self.answers: dict[int, int] = {}
        self.lost = 0
        self.seen_by: dict[int, int] = {}
        self.last_seen: dict[int, float] = {}
        self.slowest = 0.0
        self.pace = 0.0
        self.tasks: set[asyncio.Future[None]] = set()

    def note(self, amount: int) -> None:
        self.seen_by[amount] = self.seen_by.get(amount, 0) + 1
        self.last_seen[amount] = time.monotonic()

    def connect(self, watcher: "Watcher", host: str, port: int) -> None:
        async def connected() -> None:
            try:
                await asyncio.get_running_loop().create_connection(lambda: watcher, host, port)
                watcher.ask()
            except OSError:
                self.lost += 1
                watcher.ask_in(1.0)

        task = asyncio.ensure_future(connected())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def told(self) -> str:
        """Everything since the last time, as JSON."""
        said = {
            "answers": self.answers,
            "lost": self.lost,
            "seen_by": self.seen_by,
            "last_seen": self.last_seen,
            "slowest": self.slowest,
            "pace": self.pace,
            "connected": sum(watcher.connected for watcher in self.watchers),
        }
        self.answers, self.lost, self.slowest = {}, 0, 0.0
        return json.dumps(said)


class Watcher(asyncio.Protocol):
    """One open page, with one connection at a time."""

    accepts: ClassVar[bytes] = b""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.connected = self.waits = False
        self.got = b""
        self.amount = -1
        self.asked = 0.0
        self.timer: asyncio.TimerHandle | None = None
        self.place = crowd.host, crowd.port
        crowd.watchers.append(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.connected = transport, True

    def connection_lost(self, error: Exception | None) -> None:
        was_asking, self.waits, self.connected, self.got = self.waits, False, False, b""
        self.crowd.lost += was_asking
        if was_asking:
            self.place = self.crowd.host, self.crowd.port
            self.ask_in(1.0)

    def ask_in(self, seconds: float) -> None:
        if self.timer is not None:
            self.timer.cancel()
        self.timer = asyncio.get_running_loop().call_later(seconds, self.ask)

    def ask(self) -> None:
        if not self.crowd.asks or self.waits:
            return
        if not self.connected:
            # The server ends connections that rest; a browser makes a new one then.
            self.crowd.connect(self, *self.place)
            return
        self.waits, self.asked = True, time.monotonic()
        self.transport.write(self.crowd.request + self.fields() + b"\r\n")

    def rest(self) -> None:
        """The page is open and does not ask any more."""

    def fields(self) -> bytes:
        raise NotImplementedError

    def sees(self, html: bytes) -> None:
        shown = AMOUNT.search(html)
        if shown and int(shown[1]) > self.amount:
            self.amount = int(shown[1])
            self.crowd.note(self.amount)


class Asker(Watcher):
    tag = b""

    def fields(self) -> bytes:
        return b"If-None-Match: " + self.tag + b"\r\n" if self.tag else b""

    def data_received(self, data: bytes) -> None:
        self.got += data
        head, found, body = self.got.partition(b"\r\n\r\n")
        if not found:
            return
        status, fields = _read(head)
        if status != 304 and len(body) < int(fields.get(b"content-length", b"0")):
            return
        self.got, self.waits = b"", False
        self._heard(status, fields, body)

    def _heard(self, status: int, fields: dict[bytes, bytes], body: bytes) -> None:
        crowd = self.crowd
        crowd.answers[status] = crowd.answers.get(status, 0) + 1
        crowd.slowest = max(crowd.slowest, time.monotonic() - self.asked)
        crowd.pace = pace = float(fields.get(b"x-next-poll", b"5"))
        if status == 200:
            self.tag = fields.get(b"etag", b"")
            self.sees(body)
        if pace > 0:
            self.ask_in(pace * random.uniform(0.9, 1.1))


class Listener(Watcher):
    listens = False

    def fields(self) -> bytes:
        return b"Accept: text/event-stream\r\n"

    def data_received(self, data: bytes) -> None:
        self.got += data
        if not self.listens:
            self._begin()
        while self.listens:
            event, found, rest = self.got.partition(b"\n\n")
            if not found:
                return
            self.got = rest
            # The pieces of the transfer (their lengths) come in between, and hold no amount.
            self.crowd.answers[200] = self.crowd.answers.get(200, 0) + 1
            self.sees(event)

    def connection_lost(self, error: Exception | None) -> None:
        self.listens = False
        super().connection_lost(error)

    def rest(self) -> None:
        # The page is closed, and another one is opened when people come again.
        self.waits = False
        self.place = self.crowd.host, self.crowd.port
        if self.connected:
            self.transport.abort()

    def _begin(self) -> None:
        head, found, body = self.got.partition(b"\r\n\r\n")
        if not found:
            return
        status, fields = _read(head)
        if status == 200:
            self.listens, self.got = True, body
            return
        self.crowd.answers[status] = self.crowd.answers.get(status, 0) + 1
        self.waits, self.got = False, b""
        if status != 307:
            self.ask_in(5.0)
            return
        led_to = urlsplit(fields[b"location"].decode())
        self.place = led_to.hostname or "", led_to.port or 80
        self.transport.close()
        self.connected = False
        self.ask()


def _read(head: bytes) -> tuple[int, dict[bytes, bytes]]:
    status, *lines = head.split(b"\r\n")
    fields = (line.partition(b": ") for line in lines)
    return int(status[9:12]), {name.lower(): value for name, _, value in fields}


async def watch(address: str, how_many: int, kind: type[Watcher]) -> None:
    loop, crowd = asyncio.get_running_loop(), Crowd(address)
    for begun in range(0, how_many, STARTED_TOGETHER):
        together = range(min(STARTED_TOGETHER, how_many - begun))
        await asyncio.gather(*(loop.create_connection(lambda: kind(crowd), crowd.host, crowd.port) for _ in together))
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    print(crowd.told(), flush=True)
    while (command := (await commands.readline()).strip()) not in (b"end", b""):
        if command == b"go":
            crowd.asks = True
            for watcher in crowd.watchers:
                watcher.ask_in(random.uniform(0, FIRST))
        elif command == b"rest":
            crowd.asks = False
            for watcher in crowd.watchers:
                watcher.rest()
        print(crowd.told(), flush=True)


if __name__ == "__main__":
    asyncio.run(watch(sys.argv[1], int(sys.argv[2]), {"asks": Asker, "streams": Listener}[sys.argv[3]]))
