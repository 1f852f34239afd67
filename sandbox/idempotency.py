"""Idempotency keys with Stripe's semantics: the first answer is kept for a day and given again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qsl

from sandbox.store import Store
from sandbox.wire import ApiError

LONGEST_KEY = 255
KEPT_FOR = 24 * 3600
# What a failure of the card or of the server answered is kept like a success;
# a request that was refused before anything happened may be corrected and sent again.
KEPT_STATUSES = frozenset({200, 402, 500})


@dataclass(frozen=True)
class Attempt:
    """One POST with a key. `scope` parts accounts, `endpoint` is the path, `fields` the body as sent."""

    scope: str
    key: str
    endpoint: str
    fields: str

    @property
    def fingerprint(self) -> str:
        """Equal for requests that ask for the same."""
        fields: object = sorted(parse_qsl(self.fields, keep_blank_values=True))
        if self.endpoint.startswith("/v2/"):
            fields = self.fields
        return sha256(repr((self.endpoint, fields)).encode()).hexdigest()


@dataclass(frozen=True)
class Saved:
    """The answer of the first request with a key."""

    status: int
    body: bytes
    request_id: str


class Keys:
    """The keys that were used, and those in use at this moment."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._in_use: dict[tuple[str, str], str] = {}

    @contextmanager
    def claimed(self, attempt: Attempt) -> Iterator[None]:
        """Holds the key while its request is worked on; raises ApiError 409 if another one holds it."""
        place = (attempt.scope, attempt.key)
        with self._lock:
            holder = self._in_use.get(place)
            if holder is None:
                self._in_use[place] = attempt.fingerprint
        if holder is not None:
            if holder != attempt.fingerprint:
                raise _other_parameters(attempt.key)
            message = f"There is currently another in-progress request using this Idempotent Key: {attempt.key}."
            raise ApiError(409, message, code="idempotency_key_in_use")
        try:
            yield
        finally:
            with self._lock:
                del self._in_use[place]

    def saved(self, attempt: Attempt, now: int) -> Saved | None:
        """The kept answer to the same request; raises ApiError 400 when the key was used for another one."""
        sql = "SELECT * FROM idempotency WHERE scope = ? AND key = ? AND created > ?"
        row = self._store.row(sql, attempt.scope, attempt.key, now - KEPT_FOR)
        if row is None:
            return None
        if row["endpoint"] != attempt.endpoint:
            message = (
                "Keys for idempotent requests can only be used for the same endpoint they were first used for "
                f"('{attempt.endpoint}' vs '{row['endpoint']}'). "
                f"Try using a key other than '{attempt.key}' if you meant to execute a different request."
            )
            raise ApiError(400, message, kind="idempotency_error")
        if row["fingerprint"] != attempt.fingerprint:
            raise _other_parameters(attempt.key)
        return Saved(row["status"], row["body"].encode(), row["request"])

    def keep(self, attempt: Attempt, answer: Saved, now: int, *, refused: bool = False) -> None:
        """Keeps an answer, if it is of the kind that is kept; belongs in the transaction of the work.

        `refused` keeps one of another kind: the work had begun when it turned out that it could not be done.
        """
        if refused or answer.status in KEPT_STATUSES:
            self._store.rows(
                "INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                attempt.scope,
                attempt.key,
                attempt.fingerprint,
                attempt.endpoint,
                answer.status,
                answer.body.decode(),
                answer.request_id,
                now,
            )


def prune(store: Store, now: int) -> None:
    """Forgets keys that are older than a day."""
    store.rows("DELETE FROM idempotency WHERE created <= ?", now - KEPT_FOR)


def check_key(key: str) -> None:
    """Refuses a key that is too long."""
    if len(key) > LONGEST_KEY:
        raise ApiError(400, f"Idempotency keys have at most {LONGEST_KEY} characters; this one has {len(key)}.")


def _other_parameters(key: str) -> ApiError:
    message = (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
    return ApiError(400, message, kind="idempotency_error")
