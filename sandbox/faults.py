"""Misbehaviour on command: each fault is used up after a number of requests or events."""

import threading
from dataclasses import dataclass

from sandbox.ids import new_id

REQUEST_FAULTS = ("drop_after_commit", "delay", "status_500", "status_429", "reset")
EVENT_FAULTS = ("duplicate_events", "reorder_events", "withhold_events")


@dataclass
class Fault:
    """`op` names an operation such as `refunds.create`, for event faults an event type, or `*`."""

    id: str
    op: str
    kind: str
    times: int
    seconds: float

    @property
    def spent(self) -> bool:
        """Whether nothing is left of it."""
        return self.times <= 0


class Faults:
    """The faults that wait to strike, first come, first used. They do not outlive a restart."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, op: str, kind: str, times: int, seconds: float) -> Fault:
        """Adds a fault that strikes the next `times` requests or events that match."""
        fault = Fault(new_id("fault_"), op, kind, times, seconds)
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

    def take(self, op: str, kinds: tuple[str, ...]) -> list[Fault]:
        """Uses up one strike of the first waiting fault of each kind that matches `op`."""
        struck: dict[str, Fault] = {}
        with self._lock:
            for fault in self._waiting:
                if fault.kind in kinds and fault.kind not in struck and fault.op in ("*", op):
                    fault.times -= 1
                    struck[fault.kind] = fault
            self._waiting = [fault for fault in self._waiting if not fault.spent]
        return list(struck.values())
