"""Thin events of the second version of the API: they name what changed, and are fetched to learn more."""

import json
from datetime import UTC, datetime

from sandbox import webhooks
from sandbox.ids import new_id
from sandbox.parameters import Fields, Items, Kind, Text, Whole
from sandbox.wire import ApiError, Json, missing_resource
from sandbox.world import Call

KIND = webhooks.THIN
RETRIEVE = Fields({})
# `page` is what the address of the next page carries.
PAGE: dict[str, Kind] = {"limit": Whole(1, 100), "page": Text()}
LIST = Fields({**PAGE, "object_id": Text(), "types": Items(Text(), most=20)})
EVENT_TYPES = (
    "v2.core.account.created",
    "v2.core.account[requirements].updated",
    "v2.core.account[configuration.recipient].capability_status_updated",
    "v2.core.account_link.returned",
)


def moment(seconds: int) -> str:
    """Seconds since 1970 as the second version of the API writes them."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def emit(call: Call, kind: str, account: str | None, data: Json | None = None) -> Json:
    """Writes a thin event, about an account if one is named, and its deliveries."""
    event: Json = {
        "id": new_id("evt_test_"),
        "object": KIND,
        "changes": None,
        "context": None,
        "created": moment(call.now),
        "livemode": False,
        "reason": None,
        "snapshot_event": None,
        "type": kind,
    }
    if account is not None:
        url = f"/v2/core/accounts/{account}"
        event["related_object"] = {"id": account, "type": "v2.core.account", "url": url}
    if call.request_id is not None:
        request = {"id": call.request_id, "idempotency_key": call.idempotency_key or ""}
        event["reason"] = {"type": "request", "request": request}
    if data is not None:
        event["data"] = data
    call.store.insert(event, at=call.now)
    webhooks.schedule(call.world, event)
    return event


def retrieve(call: Call) -> Json:
    """GET /v2/core/events/{id}."""
    event = call.store.find(call.identifier, KIND)
    if event is None:
        raise missing_resource("event", call.identifier)
    return event


def page_of(call: Call, kind: str, url: str, conditions: list[tuple[str, list[object]]]) -> Json:
    """A page as the second version of the API has it: newest first, with the address of the next."""
    limit, page = call.params.get("limit", 20), call.params.get("page")
    if page is not None and not page.isdecimal():
        raise ApiError(400, "The page is one that an answer named.", param="page")
    conditions = [("kind = ?", [kind]), *conditions]
    if page is not None:
        conditions.append(("seq < ?", [int(page)]))
    tests = " AND ".join(test for test, _ in conditions)
    values = [value for _, some in conditions for value in some]
    sql = f"SELECT seq, doc FROM objects WHERE {tests} ORDER BY seq DESC LIMIT ?"  # noqa: S608 - tests are ours
    found = call.store.rows(sql, *values, limit + 1)
    more = f"{url}?limit={limit}&page={found[limit - 1]['seq']}" if len(found) > limit else None
    return {"data": [json.loads(row["doc"]) for row in found[:limit]], "next_page_url": more, "previous_page_url": None}


def list_events(call: Call) -> Json:
    """GET /v2/core/events."""
    conditions: list[tuple[str, list[object]]] = []
    if "object_id" in call.params:
        conditions.append(("json_extract(doc, '$.related_object.id') = ?", [call.params["object_id"]]))
    if kinds := call.params.get("types"):
        places = ", ".join("?" for _ in kinds)
        conditions.append((f"json_extract(doc, '$.type') IN ({places})", list(kinds)))
    return page_of(call, KIND, "/v2/core/events", conditions)
