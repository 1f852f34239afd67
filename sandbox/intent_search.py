"""`GET /v1/payment_intents/search`: the part of Stripe's query language that looks things up.

Clauses such as `metadata['pledge']:'7'`, `status:'succeeded'` or `amount>500`, joined by AND; no more than a page. The
index of Stripe may be a minute late; this one is when a control call says so, and shows a change of state at once.
"""

import json
import re

from sandbox.parameters import EXPAND, Fields, Text, Whole
from sandbox.wire import ApiError, Json
from sandbox.world import Call

SEARCH = Fields({**EXPAND, "query": Text(), "limit": Whole(1, 100), "page": Text()}, required=("query",))
CLAUSE = re.compile(
    r"""(?P<negated>-?)(?P<field>metadata\[(?P<q>["'])(?P<key>.+?)(?P=q)\]|status|customer|currency|amount|created)"""
    r"""(?P<sign>[:><]=?)(?P<v>["']?)(?P<value>[^"']*?)(?P=v)$"""
)
SIGNS = {":": "=", ">": ">", "<": "<", ">=": ">=", "<=": "<="}


def search(call: Call) -> Json:
    """The intents that meet every clause, newest first."""
    lag = int(call.store.setting("search_lag", "0"))
    tests = ["kind = 'payment_intent'", "created <= ?"]
    values: list[object] = [call.now - lag]
    for part in re.split(r"\s+AND\s+", call.params["query"].strip()):
        test, some = _condition(part)
        tests.append(test)
        values += some
    limit = call.params.get("limit", 10)
    sql = f"SELECT doc FROM objects WHERE {' AND '.join(tests)} ORDER BY seq DESC LIMIT ?"  # noqa: S608 - tests are ours
    found = [json.loads(row["doc"]) for row in call.store.rows(sql, *values, limit + 1)]
    return {
        "object": "search_result",
        "data": found[:limit],
        "has_more": len(found) > limit,
        "next_page": None,
        "url": "/v1/payment_intents/search",
    }


def _condition(part: str) -> tuple[str, list[object]]:
    match = CLAUSE.match(part)
    if match is None:
        raise ApiError(400, f"We were unable to parse your search query: {part}", param="query")
    field, value, sign = match["field"], match["value"], SIGNS[match["sign"]]
    if match["key"] is not None:
        # The key goes into a JSON path between double quotes, where only a quote could end it.
        path, known = '$.metadata."' + match["key"].replace('"', "") + '"', "json_extract(doc, ?)"
        return (f"coalesce({known}, '') {'!=' if match['negated'] else '='} ?", [path, value])
    numeric = field in ("amount", "created")
    if numeric != value.isdecimal() or (not numeric and sign != "="):
        raise ApiError(400, f"We were unable to parse your search query: {part}", param="query")
    test = f"json_extract(doc, '$.{field}') {sign} ?"
    return (f"NOT ({test})" if match["negated"] else test, [int(value) if numeric else value])
