"""`/_control/`: what a test or a demo does to the sandbox that no client of Stripe could."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sandbox import control_money, oracle, webhooks
from sandbox.api import Answer, Request
from sandbox.control_given import Given, number, one_of, read_given, yes
from sandbox.expansion import presented
from sandbox.faults import EVENT_FAULTS, REQUEST_FAULTS
from sandbox.ids import SOURCE
from sandbox.wire import ApiError, Json, encode_json, missing_resource
from sandbox.world import World


class Control:
    """The control calls; each answers JSON."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._calls: tuple[tuple[str, str, Callable[[str, Given], Any]], ...] = (
            ("GET", "/_control/health", self._health),
            ("GET", "/_control/oracle", self._oracle),
            *(("POST", f"/_control/{path}", self._doing(deed)) for path, deed in control_money.DEEDS),
            ("GET", "/_control/faults", self._faults),
            ("POST", "/_control/faults", self._add_fault),
            ("DELETE", "/_control/faults", self._clear_faults),
            ("POST", "/_control/search", self._delay_search),
            ("GET", "/_control/pace", self._pace),
            ("POST", "/_control/pace", self._limit_pace),
            ("GET", "/_control/events", self._events),
            ("GET", "/_control/thin_events", self._thin_events),
            ("POST", "/_control/events/([^/]+)/resend", self._resend),
            ("GET", "/_control/deliveries", self._deliveries),
            ("POST", "/_control/deliveries/release", self._release),
            ("GET", "/_control/clock", self._clock),
            ("POST", "/_control/clock", self._move_clock),
            ("POST", "/_control/reset", self._reset),
        )

    def answer(self, request: Request) -> Answer:
        """Answers one control call; an unknown one gets 404 with the list of those that exist."""
        for method, pattern, handler in self._calls:
            match = re.fullmatch(pattern, request.path)
            if match and method == request.method:
                identifier = match.group(1) if match.groups() else ""
                return Answer(200, encode_json(handler(identifier, read_given(request))))
        known = ", ".join(f"{method} {pattern.replace('([^/]+)', '{id}')}" for method, pattern, _ in self._calls)
        raise ApiError(404, f"No such control call. There are: {known}")

    def _doing(self, deed: control_money.Deed) -> Callable[[str, Given], Any]:
        """A deed as a control call: all of it, or nothing."""

        def do(identifier: str, given: Given) -> Any:
            with self._world.store.transaction():
                return deed(self._world.call(), identifier, given)

        return do

    def _health(self, identifier: str, given: Given) -> Json:
        return {"status": "ok", "livemode": False, "webhook_url": self._world.options.webhook_url or None}

    def _oracle(self, identifier: str, given: Given) -> Json:
        unique = tuple(name for name in str(given.get("unique", "")).split(",") if name)
        return oracle.account(self._world.store, unique)

    def _faults(self, identifier: str, given: Given) -> Json:
        return {"faults": [vars(fault) for fault in self._world.faults.waiting()]}

    def _add_fault(self, identifier: str, given: Given) -> Json:
        kind = one_of(given, "kind", REQUEST_FAULTS + EVENT_FAULTS)
        usual_wait = 3.0 if kind == "reorder_events" else 1.0
        retry = one_of(given, "should_retry", ("true", "false", ""), "")
        fault = self._world.faults.add(
            str(given.get("op", "*")),
            kind,
            max(1, int(number(given, "times", 1.0))),
            number(given, "seconds", usual_wait),
            method=str(given.get("method", "*")).upper(),
            path=str(given.get("path", "*")),
            contains=str(given.get("contains", "")),
            nth=max(1, int(number(given, "nth", 1.0))),
            should_retry=retry,
        )
        return vars(fault)

    def _clear_faults(self, identifier: str, given: Given) -> Json:
        self._world.faults.clear()
        return {"faults": []}

    def _delay_search(self, identifier: str, given: Given) -> Json:
        """From now on the search finds only what is older than `lag` seconds."""
        lag = int(number(given, "lag", 60))
        self._world.store.set_setting("search_lag", str(lag))
        return {"lag": lag}

    def _pace(self, identifier: str, given: Given) -> Json:
        return self._world.pace.told()

    def _limit_pace(self, identifier: str, given: Given) -> Json:
        """From now on more requests than this in one second are answered 429; 0 takes the limit away."""
        self._world.pace.limit(int(number(given, "per_second", 0)))
        return self._world.pace.told()

    def _events(self, identifier: str, given: Given) -> Json:
        rows = self._world.store.rows("SELECT doc FROM objects WHERE kind = 'event' ORDER BY seq")
        call = self._world.call()
        return {"events": [presented(call, json.loads(row["doc"])) for row in rows]}

    def _thin_events(self, identifier: str, given: Given) -> Json:
        rows = self._world.store.rows("SELECT doc FROM objects WHERE kind = ? ORDER BY seq", webhooks.THIN)
        return {"events": [json.loads(row["doc"]) for row in rows]}

    def _resend(self, identifier: str, given: Given) -> Json:
        event = self._world.store.find(identifier)
        if event is None or event["object"] not in ("event", webhooks.THIN):
            raise missing_resource("event", identifier)
        if not webhooks.destination_of(self._world, event["object"])[0]:
            raise ApiError(400, "There is nowhere to send it: start the sandbox with --webhook-url.")
        times = int(number(given, "times", 1.0))
        with self._world.store.transaction():
            apart = 0.0 if yes(given, "parallel") else webhooks.STAGGER
            webhooks.add_deliveries(self._world, event, times, apart=apart)
        return {"event": identifier, "deliveries": times}

    def _deliveries(self, identifier: str, given: Given) -> Json:
        rows = self._world.store.rows("SELECT * FROM deliveries ORDER BY id")
        return {"deliveries": [dict(row) for row in rows]}

    def _release(self, identifier: str, given: Given) -> Json:
        backwards = str(given.get("order", "natural")) == "reverse"
        return {"released": webhooks.release(self._world, backwards=backwards)}

    def _clock(self, identifier: str, given: Given) -> Json:
        return {"now": self._world.now(), "ahead": int(self._world.store.setting("clock_ahead", "0"))}

    def _move_clock(self, identifier: str, given: Given) -> Json:
        """Moves the sandbox's own clock: what waits for a time comes due with it. `set` may also turn it back."""
        with self._world.store.transaction():
            before = int(self._world.store.setting("clock_ahead", "0"))
            ahead = before + int(number(given, "advance", 0.0))
            if "set" in given:
                ahead = before + _moment(given["set"]) - self._world.now()
            self._world.store.set_setting("clock_ahead", str(ahead))
            if ahead > before:
                webhooks.bring_forward(self._world, ahead - before)
        return {"now": self._world.now(), "ahead": ahead}

    def _reset(self, identifier: str, given: Given) -> Json:
        if not self._world.options.allow_reset:
            raise ApiError(403, "Start the sandbox with --allow-reset to let it forget everything.")
        self._world.store.clear()
        self._world.faults.clear()
        self._world.pace.clear()
        SOURCE.sow(self._world.options.seed)
        return {"status": "empty"}


def _moment(text: object) -> int:
    """Seconds since 1970, or a date and time with its zone."""
    if str(text).isdecimal():
        return int(str(text))
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise ApiError(400, "set is seconds since 1970, or such as 2027-01-31T12:00:00Z.", param="set") from error
    if found.tzinfo is None:
        raise ApiError(400, "set needs a zone, such as Z.", param="set")
    return int(found.timestamp())
