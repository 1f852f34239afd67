"""Early fraud warnings: the bank suspects a payment, and a refund may spare the dispute."""

from sandbox import events
from sandbox.ids import new_id
from sandbox.parameters import CREATED, EXPAND, PAGE, Fields, Text
from sandbox.wire import ApiError, Json, missing_resource
from sandbox.world import Call

KIND = "radar.early_fraud_warning"
RETRIEVE = Fields(EXPAND)
LIST = Fields({**PAGE, **CREATED, "charge": Text(), "payment_intent": Text()})
TYPES = (
    *("card_never_received", "fraudulent_card_application", "made_with_counterfeit_card", "made_with_lost_card"),
    *("made_with_stolen_card", "misc", "unauthorized_use_of_card"),
)


def warn(call: Call, charge: Json, fraud_type: str) -> Json:
    """A warning about a payment. Actionable as long as the payment is neither disputed nor given back whole."""
    if fraud_type not in TYPES or not charge["paid"]:
        raise ApiError(400, f"fraud_type is one of {', '.join(TYPES)}, of a charge that was paid.", param="fraud_type")
    warning: Json = {
        "id": new_id("issfr_"),
        "object": KIND,
        "actionable": not charge["refunded"] and not charge["disputed"],
        "charge": charge["id"],
        "created": call.now,
        "fraud_type": fraud_type,
        "livemode": False,
        "payment_intent": charge["payment_intent"],
    }
    call.store.insert(warning)
    events.emit(call, f"{KIND}.created", warning)
    return warning


def settle_warnings(call: Call, charge: Json) -> None:
    """Nothing can be done any more about the warnings of a charge that is refunded or disputed."""
    if not charge["refunded"] and not charge["disputed"]:
        return
    sql = "SELECT id FROM objects WHERE kind = ? AND json_extract(doc, '$.charge') = ?"
    for row in call.store.rows(sql, KIND, charge["id"]):
        warning = call.store.get(row["id"])
        if warning["actionable"]:
            warning["actionable"] = False
            call.store.replace(warning)
            events.emit(call, f"{KIND}.updated", warning, {"actionable": True})


def retrieve(call: Call) -> Json:
    """GET /v1/radar/early_fraud_warnings/{id}."""
    warning = call.store.find(call.identifier, KIND)
    if warning is None:
        raise missing_resource("early fraud warning", call.identifier)
    return warning
