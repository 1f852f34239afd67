"""Events: snapshots of objects, written in the same transaction as the change that they tell of."""

from sandbox import webhooks
from sandbox.ids import new_id
from sandbox.parameters import CREATED, EXPAND, PAGE, Fields, Items, Text, YesNo
from sandbox.wire import Json, missing_resource
from sandbox.world import Call

API_VERSION = "2026-10-28.endive"
EVENT_TYPES = (
    "charge.captured",
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "charge.expired",
    "charge.failed",
    "charge.refunded",
    "charge.succeeded",
    "charge.updated",
    "checkout.session.completed",
    "checkout.session.expired",
    "customer.created",
    "customer.updated",
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.created",
    "payment_intent.payment_failed",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "payment_method.attached",
    "payment_method.automatically_updated",
    "payment_method.detached",
    "radar.early_fraud_warning.created",
    "radar.early_fraud_warning.updated",
    "refund.created",
    "refund.failed",
    "refund.updated",
    "setup_intent.canceled",
    "setup_intent.created",
    "setup_intent.requires_action",
    "setup_intent.setup_failed",
    "setup_intent.succeeded",
    "transfer.created",
    "transfer.reversed",
    "transfer.updated",
)
RETRIEVE = Fields(EXPAND)
LIST = Fields(
    {**PAGE, **CREATED, "type": Text(), "types": Items(Text(), most=20), "delivery_success": YesNo()},
)
UNDELIVERED = "EXISTS (SELECT 1 FROM deliveries d WHERE d.event = objects.id AND d.status != 'delivered')"


def emit(call: Call, kind: str, subject: Json, previous: Json | None = None) -> Json:
    """Writes an event of this kind about a snapshot of `subject`, and its deliveries."""
    data: Json = {"object": subject}
    if previous is not None:
        data["previous_attributes"] = previous
    event: Json = {
        "id": new_id("evt_"),
        "object": "event",
        "api_version": API_VERSION,
        "created": call.now,
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": call.request_id, "idempotency_key": call.idempotency_key},
        "type": kind,
    }
    call.store.insert(event)
    webhooks.schedule(call.world, event)
    return event


def with_pending(call: Call, event: Json) -> Json:
    """The event with its present number of deliveries that have not succeeded."""
    sql = "SELECT count(*) AS n FROM deliveries WHERE event = ? AND status NOT IN ('delivered', 'failed')"
    row = call.store.row(sql, event["id"])
    return {**event, "pending_webhooks": row["n"] if row else 0}


def retrieve(call: Call) -> Json:
    """GET /v1/events/{id}."""
    event = call.store.find(call.identifier, "event")
    if event is None:
        raise missing_resource("event", call.identifier)
    return with_pending(call, event)


def filters(call: Call) -> list[tuple[str, list[object]]]:
    """The conditions of GET /v1/events."""
    found: list[tuple[str, list[object]]] = []
    kinds = [call.params["type"]] if "type" in call.params else call.params.get("types", [])
    if kinds:
        tests = " OR ".join("json_extract(doc, '$.type') GLOB ?" for _ in kinds)
        found.append((f"({tests})", list(kinds)))
    if "delivery_success" in call.params:
        found.append((f"NOT {UNDELIVERED}" if call.params["delivery_success"] else UNDELIVERED, []))
    return found
