"""Account links: the address of the onboarding page, for a few minutes and one visit."""

from urllib.parse import urlsplit

from sandbox import accounts, thin_events
from sandbox.ids import new_id
from sandbox.parameters import Fields, Items, OneOf, Text
from sandbox.wire import ApiError, Json
from sandbox.world import Call

LIVES_FOR = 10 * 60
KIND = "v2.core.account_link"
COLLECTED = Fields(
    {"fields": OneOf(("currently_due", "eventually_due")), "future_requirements": OneOf(("include", "omit"))},
)
FLOW = Fields(
    {"collection_options": COLLECTED, "refresh_url": Text(), "return_url": Text()},
    required=("refresh_url",),
)
USES = ("account_onboarding", "account_update")
USE_CASE = Fields({"type": OneOf(USES), "account_onboarding": FLOW, "account_update": FLOW}, required=("type",))
CREATE = Fields({"account": Text(), "use_case": USE_CASE}, required=("account", "use_case"))
LOGIN = Fields({"expand": Items(Text(), most=20)})


def create(call: Call) -> Json:
    """POST /v2/core/account_links."""
    account = accounts.find_account(call, call.params["account"], "account", status=400)
    given = call.params["use_case"]
    kind = given["type"]
    if kind not in given:
        message = f"use_case.{kind} is missing."
        raise ApiError(400, message, code="parameter_missing", param=f"use_case.{kind}")
    for name in ("refresh_url", "return_url"):
        parts = urlsplit(given[kind].get(name, "https://example.org"))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ApiError(400, f"Not a valid URL: {given[kind][name]}", code="url_invalid", param=name)
    token = new_id("alink_")
    flow = {"collection_options": {"fields": "currently_due", "future_requirements": "omit"}, "return_url": None}
    link: Json = {
        "object": KIND,
        "account": account["id"],
        "created": thin_events.moment(call.now),
        "expires_at": thin_events.moment(call.now + LIVES_FOR),
        "livemode": False,
        "url": f"{call.world.base_url}/connect/onboarding/{token}",
        "use_case": {"type": kind, kind: {**flow, **given[kind]}},
    }
    call.store.insert({**link, "id": token}, {"expires": call.now + LIVES_FOR}, at=call.now)
    return link


def leave(call: Call, link: Json, outcome: str) -> None:
    """The holder is done with the page; the link is used up."""
    account = accounts.find_account(call, link["account"])
    call.store.save_private(link["id"], {"expires": 0})
    accounts.onboard(call, account, outcome)
    data = {
        "account_id": account["id"],
        "configurations": account["applied_configurations"],
        "use_case": link["use_case"]["type"],
    }
    thin_events.emit(call, "v2.core.account_link.returned", None, data)


def is_over(call: Call, link: Json) -> bool:
    """Whether the link was used, or is too old."""
    return int(call.store.private(link["id"])["expires"]) <= call.now


def login(call: Call) -> Json:
    """POST /v1/accounts/{id}/login_links: for an account that has been through onboarding."""
    account = accounts.find_account(call, call.identifier, "account")
    if account["dashboard"] != "express" or accounts.transfers_status(account) == "restricted":
        message = "Cannot create a login link for an account that has not completed onboarding, or is not express."
        raise ApiError(400, message)
    return {"object": "login_link", "created": call.now, "url": f"{call.world.base_url}/express/{account['id']}"}
