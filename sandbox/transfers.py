"""Transfers from the platform's balance to connected accounts, and their reversals."""

from sandbox import accounts, balance, events, movements
from sandbox.currencies import accepted_currency, shown
from sandbox.ids import new_id
from sandbox.listing import USUAL_LIMIT
from sandbox.parameters import CREATED, EXPAND, PAGE, Fields, Labels, OneOf, Text, Whole
from sandbox.wire import ApiError, Json, missing_resource
from sandbox.world import Call

CREATE = Fields(
    {
        **EXPAND,
        "amount": Whole(1, 99_999_999),
        "currency": Text(),
        "destination": Text(),
        "description": Text(1000),
        "metadata": Labels(),
        "source_transaction": Text(),
        "source_type": OneOf(("card",)),
        "transfer_group": Text(),
    },
    required=("amount", "currency", "destination"),
)
UPDATE = Fields({**EXPAND, "description": Text(1000), "metadata": Labels(keep_empty=True)})
RETRIEVE = Fields(EXPAND)
LIST = Fields({**PAGE, **CREATED, "destination": Text(), "transfer_group": Text()})
REVERSE = Fields({**EXPAND, "amount": Whole(1, 99_999_999), "description": Text(1000), "metadata": Labels()})
LIST_REVERSALS = Fields(PAGE)
CAPABILITY = (
    "Your destination account needs to have at least one of the following capabilities enabled: transfers, "
    "crypto_transfers, legacy_payments"
)
TOO_LITTLE = (
    "You have insufficient available funds in your Stripe account. Try adding funds directly to your available "
    "balance by creating Charges using the 4000000000000077 test card."
)
FROM_SOURCE = (
    "SELECT coalesce(sum(json_extract(doc, '$.amount')), 0) AS amount FROM objects WHERE kind = 'transfer'"
    " AND json_extract(doc, '$.source_transaction') = ?"
)


def create(call: Call) -> Json:
    """POST /v1/transfers: out of the available balance, or with `source_transaction` out of one charge."""
    given = call.params
    amount, currency = given["amount"], accepted_currency(given["currency"], "currency")
    account = accounts.find_account(call, given["destination"], "destination", status=400)
    if accounts.transfers_status(account) != "active":
        raise ApiError(400, CAPABILITY, code="insufficient_capabilities_for_transfer", kept=True)
    source = _source(call, amount, currency)
    if source is None and balance.available(call, currency) < amount:
        raise ApiError(400, TOO_LITTLE, code="balance_insufficient", kept=True)
    transfer = _document(call, amount, currency, source)
    waits = 0 if source is None else max(0, _available_on(call, source) - call.now)
    transfer["balance_transaction"] = _movement(call, transfer["id"], "transfer", -amount, currency, waits)["id"]
    call.store.insert(transfer)
    _credit(call, account["id"], currency, amount)
    movements.record(call, "transferred", amount, currency, subject=transfer["id"], labels=labels_of(transfer))
    events.emit(call, "transfer.created", transfer)
    return transfer


def _source(call: Call, amount: int, currency: str) -> Json | None:
    """The charge that pays for the transfer, with enough left of it for that."""
    if "source_transaction" not in call.params:
        return None
    charge = call.store.find(call.params["source_transaction"], "charge")
    if charge is None:
        raise missing_resource("charge", call.params["source_transaction"], "source_transaction", status=400)
    if not charge["captured"] or charge["currency"] != currency:
        message = "The source_transaction has to be a captured charge in the currency of the transfer."
        raise ApiError(400, message, param="source_transaction")
    group = call.params.get("transfer_group")
    if charge["transfer_group"] and group and group != charge["transfer_group"]:
        message = "The transfer_group is not the one of the source_transaction."
        raise ApiError(400, message, code="transfer_source_balance_parameters_mismatch", param="transfer_group")
    row = call.store.row(FROM_SOURCE, charge["id"])
    left = charge["amount_captured"] - (row["amount"] if row else 0)
    if amount > left:
        message = f"Cannot transfer more than the source_transaction has left, which is {shown(left, currency)}."
        raise ApiError(400, message, param="amount")
    return charge


def _available_on(call: Call, charge: Json) -> int:
    if charge["balance_transaction"] is None:
        return call.now + call.world.options.available_after
    return int(call.store.get(charge["balance_transaction"])["available_on"])


