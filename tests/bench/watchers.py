"""A thousand people with a campaign's page open, as one process: `python -m tests.bench.watchers URL HOW_MANY`.

Each has a connection of its own, asks as `live.js` does (If-None-Match, the pace that the server says, a little early
or late), and notes the amount that it sees. Commands come as lines: `go`, `rest`, `tell` (answered by one line of JSON
with what was seen so far) and `end`. Moments are those of the system's monotonic clock, which all processes share.
"""

import asyncio
import json
import random
import re
import sys
import time
from urllib.parse import urlsplit

AMOUNT = re.compile(rb'data-amount="(\d+)"')
STARTED_TOGETHER = 50


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

    def again(self, watcher: "Watcher") -> None:
        async def connect() -> None:
            await asyncio.get_running_loop().create_connection(lambda: watcher, self.host, self.port)
            watcher.ask()

        task = asyncio.ensure_future(connect())
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
    """One open page."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.connected = self.waits = False
        self.tag = self.got = b""
        self.amount = -1
        self.asked = 0.0
        self.timer: asyncio.TimerHandle | None = None
        crowd.watchers.append(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.connected = transport, True

    def connection_lost(self, error: Exception | None) -> None:
        was_asking, self.waits, self.connected, self.got = self.waits, False, False, b""
        self.crowd.lost += was_asking
        if was_asking:
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
            self.crowd.again(self)
            return
        self.waits, self.asked = True, time.monotonic()
        known = b"If-None-Match: " + self.tag + b"\r\n" if self.tag else b""
        self.transport.write(self.crowd.request + known + b"\r\n")

    def data_received(self, data: bytes) -> None:
        self.got += data
        head, found, body = self.got.partition(b"\r\n\r\n")
        if not found:
            return
        fields = {name.lower(): value for name, _, value in (line.partition(b": ") for line in head.split(b"\r\n")[1:])}
        length = int(fields.get(b"content-length", b"0"))
        status = int(head[9:12])
        if status != 304 and len(body) < length:
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
            shown = AMOUNT.search(body)
            if shown and int(shown[1]) > self.amount:
                self.amount = int(shown[1])
                crowd.note(self.amount)
        if pace > 0:
            self.ask_in(pace * random.uniform(0.9, 1.1))


async def watch(address: str, how_many: int) -> None:
    loop, crowd = asyncio.get_running_loop(), Crowd(address)
    for begun in range(0, how_many, STARTED_TOGETHER):
        together = range(min(STARTED_TOGETHER, how_many - begun))
        await asyncio.gather(
            *(loop.create_connection(lambda: Watcher(crowd), crowd.host, crowd.port) for _ in together)
        )
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    print(crowd.told(), flush=True)
    while (command := (await commands.readline()).strip()) not in (b"end", b""):
        if command == b"go":
            crowd.asks = True
            for watcher in crowd.watchers:
                watcher.ask_in(random.uniform(0, 1.5))
        elif command == b"rest":
            crowd.asks = False
        print(crowd.told(), flush=True)


if __name__ == "__main__":
    asyncio.run(watch(sys.argv[1], int(sys.argv[2])))
