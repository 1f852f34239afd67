"""Accounts of the second version of the API: who may receive transfers, and what is still asked of them."""

from sandbox import thin_events
from sandbox.customers import check_email
from sandbox.ids import new_id
from sandbox.parameters import Fields, Items, Labels, OneOf, Text, YesNo
from sandbox.thin_events import PAGE, moment
from sandbox.wire import ApiError, Json, missing_resource
from sandbox.world import Call

KIND = "v2.core.account"
INCLUDABLE = (
    *("configuration.customer", "configuration.merchant", "configuration.recipient", "defaults"),
    *("future_requirements", "identity", "requirements"),
)
INCLUDE = Items(OneOf(INCLUDABLE))
TRANSFERS = Fields({"requested": YesNo()}, required=("requested",))
RECIPIENT = Fields({"capabilities": Fields({"stripe_balance": Fields({"stripe_transfers": TRANSFERS})})})
RESPONSIBILITIES = Fields(
    {
        "fees_collector": OneOf(("application", "application_custom", "application_express", "stripe")),
        "losses_collector": OneOf(("application", "stripe")),
    },
    required=("fees_collector", "losses_collector"),
)
CREATE = Fields(
    {
        "configuration": Fields({"recipient": RECIPIENT}),
        "contact_email": Text(512),
        "dashboard": OneOf(("express", "full", "none")),
        "defaults": Fields({"currency": Text(), "responsibilities": RESPONSIBILITIES}),
        "display_name": Text(256),
        "identity": Fields(
            {"country": Text(2), "entity_type": OneOf(("company", "government_entity", "individual", "non_profit"))},
        ),
        "include": INCLUDE,
        "metadata": Labels(),
    }
)
RETRIEVE = Fields({"include": INCLUDE})
LIST = Fields({**PAGE, "closed": YesNo()})
STATUSES = ("active", "pending", "rejected", "restricted", "unsupported")
DETAILS = {
    "pending": ("requirements_pending_verification", "no_resolution"),
    "rejected": ("rejected_other", "contact_stripe"),
    "restricted": ("requirements_past_due", "provide_info"),
    "unsupported": ("unsupported_country", "no_resolution"),
}
ASKED = ("identity.individual.given_name", "identity.individual.surname", "external_account")
TRANSFER_CAPABILITY = "stripe_balance.stripe_transfers"
IDENTITY = dict.fromkeys(("attestations", "business_details", "country", "entity_type", "individual"))
# What the onboarding page leads to: the capability, how much is still asked for, and of whom.
OUTCOMES = {
    "complete": ("active", 0, "user"),
    "incomplete": ("restricted", 1, "user"),
    "pending": ("pending", 1, "stripe"),
    "rejected": ("rejected", 0, "user"),
}


def create(call: Call) -> Json:
    """POST /v2/core/accounts."""
    given = call.params
    recipient = given.get("configuration", {}).get("recipient")
    responsible = given.get("defaults", {}).get("responsibilities", {})
    if given.get("dashboard") == "express" and responsible.get("losses_collector") == "stripe":
        message = "An account with the express dashboard cannot have losses_collector=stripe."
        raise ApiError(400, message, param="defaults.responsibilities.losses_collector")
    if "contact_email" in given:
        check_email(given["contact_email"], "contact_email")
    if recipient is not None and not given.get("identity", {}).get("country"):
        raise ApiError(400, "A recipient needs identity.country.", code="parameter_missing", param="identity.country")
    identifier = new_id("acct_")
    account: Json = {
        "id": identifier,
        "object": KIND,
        "applied_configurations": ["recipient"] if recipient is not None else [],
        "closed": False,
        "configuration": {"customer": None, "merchant": None, "recipient": _recipient(recipient)},
        "contact_email": given.get("contact_email"),
        "contact_phone": None,
        "created": moment(call.now),
        "dashboard": given.get("dashboard"),
        "defaults": _defaults(given.get("defaults", {})),
        "display_name": given.get("display_name"),
        "future_requirements": {"entries": [], "minimum_transition_date": None, "summary": None},
        "identity": {**IDENTITY, **given.get("identity", {})},
        "livemode": False,
        "metadata": given.get("metadata", {}),
        "requirements": requirements(len(ASKED), "user"),
    }
    call.store.insert(account, {"balance": {}}, at=call.now)
    thin_events.emit(call, "v2.core.account.created", identifier)
    return presented(account, given.get("include", []))


