"""`expand[]`: ids are replaced by the objects behind them, up to four levels deep."""

from collections.abc import Callable

from sandbox import balance, events
from sandbox.listing import USUAL_LIMIT
from sandbox.wire import ApiError, Json
from sandbox.world import Call

DEEPEST = 4
LISTS = ("list", "search_result")
# What may be expanded in each kind of object, as Stripe's own types declare it.
EXPANDABLE = {
    "balance_transaction": {"source"},
    "charge": {
        *("application", "application_fee", "balance_transaction", "customer", "failure_balance_transaction"),
        *("on_behalf_of", "payment_intent", "refunds", "review", "source_transfer", "transfer"),
    },
    "checkout.session": {
        *("customer", "invoice", "line_items", "payment_intent", "payment_link", "setup_intent", "subscription"),
    },
    "payment_intent": {
        *("application", "customer", "latest_charge", "on_behalf_of", "payment_method", "review"),
    },
    "dispute": {"charge", "payment_intent"},
    "payment_method": {"customer"},
    "price": {"product"},
    "product": {"default_price", "tax_code"},
    "refund": {
        *("balance_transaction", "charge", "failure_balance_transaction", "payment_intent"),
        *("source_transfer_reversal", "transfer_reversal"),
    },
    "radar.early_fraud_warning": {"charge", "payment_intent"},
    "setup_intent": {"customer", "payment_method"},
    "transfer": {"balance_transaction", "source_transaction"},
    "transfer_reversal": {"balance_transaction", "transfer"},
}
PRESENTED: dict[str, Callable[[Call, Json], Json]] = {
    "balance_transaction": balance.with_status,
    "event": events.with_pending,
}


def presented(call: Call, doc: Json) -> Json:
    """The object with the members that depend on the moment of looking."""
    if doc.get("object") in LISTS:
        return {**doc, "data": [presented(call, item) for item in doc["data"]]}
    adjust = PRESENTED.get(doc.get("object", ""))
    return adjust(call, doc) if adjust else doc


def expanded(call: Call, doc: Json) -> Json:
    """The answer with everything that `expand[]` asked for; raises ApiError for what cannot be expanded."""
    doc = presented(call, doc)
    for path in call.params.get("expand", []):
        parts = path.split(".")
        if len(parts) > DEEPEST + (doc["object"] in LISTS):
            raise ApiError(400, f"You cannot expand more than {DEEPEST} levels of a property. Property: {path}")
        _expand(call, doc, parts, path)
    return doc


def _expand(call: Call, doc: Json, parts: list[str], path: str) -> None:
    name, rest = parts[0], parts[1:]
    if doc["object"] in LISTS:
        if name != "data" or not rest:
            raise _refused(path)
        for item in doc["data"]:
            _expand(call, item, rest, path)
        return
    inline = isinstance(doc.get(name), dict) and "object" in doc[name]
    if not inline:
        if name not in EXPANDABLE.get(doc["object"], ()):
            raise _refused(path)
        doc[name] = _found(call, doc, name)
    if rest and doc[name] is not None:
        _expand(call, doc[name], rest, path)


def _found(call: Call, doc: Json, name: str) -> Json | None:
    if name == "line_items":
        return line_items(call, doc["id"])
    if name == "refunds":
        return _refunds(call, doc["id"])
    identifier = doc.get(name)
    return presented(call, call.store.get(identifier)) if identifier else None


def line_items(call: Call, session: str) -> Json:
    """The first lines of a session, as a list object."""
    items = call.store.private(session)["line_items"]
    return {
        "object": "list",
        "data": items[:USUAL_LIMIT],
        "has_more": len(items) > USUAL_LIMIT,
        "url": f"/v1/checkout/sessions/{session}/line_items",
    }


def _refunds(call: Call, charge: str) -> Json:
    sql = "SELECT id FROM objects WHERE kind = 'refund' AND json_extract(doc, '$.charge') = ? ORDER BY seq DESC"
    found = [call.store.get(row["id"]) for row in call.store.rows(sql, charge)]
    return {
        "object": "list",
        "data": found[:USUAL_LIMIT],
        "has_more": len(found) > USUAL_LIMIT,
        "url": f"/v1/charges/{charge}/refunds",
    }


def _refused(path: str) -> ApiError:
    return ApiError(400, f"This property cannot be expanded ({path}).", param="expand")
