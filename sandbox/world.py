"""What a request may reach: the store, the clock, the faults; and the request itself."""

import time
from dataclasses import dataclass, field

from sandbox.faults import Faults
from sandbox.options import Options
from sandbox.pace import Pace
from sandbox.store import Store
from sandbox.wire import Json


@dataclass
class World:
    """One running sandbox."""

    options: Options
    store: Store
    faults: Faults = field(default_factory=Faults)
    pace: Pace = field(default_factory=Pace)
    base_url: str = ""

    def now(self) -> int:
        """Seconds since 1970 on the sandbox's own clock, which a control call may move forward."""
        return int(time.time()) + int(self.store.setting("clock_ahead", "0"))

    def call(self, **details: object) -> "Call":
        """A call that no API request caused: a page, a control call or the background thread."""
        return Call(self, self.now(), **details)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Call:
    """One request to the API: its read parameters, and what its events tell about it."""

    world: World
    now: int
    params: Json = field(default_factory=dict)
    identifier: str = ""
    request_id: str | None = None
    idempotency_key: str | None = None

    @property
    def store(self) -> Store:
        """The store of the world."""
        return self.world.store
