"""`/_control/`: what a test or a demo does to the sandbox that no client of Stripe could."""

import json
import re
from collections.abc import Callable
from typing import Any

from sandbox import checkout, oracle, refunds, webhooks
from sandbox.api import Answer, Request
from sandbox.cards import BY_NUMBER, digits_of
from sandbox.expansion import presented
from sandbox.faults import EVENT_FAULTS, REQUEST_FAULTS
from sandbox.payment_methods import Payer
from sandbox.wire import ApiError, Json, decode_form, encode_json, missing_resource
from sandbox.world import World

type Given = dict[str, Any]


class Control:
    """The control calls; each answers JSON."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._calls: tuple[tuple[str, str, Callable[[str, Given], Any]], ...] = (
            ("GET", "/_control/health", self._health),
            ("GET", "/_control/oracle", self._oracle),
            ("POST", "/_control/checkout_sessions/([^/]+)/complete", self._complete),
            ("POST", "/_control/refunds/([^/]+)/fail", self._fail_refund),
            ("GET", "/_control/faults", self._faults),
            ("POST", "/_control/faults", self._add_fault),
            ("DELETE", "/_control/faults", self._clear_faults),
            ("GET", "/_control/events", self._events),
            ("POST", "/_control/events/([^/]+)/resend", self._resend),
            ("GET", "/_control/deliveries", self._deliveries),
            ("POST", "/_control/deliveries/release", self._release),
            ("POST", "/_control/clock", self._clock),
            ("POST", "/_control/reset", self._reset),
        )

    def answer(self, request: Request) -> Answer:
        """Answers one control call; an unknown one gets 404 with the list of those that exist."""
        for method, pattern, handler in self._calls:
            match = re.fullmatch(pattern, request.path)
            if match and method == request.method:
                identifier = match.group(1) if match.groups() else ""
                return Answer(200, encode_json(handler(identifier, _given(request))))
        known = ", ".join(f"{method} {pattern.replace('([^/]+)', '{id}')}" for method, pattern, _ in self._calls)
        raise ApiError(404, f"No such control call. There are: {known}")

    def _health(self, identifier: str, given: Given) -> Json:
        return {"status": "ok", "livemode": False, "webhook_url": self._world.options.webhook_url or None}

    def _oracle(self, identifier: str, given: Given) -> Json:
        return oracle.account(self._world.store)

    def _complete(self, identifier: str, given: Given) -> Json:
        """Pays a session as its page would; a 3-D Secure card is answered by `authenticate`, if that is given."""
        card = BY_NUMBER.get(digits_of(str(given.get("card", "4242424242424242"))))
        if card is None:
            raise ApiError(400, f"No such test card. There are: {', '.join(BY_NUMBER)}", param="card")
        verdict = given.get("authenticate")
        if verdict not in (None, "pass", "fail"):
            raise ApiError(400, "authenticate is pass or fail.", param="authenticate")
        with self._world.store.transaction():
            call = self._world.call()
            session = checkout.find_session(call, identifier)
            email = given.get("email") or session["customer_email"] or "supporter@example.com"
            payer = Payer(card, email=email, name=given.get("name"))
            try:
                intent = checkout.pay(call, identifier, payer)
                if intent["status"] == "requires_action" and verdict is not None:
                    checkout.authenticate(call, identifier, passed=verdict == "pass")
            except checkout.NotOpen as closed:
                raise ApiError(409, f"The session is {session['status']}, so nothing can be paid.") from closed
            return checkout.find_session(call, identifier)

    def _fail_refund(self, identifier: str, given: Given) -> Json:
        reason = str(given.get("failure_reason", refunds.USUAL_FAILURE))
        with self._world.store.transaction():
            return refunds.fail(self._world.call(), identifier, reason)

    def _faults(self, identifier: str, given: Given) -> Json:
        return {"faults": [vars(fault) for fault in self._world.faults.waiting()]}

    def _add_fault(self, identifier: str, given: Given) -> Json:
        kind = given.get("kind")
        if kind not in REQUEST_FAULTS + EVENT_FAULTS:
            raise ApiError(400, f"kind is one of {', '.join(REQUEST_FAULTS + EVENT_FAULTS)}.", param="kind")
        usual_wait = 3.0 if kind == "reorder_events" else 1.0
        times = _number(given, "times", 1.0)
        fault = self._world.faults.add(
            str(given.get("op", "*")), str(kind), int(times), _number(given, "seconds", usual_wait)
        )
        return vars(fault)

    def _clear_faults(self, identifier: str, given: Given) -> Json:
        self._world.faults.clear()
        return {"faults": []}

    def _events(self, identifier: str, given: Given) -> Json:
        rows = self._world.store.rows("SELECT doc FROM objects WHERE kind = 'event' ORDER BY seq")
        call = self._world.call()
        return {"events": [presented(call, json.loads(row["doc"])) for row in rows]}

    def _resend(self, identifier: str, given: Given) -> Json:
        event = self._world.store.find(identifier, "event")
        if event is None:
            raise missing_resource("event", identifier)
        if not self._world.options.webhook_url:
            raise ApiError(400, "There is nowhere to send it: start the sandbox with --webhook-url.")
        times = int(_number(given, "times", 1.0))
        parallel = str(given.get("parallel", "false")).lower() in ("1", "true", "yes")
        with self._world.store.transaction():
            webhooks.add_deliveries(self._world, event, times, apart=0.0 if parallel else webhooks.STAGGER)
        return {"event": identifier, "deliveries": times}

    def _deliveries(self, identifier: str, given: Given) -> Json:
        rows = self._world.store.rows("SELECT * FROM deliveries ORDER BY id")
        return {"deliveries": [dict(row) for row in rows]}

    def _release(self, identifier: str, given: Given) -> Json:
        backwards = str(given.get("order", "natural")) == "reverse"
        return {"released": webhooks.release(self._world, backwards=backwards)}

    def _clock(self, identifier: str, given: Given) -> Json:
        """Moves the sandbox's own clock forward, for expiry and the age of idempotency keys."""
        seconds = int(_number(given, "advance", 0.0))
        with self._world.store.transaction():
            ahead = int(self._world.store.setting("clock_ahead", "0")) + seconds
            self._world.store.set_setting("clock_ahead", str(ahead))
        return {"now": self._world.now(), "ahead": ahead}

    def _reset(self, identifier: str, given: Given) -> Json:
        if not self._world.options.allow_reset:
            raise ApiError(403, "Start the sandbox with --allow-reset to let it forget everything.")
        self._world.store.clear()
        self._world.faults.clear()
        return {"status": "empty"}


def _given(request: Request) -> Given:
    """The fields of a form or the members of a JSON object, with those of the query."""
    fields: Given = dict(decode_form(request.query))
    if request.headers.get("content-type", "").startswith("application/json") and request.body:
        try:
            body = json.loads(request.body)
        except ValueError as error:
            raise ApiError(400, f"The body is not JSON: {error}") from error
        if not isinstance(body, dict):
            raise ApiError(400, "The body is a JSON object, or a form.")
        return fields | body
    return fields | decode_form(request.body)


def _number(given: Given, name: str, usual: float) -> float:
    try:
        number = float(given.get(name, usual))
    except (TypeError, ValueError) as error:
        raise ApiError(400, f"{name} is a number.", param=name) from error
    if not 0 <= number < 10**9:
        raise ApiError(400, f"{name} is a number from 0 on.", param=name)
    return number