def _recipient(given: Json | None) -> Json | None:
    if given is None:
        return None
    wanted = given.get("capabilities", {}).get("stripe_balance", {}).get("stripe_transfers", {}).get("requested", False)
    both = {"payouts": capability("restricted"), "stripe_transfers": capability("restricted")} if wanted else None
    return {"applied": True, "capabilities": {"bank_accounts": None, "cards": None, "stripe_balance": both}}


def _defaults(given: Json) -> Json:
    responsible = given.get("responsibilities", {"fees_collector": None, "losses_collector": None})
    return {
        "currency": given.get("currency"),
        "locales": None,
        "payout_methods": None,
        "profile": None,
        "responsibilities": {**responsible, "requirements_collector": "stripe"},
    }


def capability(status: str) -> Json:
    """How a capability stands, with the reason where it does not work."""
    if status == "active":
        return {"status": status, "status_details": []}
    code, resolution = DETAILS[status]
    return {"status": status, "status_details": [{"code": code, "resolution": resolution}]}


def requirements(number: int, whose: str) -> Json:
    """The first `number` things that are asked for, waiting for the `user` or for `stripe`."""
    due = {"status": "currently_due"}
    restricts = [{"capability": TRANSFER_CAPABILITY, "configuration": "recipient", "deadline": due}]
    entries = [
        {
            "awaiting_action_from": whose,
            "description": asked,
            "errors": [],
            "impact": {"restricts_capabilities": restricts},
            "minimum_deadline": due,
            "reference": None,
            "requested_reasons": [{"code": "routine_onboarding"}],
        }
        for asked in ASKED[:number]
    ]
    summary = {"minimum_deadline": {"status": "currently_due", "time": None}} if entries else None
    return {"alternatives": [], "entries": entries, "summary": summary}


def presented(account: Json, include: list[str]) -> Json:
    """The account with the parts that were asked for; the others are null."""
    told = {name: None if name in INCLUDABLE else value for name, value in account.items()}
    wanted = {name.partition(".")[2] for name in include if name.startswith("configuration.")}
    parts = {name: value if name in wanted else None for name, value in account["configuration"].items()}
    told["configuration"] = parts if wanted else None
    return {**told, **{name: account[name] for name in include if name in account}}


def find_account(call: Call, identifier: str, param: str = "id", status: int = 404) -> Json:
    """The whole account of this id, or Stripe's error."""
    account = call.store.find(identifier, KIND)
    if account is None:
        raise missing_resource("account", identifier, param, status=status)
    return account


def transfers_status(account: Json) -> str:
    """How the capability to receive transfers stands; `unrequested` where it was never asked for."""
    balance = ((account["configuration"]["recipient"] or {}).get("capabilities") or {}).get("stripe_balance") or {}
    return str(balance.get("stripe_transfers", {}).get("status", "unrequested"))


def onboard(call: Call, account: Json, outcome: str) -> Json:
    """The holder went through the hosted page, or a bank or Stripe decided something later."""
    status, number, whose = OUTCOMES[outcome]
    account["requirements"] = requirements(number, whose)
    call.store.replace(account)
    thin_events.emit(call, "v2.core.account[requirements].updated", account["id"])
    return set_transfers(call, account, status)


def set_transfers(call: Call, account: Json, status: str) -> Json:
    """The capability changes, and tells so if it did."""
    if transfers_status(account) in (status, "unrequested"):
        return account
    both = {"payouts": capability(status), "stripe_transfers": capability(status)}
    account["configuration"]["recipient"]["capabilities"]["stripe_balance"] = both
    call.store.replace(account)
    kind = "v2.core.account[configuration.recipient].capability_status_updated"
    thin_events.emit(call, kind, account["id"], {"updated_capability": TRANSFER_CAPABILITY})
    return account


def retrieve(call: Call) -> Json:
    """GET /v2/core/accounts/{id}."""
    return presented(find_account(call, call.identifier), call.params.get("include", []))


def list_accounts(call: Call) -> Json:
    """GET /v2/core/accounts."""
    closed = int(call.params.get("closed", False))
    page = thin_events.page_of(call, KIND, "/v2/core/accounts", [("json_extract(doc, '$.closed') = ?", [closed])])
    return {**page, "data": [presented(account, []) for account in page["data"]]}
