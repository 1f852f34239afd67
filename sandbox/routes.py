"""The paths of the API: which operation each is, and what it may be asked."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox import (
    balance,
    charges,
    checkout,
    customers,
    direct_payments,
    events,
    listing,
    payment_intents,
    refunds,
)
from sandbox.checkout_parameters import CREATE, EXPIRE, LINE_ITEMS, LIST, RETRIEVE
from sandbox.parameters import Fields
from sandbox.wire import Json
from sandbox.world import Call

type Handler = Callable[[Call], Json]


@dataclass(frozen=True)
class Route:
    """`operation` is the name that faults use, for example `checkout.sessions.create`."""

    method: str
    path: str
    operation: str
    fields: Fields
    handler: Handler

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matches the path; `{id}` takes one segment."""
        return re.compile("^" + self.path.replace("{id}", "(?P<id>[^/]+)") + "$")


def list_handler(kind: str, path: str) -> Handler:
    """A handler that lists stored objects of one kind."""

    def handler(call: Call) -> Json:
        if kind == "checkout.session":
            checkout.expire_overdue(call)
        return listing.page_of(call, kind, path, listing.conditions_of(call))

    return handler


def list_events(call: Call) -> Json:
    """GET /v1/events: a type may be a pattern, so it does not compare as the other filters do."""
    plain = {name: value for name, value in call.params.items() if name != "type"}
    usual = listing.conditions_of(call.world.call(params=plain))
    return listing.page_of(call, "event", "/v1/events", [*usual, *events.filters(call)])


def list_line_items(call: Call) -> Json:
    """GET /v1/checkout/sessions/{id}/line_items."""
    session = checkout.find_session(call, call.identifier)
    items = call.store.private(session["id"])["line_items"]
    return listing.page_of_items(call, items, f"/v1/checkout/sessions/{session['id']}/line_items")


SESSIONS = "/v1/checkout/sessions"
INTENTS = "/v1/payment_intents"
CHARGES = "/v1/charges"
MOVEMENTS = "/v1/balance_transactions"
REFUNDS = "/v1/refunds"
CUSTOMERS = "/v1/customers"
EVENTS = "/v1/events"
ROUTES = tuple(
    Route(*parts)
    for parts in (
        ("POST", SESSIONS, "checkout.sessions.create", CREATE, checkout.create),
        ("GET", SESSIONS, "checkout.sessions.list", LIST, list_handler("checkout.session", SESSIONS)),
        ("GET", SESSIONS + "/{id}", "checkout.sessions.retrieve", RETRIEVE, checkout.retrieve),
        ("POST", SESSIONS + "/{id}/expire", "checkout.sessions.expire", EXPIRE, checkout.expire),
        ("GET", SESSIONS + "/{id}/line_items", "checkout.sessions.line_items", LINE_ITEMS, list_line_items),
        ("POST", INTENTS, "payment_intents.create", direct_payments.CREATE, direct_payments.create),
        ("GET", INTENTS, "payment_intents.list", payment_intents.LIST, list_handler("payment_intent", INTENTS)),
        ("GET", INTENTS + "/{id}", "payment_intents.retrieve", payment_intents.RETRIEVE, payment_intents.retrieve),
        ("POST", INTENTS + "/{id}/cancel", "payment_intents.cancel", payment_intents.CANCEL, payment_intents.cancel),
        ("GET", CHARGES, "charges.list", charges.LIST, list_handler("charge", CHARGES)),
        ("GET", CHARGES + "/{id}", "charges.retrieve", charges.RETRIEVE, charges.retrieve),
        ("GET", MOVEMENTS, "balance_transactions.list", balance.LIST, list_handler("balance_transaction", MOVEMENTS)),
        ("GET", MOVEMENTS + "/{id}", "balance_transactions.retrieve", balance.RETRIEVE, balance.retrieve),
        ("POST", REFUNDS, "refunds.create", refunds.CREATE, refunds.create),
        ("GET", REFUNDS, "refunds.list", refunds.LIST, list_handler("refund", REFUNDS)),
        ("GET", REFUNDS + "/{id}", "refunds.retrieve", refunds.RETRIEVE, refunds.retrieve),
        ("POST", REFUNDS + "/{id}", "refunds.update", refunds.UPDATE, refunds.update),
        ("POST", CUSTOMERS, "customers.create", customers.CREATE, customers.create),
        ("GET", CUSTOMERS, "customers.list", customers.LIST, list_handler("customer", CUSTOMERS)),
        ("GET", CUSTOMERS + "/{id}", "customers.retrieve", customers.RETRIEVE, customers.retrieve),
        ("GET", EVENTS, "events.list", events.LIST, list_events),
        ("GET", EVENTS + "/{id}", "events.retrieve", events.RETRIEVE, events.retrieve),
    )
)
TABLE = tuple((route, route.pattern) for route in ROUTES)


def find_route(method: str, path: str) -> tuple[Route, str] | None:
    """The operation of a request and the id in its path."""
    for route, pattern in TABLE:
        if route.method == method and (match := pattern.match(path)):
            return route, match.groupdict().get("id", "")
    return None
