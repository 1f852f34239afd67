"""The event loop that speaks to Stripe, in a thread of its own. It knows nothing of the database."""

import asyncio
import queue
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Self

from campaigns.failpoints import reach
from campaigns.models import Attempt
from campaigns.stripe_gateway import AsynchronousStripe, Hold, StripeBusy, StripeSilent

#: For how long nothing is asked once Stripe has said that it was too much.
REST_SECONDS = 1.0
#: A sleep may end so much too late, which the next one makes good; what is later still only moves the turns after it.
A_LITTLE_LATE = 0.01


@dataclass(slots=True)
class Job:
    """An attempt that this process has claimed. With `look`, Stripe is asked what became of it, and for nothing.

    `spent` says that its key is of no more use, since Stripe keeps an answer under it that says nothing.
    """

    attempt: Attempt
    look: bool = False
    spent: bool = False
    refusals: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What Stripe said: a hold, nothing (of a look that found none), or one of the gateway's errors.

    `unsent` means that the call was not made, since Stripe wants a rest.
    """

    job: Job
    hold: Hold | None = None
    error: Exception | None = None
    unsent: bool = False


class Calls:
    """Makes calls at the moments that it is told, or later; `answers` has them as they come.

    What is late follows at `least_gap`, in seconds, and not all at once: Stripe counts by the second.
    """

    def __init__(self, *, most_at_once: int, least_gap: float) -> None:
        self.answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self.resting_until = 0.0
        self._most, self._least_gap = most_at_once, least_gap
        self._waiting: deque[tuple[float, Job]] = deque()
        self._come = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="calls to Stripe", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def make(self, jobs: list[Job], *, first: float, gap: float) -> None:
        """Make the calls one after another, the first at a moment of time.monotonic()."""
        self._loop.call_soon_threadsafe(self._begin, jobs, first, gap)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._until_it_is_over())

    async def _until_it_is_over(self) -> None:
        async with AsynchronousStripe(most_at_once=self._most) as self._stripe, asyncio.TaskGroup() as self._tasks:
            self._started.set()
            turns = self._tasks.create_task(self._take_turns())
            await self._over.wait()
            turns.cancel()

    def _begin(self, jobs: list[Job], first: float, gap: float) -> None:
        self._waiting.extend((first + place * gap, job) for place, job in enumerate(jobs))
        self._come.set()

    async def _take_turns(self) -> None:
        free_at = 0.0
        while True:
            while not self._waiting:
                self._come.clear()
                await self._come.wait()
            at, job = self._waiting.popleft()
            turn = max(at, free_at, time.monotonic() - A_LITTLE_LATE)
            await asyncio.sleep(turn - time.monotonic())
            free_at = turn + self._least_gap
            self._tasks.create_task(self._make(job))

    async def _make(self, job: Job) -> None:
        if time.monotonic() < self.resting_until:
            self.answers.put(Answer(job, unsent=True))
            return
        try:
            answer = Answer(job, hold=await self._ask(job))
        except Exception as error:
            # Whatever it is, it says nothing about what happened at Stripe unless it is one of our three errors.
            answer = Answer(job, error=error)
            if isinstance(error, StripeBusy):
                self.resting_until = time.monotonic() + REST_SECONDS
        self.answers.put(answer)

    async def _ask(self, job: Job) -> Hold | None:
        attempt = job.attempt
        reach("charge.before_call")
        if job.look:
            found = await self._stripe.look_for_hold(attempt.parameters)
        else:
            found = await self._stripe.change_hold(attempt.kind, attempt.parameters, key=attempt.idempotency_key)
        reach("charge.after_call")
        return found


def is_silence(error: Exception | None) -> bool:
    return isinstance(error, StripeSilent)


def is_spent(error: Exception | None) -> bool:
    """Whether the call is over for good, and a look tells what became of it."""
    return isinstance(error, StripeSilent) and error.replayed
