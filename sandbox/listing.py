"""Lists: newest first, a page at a time, by cursor."""

import json

from sandbox.wire import Json, missing_resource
from sandbox.world import Call

USUAL_LIMIT = 10
# The parameters that compare with a member of the object, and where that member is.
MEMBERS = {
    "charge": "$.charge",
    "destination": "$.destination",
    "payment_method": "$.payment_method",
    "currency": "$.currency",
    "customer": "$.customer",
    "email": "$.email",
    "payment_intent": "$.payment_intent",
    "source": "$.source",
    "status": "$.status",
    "transfer_group": "$.transfer_group",
    "type": "$.type",
}

type Condition = tuple[str, list[object]]


def conditions_of(call: Call) -> list[Condition]:
    """The filters among the parameters, as SQL; those with a meaning of their own are left to the caller."""
    found: list[Condition] = []
    for name, path in MEMBERS.items():
        if name in call.params:
            found.append((f"json_extract(doc, '{path}') = ?", [call.params[name]]))
    if "customer_details" in call.params:
        email = call.params["customer_details"]["email"]
        found.append(("json_extract(doc, '$.customer_details.email') = ?", [email]))
    for sign, value in call.params.get("created", []):
        found.append((f"created {sign} ?", [value]))
    return found


def page_of(call: Call, kind: str, url: str, conditions: list[Condition]) -> Json:
    """One page of the stored objects of a kind that meet all conditions."""
    limit = call.params.get("limit", USUAL_LIMIT)
    backwards = "ending_before" in call.params and "starting_after" not in call.params
    for name, sign in (("starting_after", "<"), ("ending_before", ">")):
        if name in call.params:
            conditions = [*conditions, (f"seq {sign} ?", [_position(call, kind, name)])]
    tests = " AND ".join(["kind = ?", *(test for test, _ in conditions)])
    values = [kind, *(value for _, some in conditions for value in some), limit + 1]
    order = "ASC" if backwards else "DESC"
    sql = f"SELECT doc FROM objects WHERE {tests} ORDER BY seq {order} LIMIT ?"  # noqa: S608 - tests are ours
    found = [json.loads(row["doc"]) for row in call.store.rows(sql, *values)]
    data = found[:limit]
    return {
        "object": "list",
        "data": data[::-1] if backwards else data,
        "has_more": len(found) > limit,
        "url": url,
    }


def _position(call: Call, kind: str, name: str) -> int:
    cursor = call.params[name]
    row = call.store.row("SELECT seq FROM objects WHERE id = ? AND kind = ?", cursor, kind)
    if row is None:
        raise missing_resource(kind, cursor, name, status=400)
    return int(row["seq"])


def page_of_items(call: Call, items: list[Json], url: str) -> Json:
    """One page of a list that is kept inside another object, oldest first as Stripe does for line items."""
    limit = call.params.get("limit", USUAL_LIMIT)
    places = {item["id"]: place for place, item in enumerate(items)}
    start, end = 0, len(items)
    for name in ("starting_after", "ending_before"):
        if name in call.params and call.params[name] not in places:
            raise missing_resource("item", call.params[name], name, status=400)
    if "starting_after" in call.params:
        start = places[call.params["starting_after"]] + 1
    if "ending_before" in call.params:
        end = places[call.params["ending_before"]]
        start = max(start, end - limit)
    chosen = items[start:end]
    return {"object": "list", "data": chosen[:limit], "has_more": len(chosen) > limit, "url": url}
