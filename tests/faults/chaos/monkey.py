"""Who breaks things, one every second or so, in an order that the seed decides."""

import random
import time
import urllib.error
import urllib.parse
import urllib.request

import psycopg
import redis

from tests.faults.chaos.town import EVERYBODY, Town

OPERATIONS = (
    "checkout.sessions.create",
    "checkout.sessions.retrieve",
    "payment_intents.create",
    "payment_intents.capture",
    "payment_intents.cancel",
    "payment_intents.retrieve",
    "refunds.create",
)
KINDS = ("drop_after_commit", "reset", "status_500", "status_500_after_commit", "status_429", "lock_timeout", "delay")
EVENTS = ("duplicate_events", "reorder_events", "withhold_events")


class Monkey:
    """`log` says what was done, for whoever reads a failure."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town = town
        self.chance = random.Random(seed)
        self.log: list[str] = []
        self.began = time.monotonic()

    def one_fault(self) -> None:
        deeds = (
            (5, self.kill_one_of_ours),
            (1, self.kill_a_server),
            (2, self.hang),
            (4, self.break_a_call),
            (3, self.break_events),
            (2, self.end_connections),
            (1, self.forget_the_queue),
        )
        weights, works = zip(*deeds, strict=True)
        (work,) = self.chance.choices(works, weights)
        try:
            work()
        except (OSError, psycopg.Error, redis.RedisError) as error:
            self._note(f"({work.__name__} found nobody: {type(error).__name__})")

    def kill_one_of_ours(self) -> None:
        name = self.chance.choice(("web", "worker-1", "worker-2", "worker-1", "worker-2", "beat"))
        self._kill(name, 0.0)

    def kill_a_server(self) -> None:
        self._kill(self.chance.choice(("postgres", "valkey", "sandbox")), self.chance.uniform(0.2, 1.5))

    def hang(self) -> None:
        name, seconds = self.chance.choice(("valkey", "sandbox", "worker-1")), self.chance.uniform(0.5, 2.5)
        self._note(f"{name} hangs for {seconds:.1f} s")
        self.town.freeze(name, seconds)

    def break_a_call(self) -> None:
        fault = {"op": self.chance.choice(OPERATIONS), "kind": self.chance.choice(KINDS)}
        fault |= {"times": str(self.chance.randint(1, 4)), "seconds": "1"}
        self._note(f"Stripe: {fault}")
        control(self.town, "faults", fault)

    def break_events(self) -> None:
        fault = {"op": "*", "kind": self.chance.choice(EVENTS), "times": str(self.chance.randint(1, 5))}
        self._note(f"Stripe: {fault}")
        control(self.town, "faults", {**fault, "seconds": "3"})

    def end_connections(self) -> None:
        self._note("PostgreSQL ends every connection")
        self.town.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )

    def forget_the_queue(self) -> None:
        self._note("the queue forgets everything")
        with redis.Redis.from_url(self.town.servers["valkey"].url, socket_timeout=2) as queue:
            queue.flushall()

    def heal(self) -> None:
        """Everything runs, Stripe behaves, and what was held back is delivered."""
        for name in EVERYBODY:
            self.town.start(name)
        control(self.town, "faults", None)
        control(self.town, "deliveries/release", {})
        self._note("healed")

    def _kill(self, name: str, away: float) -> None:
        self._note(f"SIGKILL to {name}, away for {away:.1f} s")
        self.town.kill(name)
        time.sleep(away)
        self.town.start(name)

    def _note(self, what: str) -> None:
        self.log.append(f"{time.monotonic() - self.began:6.1f} s  {what}")


def control(town: Town, path: str, fields: dict[str, str] | None) -> None:
    """A word to the sandbox; without fields, DELETE."""
    body = None if fields is None else urllib.parse.urlencode(fields).encode()
    method = "DELETE" if fields is None else "POST"
    request = urllib.request.Request(f"{town.stripe}/_control/{path}", data=body, method=method)
    request.add_header("Content-Type", "application/x-www-form-urlencoded")
    try:
        with urllib.request.urlopen(request, timeout=20):
            pass
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{path} {fields}: {error.code} {error.read()[:300]!r}") from error