def _document(call: Call, amount: int, currency: str, source: Json | None) -> Json:
    given = call.params
    identifier = new_id("tr_")
    return {
        "id": identifier,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": call.now,
        "currency": currency,
        "description": given.get("description"),
        "destination": given["destination"],
        "destination_payment": new_id("py_"),
        "livemode": False,
        "metadata": given.get("metadata", {}),
        "reversals": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/transfers/{identifier}/reversals",
        },
        "reversed": False,
        "source_transaction": source["id"] if source else None,
        "source_type": "card",
        "transfer_group": given.get("transfer_group") or (source or {}).get("transfer_group"),
    }


def _movement(call: Call, source: str, kind: str, amount: int, currency: str, waits: int = 0) -> Json:
    category = "transfer" if kind == "transfer" else "transfer_reversal"
    move = balance.Move(kind, category, amount, currency, source, available_after=waits)
    return balance.add_balance_transaction(call, move)


def labels_of(transfer: Json) -> Json:
    """What the oracle sums a transfer by."""
    group = {"transfer_group": transfer["transfer_group"]} if transfer["transfer_group"] else {}
    return {**transfer["metadata"], **group}


def _credit(call: Call, account: str, currency: str, amount: int) -> None:
    hidden = call.store.private(account)
    hidden["balance"][currency] = hidden["balance"].get(currency, 0) + amount
    call.store.save_private(account, hidden)


def pay_out(call: Call, account: str) -> Json:
    """The account sends everything to its bank; answers what that was by currency."""
    hidden = call.store.private(account)
    gone, hidden["balance"] = hidden["balance"], {}
    call.store.save_private(account, hidden)
    return dict(gone)


def reverse(call: Call) -> Json:
    """POST /v1/transfers/{id}/reversals: as much as is left of it, and as the account still has."""
    transfer = find_transfer(call, call.identifier)
    left = transfer["amount"] - transfer["amount_reversed"]
    amount: int = call.params.get("amount", left)
    currency = transfer["currency"]
    if left == 0:
        raise ApiError(400, f"Transfer {transfer['id']} is already fully reversed.")
    if amount > left:
        message = f"Reversal amount ({shown(amount, currency)}) is more than is left ({shown(left, currency)})."
        raise ApiError(400, message, param="amount")
    if call.store.private(transfer["destination"])["balance"].get(currency, 0) < amount:
        message = "The connected account has insufficient funds for the reversal of this transfer."
        raise ApiError(400, message, code="balance_insufficient", kept=True)
    reversal: Json = {
        "id": new_id("trr_"),
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": None,
        "created": call.now,
        "currency": currency,
        "destination_payment_refund": new_id("pyr_"),
        "metadata": call.params.get("metadata", {}),
        "source_refund": None,
        "transfer": transfer["id"],
    }
    reversal["balance_transaction"] = _movement(call, reversal["id"], "transfer_refund", amount, currency)["id"]
    call.store.insert(reversal)
    _credit(call, transfer["destination"], currency, -amount)
    before = {"amount_reversed": transfer["amount_reversed"], "reversed": transfer["reversed"]}
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    transfer["reversals"]["has_more"] = len(transfer["reversals"]["data"]) >= USUAL_LIMIT
    transfer["reversals"]["data"] = [reversal, *transfer["reversals"]["data"]][:USUAL_LIMIT]
    call.store.replace(transfer)
    labels = {**labels_of(transfer), **reversal["metadata"]}
    movements.record(call, "reversed", amount, currency, subject=reversal["id"], labels=labels)
    events.emit(call, "transfer.reversed", transfer, before)
    return reversal


def find_transfer(call: Call, identifier: str) -> Json:
    """The transfer of this id, or Stripe's 404."""
    transfer = call.store.find(identifier, "transfer")
    if transfer is None:
        raise missing_resource("transfer", identifier, "transfer")
    return transfer


def retrieve(call: Call) -> Json:
    """GET /v1/transfers/{id}."""
    return find_transfer(call, call.identifier)


def update(call: Call) -> Json:
    """POST /v1/transfers/{id}: metadata is merged, and an empty value removes its key."""
    transfer = find_transfer(call, call.identifier)
    before = {"metadata": transfer["metadata"], "description": transfer["description"]}
    merged = {**transfer["metadata"], **call.params.get("metadata", {})}
    transfer["metadata"] = {key: value for key, value in merged.items() if value}
    transfer["description"] = call.params.get("description", transfer["description"])
    call.store.replace(transfer)
    events.emit(call, "transfer.updated", transfer, before)
    return transfer
