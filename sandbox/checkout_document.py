"""How a Checkout session and its line items look."""

from sandbox.ids import new_id
from sandbox.wire import Json
from sandbox.world import Call

DAY = 24 * 3600
ABSENT_FEATURES = (
    *("after_expiration", "allow_promotion_codes", "billing_address_collection", "client_secret"),
    *("collected_information", "consent", "consent_collection", "currency_conversion", "customer_account"),
    *("invoice", "payment_link", "payment_method_configuration_details", "recovered_from", "setup_intent"),
    *("shipping_address_collection", "shipping_cost", "subscription", "wallet_options", "origin_context"),
    *("payment_intent", "permissions", "saved_payment_method_options"),
)
TAKEN_OVER = (
    *("cancel_url", "client_reference_id", "customer", "customer_email", "integration_identifier", "locale"),
    *("submit_type", "success_url"),
)


def customer_details(email: str | None, name: str | None) -> Json | None:
    """What is known of the payer; nothing before there is an address."""
    if email is None:
        return None
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": None,
    }


def session_document(call: Call, amount: int | None, currency: str | None) -> Json:
    """An open session as the parameters of the call ask for it; one that saves a card has no amount."""
    given = call.params
    identifier = new_id("cs_test_a1")
    document: Json = {
        "id": identifier,
        "object": "checkout.session",
        **dict.fromkeys(ABSENT_FEATURES),
        **_unused_features(),
        **{name: given.get(name) for name in TAKEN_OVER},
        "adaptive_pricing": {"enabled": given.get("adaptive_pricing", {}).get("enabled", False)},
        "amount_subtotal": amount,
        "amount_total": amount,
        "created": call.now,
        "currency": currency,
        "customer_creation": given.get("customer_creation", "if_required"),
        "customer_details": customer_details(given.get("customer_email"), None),
        "expires_at": given.get("expires_at", call.now + DAY),
        "livemode": False,
        "metadata": given.get("metadata", {}),
        "mode": given["mode"],
        "payment_status": "unpaid" if given["mode"] == "payment" else "no_payment_required",
        "status": "open",
        "ui_mode": "hosted_page",
        "url": f"{call.world.base_url}/c/pay/{identifier}",
    }
    if "custom_text" in given:
        document["custom_text"] = {**document["custom_text"], **given["custom_text"]}
    if "allowed_payment_method_types" in given:
        document["allowed_payment_method_types"] = given["allowed_payment_method_types"]
    return document


def _unused_features() -> Json:
    """What every session has, the same for all of ours."""
    texts = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
    return {
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "custom_fields": [],
        "custom_text": dict.fromkeys(texts),
        "discounts": [],
        "invoice_creation": {"enabled": False, "invoice_data": _invoice_data()},
        "payment_method_collection": "if_required",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    }


def _invoice_data() -> Json:
    names = ("account_tax_ids", "custom_fields", "description", "footer", "issuer", "rendering_options")
    return dict.fromkeys(names) | {"metadata": {}}


def line_item_document(call: Call, item: Json, currency: str) -> Json:
    """One line of the session, with its price; the product is remembered on its own."""
    given = item["price_data"]
    product = call.store.insert(_product_document(call, given["product_data"]))
    amount = given["unit_amount"] * item["quantity"]
    return {
        "id": new_id("li_"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": product["name"],
        "metadata": item.get("metadata", {}),
        "price": _price_document(call, product["id"], given["unit_amount"], currency),
        "quantity": item["quantity"],
    }


def _product_document(call: Call, given: Json) -> Json:
    return {
        "id": new_id("prod_"),
        "object": "product",
        "active": False,
        "created": call.now,
        "default_price": None,
        "description": given.get("description"),
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": given.get("metadata", {}),
        "name": given["name"],
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "type": "service",
        "unit_label": None,
        "updated": call.now,
        "url": None,
    }


def _price_document(call: Call, product: str, unit_amount: int, currency: str) -> Json:
    return {
        "id": new_id("price_"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": call.now,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": product,
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": unit_amount,
        "unit_amount_decimal": str(unit_amount),
    }
