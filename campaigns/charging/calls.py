"""The event loop that speaks to Stripe, in a thread of its own. It knows nothing of the database."""

import asyncio
import queue
import threading
import time
from dataclasses import dataclass
from typing import Self

from campaigns.failpoints import reach
from campaigns.models import Attempt
from campaigns.stripe_gateway import AsynchronousStripe, Hold, StripeBusy, StripeSilent

#: For how long nothing is asked once Stripe has said that it was too much.
REST_SECONDS = 1.0


@dataclass(slots=True)
class Job:
    """An attempt that this process has claimed. With `look`, Stripe is asked what became of it, and for nothing."""

    attempt: Attempt
    look: bool = False
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
    """Makes calls at the moments that it is told; `answers` has them as they come."""

    def __init__(self, *, most_at_once: int) -> None:
        self.answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self.resting_until = 0.0
        self._most = most_at_once
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
            await self._over.wait()

    def _begin(self, jobs: list[Job], first: float, gap: float) -> None:
        for place, job in enumerate(jobs):
            self._tasks.create_task(self._make(job, first + place * gap))

    async def _make(self, job: Job, at: float) -> None:
        await asyncio.sleep(at - time.monotonic())
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
