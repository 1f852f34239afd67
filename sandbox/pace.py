"""How fast requests come, and a limit like Stripe's: too many in one second are refused."""

import threading
import time
from collections import deque

from sandbox.wire import Json

WINDOW = 1.0


class Pace:
    """Counts the requests to each operation in the last second, in real time. It does not outlive a restart."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._per_second = 0
        self._recent: dict[str, deque[float]] = {}
        self._highest: dict[str, int] = {}
        self._refused = 0

    def limit(self, per_second: int) -> None:
        """Allows each operation so many requests in any second, and counts anew; 0 allows all."""
        self.clear()
        with self._lock:
            self._per_second = per_second

    def clear(self) -> None:
        """Forgets the limit and the counts."""
        with self._lock:
            self._per_second = self._refused = 0
            self._recent.clear()
            self._highest.clear()

    def allows(self, operation: str) -> bool:
        """Counts a request, unless it is one too many."""
        now = time.monotonic()
        with self._lock:
            recent = self._recent.setdefault(operation, deque())
            while recent and recent[0] <= now - WINDOW:
                recent.popleft()
            if self._per_second and len(recent) >= self._per_second:
                self._refused += 1
                return False
            recent.append(now)
            self._highest[operation] = max(self._highest.get(operation, 0), len(recent))
            return True

    def told(self) -> Json:
        """The limit, what was refused for it, and by operation the most requests in any second."""
        with self._lock:
            return {"per_second": self._per_second, "refused": self._refused, "highest": dict(self._highest)}
