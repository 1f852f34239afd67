"""All who watch one campaign over a stream, and the one who looks for them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from django.utils import timezone

from campaigns.views.live_pace import is_streamed, seconds_between_looks
from campaigns.views.live_sharing import NotNow
from campaigns.views.live_snapshot import Snapshot

log = logging.getLogger(__name__)

# Seconds.
#: Numbers that move all the time are told so often: each telling reaches everybody.
TOLD_APART = 1.2
#: Where nothing moves, a page hears at least so often that nothing does. It gives a silent stream up after more.
STILL_HERE = 15.0
#: What was seen longer ago is told to nobody who comes now.
FRESH = 5.0
#: Who cannot look for so long lets its pages go: they ask, and are told by whoever answers what is wrong.
BLIND = 10.0
#: Who gives shall not wait behind a thousand pages that are told at once, so they are told in turns.
TURN = 0.01
#: How many are told in a turn, and in how many turns a very large crowd is told.
IN_A_TURN = 50
MOST_TURNS = 40


@dataclass(slots=True, eq=False)
class Stream:
    """One open page. `tag` is that of the numbers that it was told last; `woken` is set when there is something."""

    language: str
    tag: str = ""
    ended: bool = False
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def end(self) -> None:
        self.ended = True
        self.woken.set()


class Audience:
    """Begins to look when it is made, inside a running loop, and ends when nobody watches or nothing will move.

    `look` tells how the campaign stands or raises NotNow; `crowd` how many campaigns are watched in this process.
    """

    def __init__(
        self,
        slug: str,
        snapshot: Snapshot,
        *,
        look: Callable[[str], Awaitable[Snapshot | None]],
        crowd: Callable[[], int],
    ) -> None:
        self.slug, self.snapshot = slug, snapshot
        self._looked = asyncio.get_running_loop().time()
        self.streams: set[Stream] = set()
        self._look, self._crowd = look, crowd
        self._written: dict[str, tuple[str, bytes]] = {}
        self.task = asyncio.ensure_future(self._watch())

    def known(self) -> Snapshot:
        """How it stands, for whoever comes now. Raises NotNow."""
        if asyncio.get_running_loop().time() - self._looked > max(FRESH, 2 * self._pause()):
            raise NotNow
        return self.snapshot

    def news(self, stream: Stream) -> bytes:
        """What this page is told now; it counts as told."""
        shown = self.snapshot.in_words(stream.language)
        if shown.tag == stream.tag:
            return f"event: same\nid: {self.snapshot.version}\ndata: {self.snapshot.version}\n\n".encode()
        stream.tag = shown.tag
        tag, lines = self._written.get(stream.language, ("", b""))
        if tag != shown.tag:
            lines = b"".join(b"data: " + line + b"\n" for line in shown.body.splitlines())
            self._written[stream.language] = shown.tag, lines
        return f"event: numbers\nid: {self.snapshot.version}\n".encode() + lines + b"\n"

    async def _watch(self) -> None:
        try:
            await self._tell_while_it_moves()
        except Exception:
            log.exception("nobody looks at %s any more, so the pages that watch it are let go", self.slug)
        finally:
            # Each asks again, and is told how it stands by whoever answers then.
            for stream in self.streams:
                stream.end()

    async def _tell_while_it_moves(self) -> None:
        clock = asyncio.get_running_loop().time
        told = clock()
        while is_streamed(self.snapshot.now, at=timezone.now()):
            await asyncio.sleep(max(self._pause(), told + TOLD_APART - clock()))
            try:
                seen = await self._look(self.slug)
            except NotNow:
                if clock() - self._looked > BLIND + self._pause():
                    return
                continue
            if seen is None:
                return
            moved, self.snapshot, self._looked = self._differs(seen), seen, clock()
            if moved or clock() - told >= STILL_HERE:
                told = clock()
                await self._wake()

    def _pause(self) -> float:
        return seconds_between_looks(self.snapshot.now, at=timezone.now(), campaigns=self._crowd())

    def _differs(self, seen: Snapshot) -> bool:
        languages = seen.words.keys() | self.snapshot.words.keys()
        return any(seen.in_words(each).tag != self.snapshot.in_words(each).tag for each in languages)

    async def _wake(self) -> None:
        streams = list(self.streams)
        size = max(IN_A_TURN, -(-len(streams) // MOST_TURNS))
        for begun in range(0, len(streams), size):
            for stream in streams[begun : begun + size]:
                stream.woken.set()
            await asyncio.sleep(TURN)
