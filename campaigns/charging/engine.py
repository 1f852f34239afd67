"""Claim, take turns, call, write: until nothing is due any more."""

import logging
import queue
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings

from campaigns.charging.calls import Answer, Calls, Job, is_silence, is_spent
from campaigns.charging.outcomes import is_to_be_looked_at
from campaigns.pace import CATCHES_UP, gap_seconds, take_turns
from campaigns.stripe_gateway import StripeBusy

MOST_IN_FLIGHT = 150
#: Turns are taken so far ahead that nothing waits while a batch is written.
AHEAD_SECONDS, CHUNK_SECONDS, WRITE_SECONDS, LEASE_SECONDS = 0.8, 0.25, 0.3, 10.0
#: So many times the same key is sent again within one run when Stripe is busy; then the next sweep goes on.
MOST_REFUSALS = 6
#: So many calls without an answer, one after another, and Stripe is left alone until the next sweep.
MOST_SILENCE = 20
log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Somebody else has the close now. What was asked for is written down; nothing more is asked."""


class Work(Protocol):
    """What is to be asked for, and what the answers mean. Both are called in the caller's thread."""

    def claim(self, most: int, *, at: datetime) -> list[Job]:
        """Attempts that are committed as this process's own; none when nothing is due."""

    def write(self, answers: list[Answer], *, at: datetime) -> None:
        """Write down what Stripe said, in one transaction."""


def charge(work: Work, *, at: datetime, keep_lease: Callable[[datetime], bool]) -> int:
    """Make every call that is due; how many were answered. Raises LeaseLost.

    `at` is the time when it begins, and goes on with the clock of this computer.
    """
    with Calls(most_at_once=MOST_IN_FLIGHT + 50, least_gap=gap_seconds() / CATCHES_UP) as calls:
        return _Engine(work, calls, at=at, keep_lease=keep_lease).run()


class _Engine:
    def __init__(self, work: Work, calls: Calls, *, at: datetime, keep_lease: Callable[[datetime], bool]) -> None:
        self.work, self.calls, self.keep_lease = work, calls, keep_lease
        self.began, self.begins_at = time.monotonic(), at
        self.gap = gap_seconds()
        self.chunk = max(1, round(settings.STRIPE_PACE * CHUNK_SECONDS))
        self.last_turn = self.lease_kept = self.began
        self.in_flight = self.answered = self.silent = 0
        self.again: list[tuple[float, Job]] = []
        self.is_empty = self.is_lost = False

    def run(self) -> int:
        while not self._is_over():
            self._hand_out()
            answers = self._collect()
            if answers:
                self.work.write(answers, at=self._now())
                self.answered += len(answers)
                self.is_empty = False
            self._keep_lease()
        if self.is_lost:
            raise LeaseLost
        return self.answered

    def _is_over(self) -> bool:
        stops = self.is_lost or self.silent >= MOST_SILENCE
        return self.in_flight == 0 and (stops or (self.is_empty and not self.again))

    def _now(self) -> datetime:
        return self.begins_at + timedelta(seconds=time.monotonic() - self.began)

    def _hand_out(self) -> None:
        while self._has_room():
            jobs = self._due_again()
            if not jobs and not self.is_empty:
                jobs = self.work.claim(min(self.chunk, MOST_IN_FLIGHT), at=self._now())
                self.is_empty = not jobs
            if not jobs:
                return
            first = time.monotonic() + take_turns(len(jobs))
            self.calls.make(jobs, first=first, gap=self.gap)
            self.last_turn = first + (len(jobs) - 1) * self.gap
            self.in_flight += len(jobs)

    def _has_room(self) -> bool:
        moment = time.monotonic()
        if self.is_lost or self.silent >= MOST_SILENCE or moment < self.calls.resting_until:
            return False
        ahead = max(self.last_turn - moment, 0.0)
        return ahead < AHEAD_SECONDS and self.in_flight - ahead / self.gap < MOST_IN_FLIGHT

    def _due_again(self) -> list[Job]:
        moment = time.monotonic()
        due = [job for when, job in self.again if when <= moment][: self.chunk]
        taken = {id(job) for job in due}
        self.again = [(when, job) for when, job in self.again if id(job) not in taken]
        return due

    def _collect(self) -> list[Answer]:
        """The answers of a moment, without those that are asked for again at once."""
        until, found = time.monotonic() + WRITE_SECONDS, []
        while (left := until - time.monotonic()) > 0 and (self.in_flight or self.again):
            try:
                answer = self.calls.answers.get(timeout=left)
            except queue.Empty:
                break
            self.in_flight -= 1
            if is_silence(answer.error):
                self.silent += 1
            elif not answer.job.look:
                self.silent = 0
            if not self._ask_again(answer):
                found.append(answer)
        return found

    def _ask_again(self, answer: Answer) -> bool:
        job, moment = answer.job, time.monotonic()
        if answer.unsent:
            self.again.append((moment + 0.1, job))
            return True
        if isinstance(answer.error, StripeBusy) and job.refusals < MOST_REFUSALS:
            job.refusals += 1
            self.again.append((moment + min(2.0**job.refusals / 2, 8.0), job))
            return True
        if not job.look and (is_spent(answer.error) or is_to_be_looked_at(answer.error)):
            job.look, job.spent = True, is_spent(answer.error)
            self.again.append((moment, job))
            return True
        return False

    def _keep_lease(self) -> None:
        if time.monotonic() - self.lease_kept < LEASE_SECONDS:
            return
        self.lease_kept = time.monotonic()
        if not self.keep_lease(self._now()):
            log.warning("Another process has the lease; this one stops")
            self.is_lost, self.again = True, []
