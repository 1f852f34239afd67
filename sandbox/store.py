"""Everything that the sandbox remembers: one SQLite connection behind one lock."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sandbox.wire import Json

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    created INTEGER NOT NULL, doc TEXT NOT NULL, private TEXT NOT NULL DEFAULT '{}');
CREATE INDEX IF NOT EXISTS objects_kind ON objects (kind, seq);
CREATE INDEX IF NOT EXISTS objects_intent ON objects (json_extract(doc, '$.payment_intent'));
CREATE INDEX IF NOT EXISTS objects_charge ON objects (json_extract(doc, '$.charge'));
CREATE INDEX IF NOT EXISTS open_sessions ON objects (json_extract(doc, '$.expires_at'))
    WHERE kind = 'checkout.session' AND json_extract(doc, '$.status') = 'open';
CREATE TABLE IF NOT EXISTS idempotency (
    scope TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, endpoint TEXT NOT NULL,
    status INTEGER NOT NULL, body TEXT NOT NULL, request TEXT NOT NULL, created INTEGER NOT NULL,
    PRIMARY KEY (scope, key));
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, created REAL NOT NULL, next_at REAL NOT NULL,
    last_status INTEGER, last_error TEXT, hold TEXT);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (status, next_at);
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, due REAL NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS jobs_due ON jobs (due);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS oracle_payments (
    payment_intent TEXT PRIMARY KEY, charge TEXT NOT NULL UNIQUE, amount INTEGER NOT NULL, currency TEXT NOT NULL,
    fee INTEGER NOT NULL, metadata TEXT NOT NULL, session_metadata TEXT NOT NULL, customer_email TEXT,
    session TEXT, client_reference_id TEXT, at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS held_charges ON objects (json_extract(doc, '$.payment_method_details.card.capture_before'))
    WHERE kind = 'charge' AND json_extract(doc, '$.status') = 'succeeded' AND json_extract(doc, '$.captured') = 0
    AND json_extract(doc, '$.refunded') = 0;
CREATE INDEX IF NOT EXISTS waiting_refunds ON objects (json_extract(doc, '$.pending_reason'))
    WHERE kind = 'refund';
CREATE INDEX IF NOT EXISTS objects_source ON objects (json_extract(doc, '$.source_transaction'));
CREATE INDEX IF NOT EXISTS objects_customer ON objects (json_extract(doc, '$.customer'));
CREATE TABLE IF NOT EXISTS oracle_movements (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, object TEXT NOT NULL, payment_intent TEXT, charge TEXT,
    amount INTEGER NOT NULL, currency TEXT NOT NULL, fee INTEGER NOT NULL, metadata TEXT NOT NULL,
    idempotency_key TEXT, request TEXT, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS oracle_refunds (
    refund TEXT PRIMARY KEY, charge TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
    failed INTEGER NOT NULL DEFAULT 0, at INTEGER NOT NULL);
"""
TABLES = (
    *("objects", "idempotency", "deliveries", "jobs", "settings"),
    *("oracle_payments", "oracle_refunds", "oracle_movements"),
)


class Store:
    """Objects as JSON documents by id, and plain tables beside them.

    `private` is what the sandbox has to remember of an object and never shows.
    All access is serialised, so a transaction sees and changes a consistent world.
    """

    def __init__(self, path: str, committed: Callable[[], None] = lambda: None) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self.committed = committed
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(SCHEMA)

    def close(self) -> None:
        """Waits for the transaction that is under way, then closes the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; an inner transaction joins the outer one."""
        with self._lock:
            if self._depth:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            else:
                self._connection.execute("COMMIT")
            finally:
                self._depth = 0
        self.committed()

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """All rows of one statement, read or write."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """The first row of one statement, or None."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def insert(self, doc: Json, private: Json | None = None, *, at: int | None = None) -> Json:
        """Remembers a new object under its id; `at` is its time in seconds where the document has it as text."""
        sql = "INSERT INTO objects (id, kind, created, doc, private) VALUES (?, ?, ?, ?, ?)"
        created = doc["created"] if at is None else at
        self.rows(sql, doc["id"], doc["object"], created, json.dumps(doc), json.dumps(private or {}))
        return doc

    def replace(self, doc: Json) -> None:
        """Replaces the document of an object that exists."""
        self.rows("UPDATE objects SET doc = ? WHERE id = ?", json.dumps(doc), doc["id"])

    def find(self, identifier: str, kind: str | None = None) -> Json | None:
        """The object of this id, if there is one of this kind."""
        row = self.row("SELECT kind, doc FROM objects WHERE id = ?", identifier)
        if row is None or (kind is not None and row["kind"] != kind):
            return None
        return json.loads(row["doc"])  # type: ignore[no-any-return]

    def get(self, identifier: str) -> Json:
        """The object of an id that the sandbox itself wrote down."""
        doc = self.find(identifier)
        if doc is None:
            raise LookupError(identifier)
        return doc

    def private(self, identifier: str) -> Json:
        """The hidden part of an object."""
        row = self.row("SELECT private FROM objects WHERE id = ?", identifier)
        return json.loads(row["private"]) if row else {}

    def save_private(self, identifier: str, private: Json) -> None:
        """Replaces the hidden part of an object."""
        self.rows("UPDATE objects SET private = ? WHERE id = ?", json.dumps(private), identifier)

    def setting(self, name: str, default: str) -> str:
        """A value that outlives a restart."""
        row = self.row("SELECT value FROM settings WHERE name = ?", name)
        return str(row["value"]) if row else default

    def set_setting(self, name: str, value: str) -> None:
        """Writes a value that outlives a restart."""
        self.rows("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", name, value)

    def add_job(self, due: float, kind: str, payload: Json) -> None:
        """Work for the background thread, not before `due` (real seconds since 1970)."""
        self.rows("INSERT INTO jobs (due, kind, payload) VALUES (?, ?, ?)", due, kind, json.dumps(payload))

    def clear(self) -> None:
        """Forgets everything."""
        with self.transaction():
            for table in TABLES:
                self.rows(f"DELETE FROM {table}")  # noqa: S608 - the names are ours
