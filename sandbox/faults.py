"""Misbehaviour on command: each fault is used up after a number of requests or events."""

import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from sandbox.ids import new_id

REQUEST_FAULTS = (
    *("drop_after_commit", "delay", "status_500", "status_500_after_commit", "status_429", "lock_timeout", "reset"),
)
EVENT_FAULTS = ("duplicate_events", "reorder_events", "withhold_events")


@dataclass(frozen=True)
class Strike:
    """What a fault may choose by: the operation or the type of an event, and of a request the rest too."""

    op: str
    method: str = ""
    path: str = ""
    text: str = ""


@dataclass
class Fault:
    """`op` names an operation such as `refunds.create`, for event faults an event type, or a pattern such as `*`.

    It strikes from the `nth` match on, `times` times. `should_retry` is what a 429 says in `Stripe-Should-Retry`.
    """

    id: str
    op: str
    kind: str
    times: int
    seconds: float
    method: str = "*"
    path: str = "*"
    contains: str = ""
    nth: int = 1
    should_retry: str = ""
    struck: int = field(default=0)

    @property
    def spent(self) -> bool:
        """Whether nothing is left of it."""
        return self.times <= 0

    def matches(self, strike: Strike) -> bool:
        """Whether it is meant, whatever its turn."""
        return (
            (self.op == strike.op or fnmatchcase(strike.op, self.op))
            and fnmatchcase(strike.method, self.method)
            and fnmatchcase(strike.path, self.path)
            and self.contains in strike.text
        )


class Faults:
    """The faults that wait to strike, first come, first used. They do not outlive a restart."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, op: str, kind: str, times: int, seconds: float, **choice: object) -> Fault:
        """Adds a fault that strikes the next `times` requests or events that match."""
        fault = Fault(new_id("fault_"), op, kind, times, seconds, **choice)  # type: ignore[arg-type]
        with self._lock:
            self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Forgets all faults."""
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[Fault]:
        """The faults that are not used up."""
        with self._lock:
            return list(self._waiting)

    def take(self, strike: Strike, kinds: tuple[str, ...]) -> list[Fault]:
        """Uses up one strike of the first waiting fault of each kind that matches; those whose turn is later count."""
        found: dict[str, Fault] = {}
        with self._lock:
            for fault in self._waiting:
                if fault.kind not in kinds or fault.kind in found or not fault.matches(strike):
                    continue
                if fault.nth > 1:
                    fault.nth -= 1
                    continue
                fault.times -= 1
                fault.struck += 1
                found[fault.kind] = fault
            self._waiting = [fault for fault in self._waiting if not fault.spent]
        return list(found.values())
