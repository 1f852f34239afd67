"""The paths of the API: which operation each is, and what it may be asked."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox import (
    account_links,
    accounts,
    balance,
    captures,
    charges,
    checkout,
    checkout_parameters,
    customers,
    direct_payments,
    disputes,
    events,
    fraud_warnings,
    intent_search,
    listing,
    payment_intents,
    payment_methods,
    refunds,
    setup_intents,
    thin_events,
    transfers,
)
from sandbox.parameters import EXPAND, Fields
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


OVERDUE: dict[str, Callable[[Call], None]] = {
    "checkout.session": checkout.expire_overdue,
    "payment_intent": captures.expire_overdue,
    "charge": captures.expire_overdue,
}


def list_handler(kind: str, path: str) -> Handler:
    """A handler that lists stored objects of one kind."""

    def handler(call: Call) -> Json:
        if kind in OVERDUE:
            OVERDUE[kind](call)
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


def list_methods_of_customer(call: Call) -> Json:
    """GET /v1/customers/{id}/payment_methods."""
    customer = customers.find_customer(call, call.identifier)
    owned = ("json_extract(doc, '$.customer') = ?", [customer["id"]])
    url = f"/v1/customers/{customer['id']}/payment_methods"
    return listing.page_of(call, "payment_method", url, [*listing.conditions_of(call), owned])


def list_reversals(call: Call) -> Json:
    """GET /v1/transfers/{id}/reversals."""
    transfer = transfers.find_transfer(call, call.identifier)
    of_it = ("json_extract(doc, '$.transfer') = ?", [transfer["id"]])
    return listing.page_of(call, "transfer_reversal", f"/v1/transfers/{transfer['id']}/reversals", [of_it])


BALANCE_FIELDS = Fields(EXPAND)
SESSIONS = "/v1/checkout/sessions"
INTENTS = "/v1/payment_intents"
SETUPS = "/v1/setup_intents"
CHARGES = "/v1/charges"
MOVEMENTS = "/v1/balance_transactions"
REFUNDS = "/v1/refunds"
CUSTOMERS = "/v1/customers"
METHODS = "/v1/payment_methods"
DISPUTES = "/v1/disputes"
WARNINGS = "/v1/radar/early_fraud_warnings"
TRANSFERS = "/v1/transfers"
ACCOUNTS = "/v2/core/accounts"
THIN_EVENTS = "/v2/core/events"
EVENTS = "/v1/events"


def _known(kind: str, path: str, name: str, fields: Fields, handler: Handler) -> list[tuple[object, ...]]:
    """The two looks that every kind of object allows: one of them, and a list."""
    return [
        ("GET", path, f"{name}.list", fields, list_handler(kind, path)),
        ("GET", path + "/{id}", f"{name}.retrieve", Fields(EXPAND), handler),
    ]


ROUTES = tuple(
    Route(*parts)  # type: ignore[arg-type]
    for parts in (
        ("POST", SESSIONS, "checkout.sessions.create", checkout_parameters.CREATE, checkout.create),
        *_known("checkout.session", SESSIONS, "checkout.sessions", checkout_parameters.LIST, checkout.retrieve),
        ("POST", SESSIONS + "/{id}/expire", "checkout.sessions.expire", checkout_parameters.EXPIRE, checkout.expire),
        (
            *("GET", SESSIONS + "/{id}/line_items", "checkout.sessions.line_items"),
            *(checkout_parameters.LINE_ITEMS, list_line_items),
        ),
        ("POST", INTENTS, "payment_intents.create", direct_payments.CREATE, direct_payments.create),
        ("GET", INTENTS, "payment_intents.list", payment_intents.LIST, list_handler("payment_intent", INTENTS)),
        ("GET", INTENTS + "/search", "payment_intents.search", intent_search.SEARCH, intent_search.search),
        ("GET", INTENTS + "/{id}", "payment_intents.retrieve", payment_intents.RETRIEVE, payment_intents.retrieve),
        ("POST", INTENTS + "/{id}", "payment_intents.update", payment_intents.UPDATE, payment_intents.update),
        (
            "POST",
            INTENTS + "/{id}/confirm",
            "payment_intents.confirm",
            direct_payments.CONFIRM,
            direct_payments.confirm,
        ),
        ("POST", INTENTS + "/{id}/capture", "payment_intents.capture", captures.CAPTURE, payment_intents.capture),
        ("POST", INTENTS + "/{id}/cancel", "payment_intents.cancel", captures.CANCEL, payment_intents.cancel),
        ("POST", SETUPS, "setup_intents.create", setup_intents.CREATE, setup_intents.create),
        ("GET", SETUPS, "setup_intents.list", setup_intents.LIST, list_handler("setup_intent", SETUPS)),
        ("GET", SETUPS + "/{id}", "setup_intents.retrieve", setup_intents.RETRIEVE, setup_intents.retrieve),
        ("POST", SETUPS + "/{id}/confirm", "setup_intents.confirm", setup_intents.CONFIRM, setup_intents.confirm),
        ("POST", SETUPS + "/{id}/cancel", "setup_intents.cancel", setup_intents.CANCEL, setup_intents.cancel),
        *_known("charge", CHARGES, "charges", charges.LIST, charges.retrieve),
        ("GET", "/v1/balance", "balance.retrieve", BALANCE_FIELDS, balance.platform),
        *_known("balance_transaction", MOVEMENTS, "balance_transactions", balance.LIST, balance.retrieve),
        ("POST", REFUNDS, "refunds.create", refunds.CREATE, refunds.create),
        *_known("refund", REFUNDS, "refunds", refunds.LIST, refunds.retrieve),
        ("POST", REFUNDS + "/{id}", "refunds.update", refunds.UPDATE, refunds.update),
        ("POST", CUSTOMERS, "customers.create", customers.CREATE, customers.create),
        *_known("customer", CUSTOMERS, "customers", customers.LIST, customers.retrieve),
        ("POST", CUSTOMERS + "/{id}", "customers.update", customers.UPDATE, customers.update),
        (
            *("GET", CUSTOMERS + "/{id}/payment_methods", "customers.payment_methods.list"),
            *(payment_methods.LIST_OF_CUSTOMER, list_methods_of_customer),
        ),
        ("POST", METHODS, "payment_methods.create", payment_methods.CREATE, payment_methods.create),
        *_known("payment_method", METHODS, "payment_methods", payment_methods.LIST, payment_methods.retrieve),
        ("POST", METHODS + "/{id}", "payment_methods.update", payment_methods.UPDATE, payment_methods.update),
        ("POST", METHODS + "/{id}/attach", "payment_methods.attach", payment_methods.ATTACH, customers.attach_method),
        ("POST", METHODS + "/{id}/detach", "payment_methods.detach", payment_methods.DETACH, payment_methods.detach),
        *_known("dispute", DISPUTES, "disputes", disputes.LIST, disputes.retrieve),
        ("POST", DISPUTES + "/{id}", "disputes.update", disputes.UPDATE, disputes.update),
        ("POST", DISPUTES + "/{id}/close", "disputes.close", disputes.CLOSE, disputes.close),
        *_known(
            fraud_warnings.KIND, WARNINGS, "radar.early_fraud_warnings", fraud_warnings.LIST, fraud_warnings.retrieve
        ),
        ("POST", TRANSFERS, "transfers.create", transfers.CREATE, transfers.create),
        *_known("transfer", TRANSFERS, "transfers", transfers.LIST, transfers.retrieve),
        ("POST", TRANSFERS + "/{id}", "transfers.update", transfers.UPDATE, transfers.update),
        ("POST", TRANSFERS + "/{id}/reversals", "transfers.reversals.create", transfers.REVERSE, transfers.reverse),
        ("GET", TRANSFERS + "/{id}/reversals", "transfers.reversals.list", transfers.LIST_REVERSALS, list_reversals),
        (
            *("POST", "/v1/accounts/{id}/login_links", "accounts.login_links.create"),
            *(account_links.LOGIN, account_links.login),
        ),
        ("POST", ACCOUNTS, "v2.core.accounts.create", accounts.CREATE, accounts.create),
        ("GET", ACCOUNTS, "v2.core.accounts.list", accounts.LIST, accounts.list_accounts),
        ("GET", ACCOUNTS + "/{id}", "v2.core.accounts.retrieve", accounts.RETRIEVE, accounts.retrieve),
        ("POST", "/v2/core/account_links", "v2.core.account_links.create", account_links.CREATE, account_links.create),
        ("GET", THIN_EVENTS, "v2.core.events.list", thin_events.LIST, thin_events.list_events),
        ("GET", THIN_EVENTS + "/{id}", "v2.core.events.retrieve", thin_events.RETRIEVE, thin_events.retrieve),
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
