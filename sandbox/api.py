"""From a request to an answer: key, path, parameters, faults, idempotency, work, expansion."""

import base64
import binascii
import logging
import threading
from dataclasses import dataclass, field

from sandbox.events import API_VERSION
from sandbox.expansion import expanded
from sandbox.faults import Fault, Strike
from sandbox.idempotency import Attempt, Keys, Saved, check_key
from sandbox.ids import new_id
from sandbox.routes import Route, find_route
from sandbox.wire import ApiError, decode_form, decode_json, encode_json
from sandbox.world import Call, World

log = logging.getLogger("sandbox")


BUSY = {
    "status_429": ApiError(429, "Too many requests hit the API too quickly.", code="rate_limit"),
    "lock_timeout": ApiError(
        429,
        "This object cannot be accessed right now because another API request or Stripe process is currently "
        "accessing it. If you see this error intermittently, retry the request.",
        code="lock_timeout",
    ),
}


class HangUp(Exception):
    """The connection is to be closed without an answer; `reset` says as rudely as TCP allows."""

    def __init__(self, reset: bool) -> None:
        super().__init__("reset" if reset else "closed")
        self.reset = reset


@dataclass(frozen=True)
class Request:
    """A request as it came over the wire; header names are in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Answer:
    """Status, JSON body and the headers beside the usual ones."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def check_api_key(authorization: str) -> None:
    """Lets test keys pass; a live key is never accepted, whatever it may do at Stripe."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            value = base64.b64decode(value.strip()).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            value = ""
    key = value.strip()
    if "_live_" in key:
        raise ApiError(401, "This is a sandbox, not Stripe: it refuses live API keys. Use one that starts sk_test_.")
    if not key:
        message = "You did not provide an API key. Send `Authorization: Bearer sk_test_...`."
        raise ApiError(401, message)
    if not key.startswith(("sk_test_", "rk_test_")):
        raise ApiError(401, "Invalid API Key provided. The sandbox takes any key that starts sk_test_ or rk_test_.")


@dataclass(frozen=True)
class Visit:
    """A request that found its operation, as the faults look at it."""

    request: Request
    route: Route

    @property
    def strike(self) -> Strike:
        """What faults choose by."""
        request = self.request
        return Strike(self.route.operation, request.method, request.path, request.body or request.query)


class Api:
    """The /v1 and /v2 side of the sandbox."""

    def __init__(self, world: World, stopping: threading.Event) -> None:
        self._world = world
        self._keys = Keys(world.store)
        self._stopping = stopping

    def answer(self, request: Request) -> Answer:
        """Answers a request to /v1 or /v2; raises HangUp where a fault wants no answer."""
        request_id = new_id("req_")
        usual = {"Request-Id": request_id, "Stripe-Version": request.headers.get("stripe-version", API_VERSION)}
        try:
            answer = self._routed(request, request_id)
        except ApiError as error:
            answer = Answer(error.status, encode_json(error.envelope()))
        return Answer(answer.status, answer.body, {**usual, **answer.headers})

    def _routed(self, request: Request, request_id: str) -> Answer:
        check_api_key(request.headers.get("authorization", ""))
        found = find_route(request.method, request.path)
        if found is None:
            message = f"Unrecognized request URL ({request.method}: {request.path}). This sandbox is not all of Stripe."
            raise ApiError(404, message)
        route, identifier = found
        if request.headers.get("stripe-account") or request.headers.get("stripe-context"):
            # Answering with the platform's own objects would hide the mistake.
            raise ApiError(400, "This sandbox does not act for connected accounts: leave out Stripe-Account.")
        visit = Visit(request, route)
        if self._struck(visit, "reset"):
            raise HangUp(reset=True)
        if not self._world.pace.allows(route.operation):
            raise BUSY["status_429"]
        for kind, busy in BUSY.items():
            if fault := self._struck(visit, kind):
                hint = {"Stripe-Should-Retry": fault.should_retry} if fault.should_retry else {}
                return Answer(busy.status, encode_json(busy.envelope()), hint)
        attempt = self._attempt(request)
        call = self._call(request, route, identifier, request_id)
        answer = self._once(attempt, visit, call) if attempt else self._worked(None, visit, call)
        if self._struck(visit, "drop_after_commit"):
            raise HangUp(reset=False)
        return answer

    def _struck(self, visit: Visit, kind: str) -> Fault | None:
        """The fault of this kind that strikes the request now, if one waits for it."""
        found = self._world.faults.take(visit.strike, (kind,))
        return found[0] if found else None

    def _attempt(self, request: Request) -> Attempt | None:
        key = request.headers.get("idempotency-key", "")
        if request.method != "POST" or not key:
            return None
        check_key(key)
        return Attempt(request.headers.get("stripe-account", ""), key, request.path, request.body)

    def _call(self, request: Request, route: Route, identifier: str, request_id: str) -> Call:
        if request.method == "POST" and request.path.startswith("/v2/"):
            tree = decode_json(request.body)
        else:
            tree = decode_form(request.body if request.method == "POST" else request.query)
        params = route.fields.read(tree, "")
        key = request.headers.get("idempotency-key") or None
        return Call(self._world, self._world.now(), params, identifier, request_id, key)

    def _once(self, attempt: Attempt, visit: Visit, call: Call) -> Answer:
        """The kept answer, or the work; looked up again once the key is ours, since another may just have finished."""
        for _ in range(2):
            if saved := self._keys.saved(attempt, call.now):
                return _replayed(saved)
            with self._keys.claimed(attempt):
                if self._keys.saved(attempt, call.now) is None:
                    return self._worked(attempt, visit, call)
        raise ApiError(409, "Try again.", code="idempotency_key_in_use")

    def _worked(self, attempt: Attempt | None, visit: Visit, call: Call) -> Answer:
        """Does the work. A delay strikes while the key is held, so that a duplicate meets a request under way."""
        if delay := self._struck(visit, "delay"):
            self._stopping.wait(delay.seconds)
        try:
            with self._world.store.transaction():
                answer = _failure() if self._struck(visit, "status_500") else _work(visit.route, call)
                if self._struck(visit, "status_500_after_commit"):
                    answer = _failure()
                self._keep(attempt, answer, call)
        except ApiError as error:
            if error.kept:
                # The work is undone, and the key remembers that it was refused.
                self._keep(attempt, Answer(error.status, encode_json(error.envelope())), call, refused=True)
            raise
        return answer

    def _keep(self, attempt: Attempt | None, answer: Answer, call: Call, *, refused: bool = False) -> None:
        if attempt is not None:
            saved = Saved(answer.status, answer.body, call.request_id or "")
            self._keys.keep(attempt, saved, call.now, refused=refused)


def _work(route: Route, call: Call) -> Answer:
    """A declined card answers 402 and keeps what was written down; other refusals undo it."""
    try:
        return Answer(200, encode_json(expanded(call, route.handler(call))))
    except ApiError as error:
        if error.status != 402:
            raise
        return Answer(402, encode_json(error.envelope()))


def _failure() -> Answer:
    error = ApiError(500, "An unknown error occurred: a fault that a test asked for.", kind="api_error")
    return Answer(500, encode_json(error.envelope()))


def _replayed(saved: Saved) -> Answer:
    headers = {"Idempotent-Replayed": "true", "Original-Request": saved.request_id}
    return Answer(saved.status, saved.body, headers)
