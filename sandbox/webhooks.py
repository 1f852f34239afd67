"""Deliveries of events: rows that are signed, posted and tried again until a 2xx answer."""

import hmac
import http.client
import time
from hashlib import sha256
from sqlite3 import Row
from urllib.parse import urlsplit

from sandbox.faults import EVENT_FAULTS, Strike
from sandbox.options import WEBHOOK_TIMEOUT
from sandbox.wire import Json, encode_json
from sandbox.world import World

USER_AGENT = "Genseki-Sandbox/1.0 (speaks like Stripe, is not Stripe)"
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 3600.0
GIVE_UP_AFTER = 3 * 24 * 3600.0
STAGGER = 0.15


THIN = "v2.core.event"
# What a thin event has beside its notification, which only a look at the event tells.
NOT_IN_NOTIFICATION = ("data", "changes", "snapshot_event")


def destination_of(world: World, kind: str) -> tuple[str, str]:
    """Address and secret for events of a kind of object; thin ones have an endpoint of their own."""
    options = world.options
    if kind == THIN:
        return options.thin_webhook_url, options.thin_webhook_secret
    return options.webhook_url, options.webhook_secret


def schedule(world: World, event: Json) -> None:
    """Writes the deliveries of a new event; faults may double, hold back or turn them around."""
    if not destination_of(world, event["object"])[0]:
        return
    struck = {fault.kind: fault for fault in world.faults.take(Strike(event["type"]), EVENT_FAULTS)}
    copies = 2 if "duplicate_events" in struck else 1
    if withheld := struck.get("withhold_events"):
        add_deliveries(world, event, copies, status="withheld", hold=withheld.id)
        return
    if held := struck.get("reorder_events"):
        add_deliveries(world, event, copies, status="held", hold=held.id, after=held.seconds)
        if held.spent:
            release(world, held.id, backwards=True)
        return
    add_deliveries(world, event, copies)


def add_deliveries(
    world: World,
    event: Json,
    copies: int,
    *,
    status: str = "pending",
    hold: str | None = None,
    after: float = 0.0,
    apart: float = 0.0,
) -> None:
    """Adds deliveries that are due `after` seconds from now, `apart` seconds from each other."""
    sql = "INSERT INTO deliveries (event, type, status, created, next_at, hold) VALUES (?, ?, ?, ?, ?, ?)"
    now = time.time()
    for number in range(copies):
        due = now + after + number * apart
        world.store.rows(sql, event["id"], event["type"], status, now, due, hold)


def release(world: World, hold: str | None = None, *, backwards: bool = False) -> int:
    """Lets held or withheld deliveries go, one shortly after another; answers how many."""
    sql = "SELECT id FROM deliveries WHERE status IN ('held', 'withheld') AND (? IS NULL OR hold = ?) ORDER BY id"
    with world.store.transaction():
        found = [row["id"] for row in world.store.rows(sql, hold, hold)]
        now = time.time()
        for number, delivery in enumerate(reversed(found) if backwards else found):
            update = "UPDATE deliveries SET status = 'pending', next_at = ? WHERE id = ?"
            world.store.rows(update, now + number * STAGGER, delivery)
    return len(found)


def release_overdue(world: World) -> None:
    """Lets go what waited too long for events that never came to be reordered with."""
    sql = "SELECT DISTINCT hold FROM deliveries WHERE status = 'held' AND next_at <= ?"
    for row in world.store.rows(sql, time.time()):
        release(world, row["hold"], backwards=True)


def bring_forward(world: World, seconds: int) -> None:
    """The clock was moved: what waits for a time of day is due that much sooner."""
    sql = "UPDATE deliveries SET next_at = next_at - ?, created = created - ? WHERE status IN ('pending', 'held')"
    world.store.rows(sql, seconds, seconds)
    world.store.rows("UPDATE jobs SET due = due - ?", seconds)


def signature(body: bytes, secret: str, at: int) -> str:
    """The `Stripe-Signature` header: HMAC-SHA256 over the time, a dot and the body."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, sha256).hexdigest()
    return f"t={at},v1={digest}"


def deliver(world: World, delivery: Row) -> None:
    """One attempt; its outcome is written down, and the next attempt with it.

    The signature carries the real time even when the sandbox's clock is ahead,
    since the receiver checks it against its own clock.
    """
    event = world.store.find(delivery["event"])
    if event is None:
        # Everything was forgotten since the delivery was due.
        return
    if event["object"] == THIN:
        body = encode_json({name: value for name, value in event.items() if name not in NOT_IN_NOTIFICATION})
    else:
        body = encode_json({**event, "pending_webhooks": 1})
    status, problem = _post(*destination_of(world, event["object"]), body)
    attempts = delivery["attempts"] + 1
    if status is not None and 200 <= status < 300:
        state, pause = "delivered", 0.0
    else:
        state, pause = "pending", min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
        if time.time() + pause > delivery["created"] + GIVE_UP_AFTER:
            state = "failed"
    sql = "UPDATE deliveries SET status=?, attempts=?, next_at=?, last_status=?, last_error=? WHERE id=?"
    with world.store.transaction():
        world.store.rows(sql, state, attempts, time.time() + pause, status, problem, delivery["id"])


def _post(url: str, secret: str, body: bytes) -> tuple[int | None, str | None]:
    """The status of the receiver's answer, or None and what went wrong. Redirects are not followed."""
    target = urlsplit(url)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": USER_AGENT,
        "Accept": "*/*; q=0.5, application/json",
        "Connection": "close",
        "Stripe-Signature": signature(body, secret, int(time.time())),
    }
    make = http.client.HTTPSConnection if target.scheme == "https" else http.client.HTTPConnection
    connection = make(target.hostname or "", target.port, timeout=WEBHOOK_TIMEOUT)
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    try:
        connection.request("POST", path, body, headers)
        return connection.getresponse().status, None
    except (OSError, http.client.HTTPException) as error:
        return None, f"{type(error).__name__}: {error}"
    finally:
        connection.close()
