"""What happens by itself: balance transactions arrive, sessions expire, events are delivered."""

import json
import logging
import queue
import threading
import time
from sqlite3 import Row

from sandbox import captures, charges, checkout, disputes, idempotency, refunds, webhooks
from sandbox.card_answers import card_of
from sandbox.world import Call, World

log = logging.getLogger("sandbox")

SENDERS = 8
LONGEST_SLEEP = 5.0
PRUNE_EVERY = 600.0


def _refund_job(call: Call, kind: str, identifier: str) -> None:
    if kind == "succeed_refund":
        refunds.succeed(call, identifier)
    elif kind == "fail_refund":
        if refunds.find_refund(call, identifier)["status"] in ("succeeded", "pending"):
            refunds.fail(call, identifier, refunds.USUAL_FAILURE)
    elif kind == "reference_refund":
        refunds.add_reference(call, identifier)


class Worker:
    """One thread that looks for due work, and some that post events."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._under_way: set[int] = set()
        self._lock = threading.Lock()
        self._outbox: queue.SimpleQueue[Row] = queue.SimpleQueue()
        self._next_prune = 0.0
        self._threads = [threading.Thread(target=self._watch, name="sandbox-watch", daemon=True)]
        self._threads += [
            threading.Thread(target=self._send, name=f"sandbox-send-{number}", daemon=True) for number in range(SENDERS)
        ]

    def start(self) -> None:
        """Starts the threads; what a former run left undone is due at once."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends the watching; a delivery that is under way is tried again by the next run."""
        self._stopping.set()
        self._woken.set()
        self._threads[0].join(timeout=0.5)

    def wake(self) -> None:
        """Something was committed that may be due sooner than the next look."""
        self._woken.set()

    def _watch(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            now = time.time()
            try:
                self._do_what_is_due(now)
                pause = self._pause(now)
            except Exception:
                if self._stopping.is_set():
                    return
                log.exception("the background work failed; it is tried again")
                pause = 1.0
            self._woken.wait(pause)

    def _do_what_is_due(self, now: float) -> None:
        store = self._world.store
        for job in store.rows("SELECT * FROM jobs WHERE due <= ? ORDER BY due, id", now):
            self._run_job(job)
        if self._overdue_session():
            with store.transaction():
                checkout.expire_overdue(self._world.call())
        if store.row(captures.OVERDUE, self._world.now()):
            with store.transaction():
                captures.expire_overdue(self._world.call())
        if store.row(refunds.WAITING):
            with store.transaction():
                refunds.pay_waiting(self._world.call())
        webhooks.release_overdue(self._world)
        self._hand_out(now)
        if now >= self._next_prune:
            self._next_prune = now + PRUNE_EVERY
            idempotency.prune(store, self._world.now())

    def _run_job(self, job: Row) -> None:
        payload = json.loads(job["payload"])
        with self._world.store.transaction():
            call = self._world.call()
            if self._world.store.row("DELETE FROM jobs WHERE id = ? RETURNING id", job["id"]) is None:
                # Everything was forgotten since the job was read.
                return
            if job["kind"] == "settle_charge":
                charges.settle(call, payload["charge"])
            elif job["kind"] == "follow_payment":
                charge = call.store.get(payload["charge"])
                method = call.store.get(charge["payment_method"])
                disputes.follow_payment(call, charge, card_of(call, method).then)
            elif job["kind"] == "end_dispute":
                disputes.end_if_open(call, payload["dispute"], payload["outcome"])
            else:
                _refund_job(call, job["kind"], payload["refund"])

    def _overdue_session(self) -> bool:
        due = self._next_expiry()
        return due is not None and due <= self._world.now()

    def _next_expiry(self) -> int | None:
        sql = (
            "SELECT min(json_extract(doc, '$.expires_at')) AS due FROM objects INDEXED BY open_sessions"
            " WHERE kind = 'checkout.session' AND json_extract(doc, '$.status') = 'open'"
        )
        row = self._world.store.row(sql)
        return row["due"] if row else None

    def _hand_out(self, now: float) -> None:
        """Gives due deliveries to the senders; looking and marking are one step, so that none is given twice."""
        sql = "SELECT * FROM deliveries WHERE status = 'pending' AND next_at <= ? ORDER BY next_at, id LIMIT 200"
        with self._lock:
            for delivery in self._world.store.rows(sql, now):
                if delivery["id"] not in self._under_way:
                    self._under_way.add(delivery["id"])
                    self._outbox.put(delivery)

    def _pause(self, now: float) -> float:
        """Seconds until something is due that was not due at `now`, as far as is known."""
        row = self._world.store.row(
            "SELECT min(due) AS due FROM (SELECT min(due) AS due FROM jobs UNION ALL"
            " SELECT min(next_at) FROM deliveries WHERE status IN ('pending', 'held') AND next_at > ?)",
            now,
        )
        due = [now + LONGEST_SLEEP]
        if row is not None and row["due"] is not None:
            due.append(row["due"])
        held = self._world.store.row(captures.NEXT)
        for moment in (self._next_expiry(), held["due"] if held else None):
            if moment is not None:
                due.append(now + moment - self._world.now())
        return max(0.01, min(due) - time.time())

    def _send(self) -> None:
        while not self._stopping.is_set():
            try:
                delivery = self._outbox.get(timeout=0.5)
            except queue.Empty:
                continue
            try:
                webhooks.deliver(self._world, delivery)
            except Exception:
                if not self._stopping.is_set():
                    log.exception("a delivery could not be written down; it is tried again")
            finally:
                with self._lock:
                    self._under_way.discard(delivery["id"])
                self.wake()
