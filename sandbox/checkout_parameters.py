"""What may be said when a Checkout session is created, listed or expired."""

from sandbox.parameters import CREATED, EXPAND, PAGE, Fields, Items, Labels, OneOf, Text, Whole, YesNo

LOCALES = (
    *("auto", "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hr"),
    *("hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl"),
    *("sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW"),
)
PRODUCT = Fields({"name": Text(250), "description": Text(), "metadata": Labels()}, required=("name",))
PRICE = Fields(
    {"currency": Text(), "unit_amount": Whole(), "product_data": PRODUCT},
    required=("currency", "unit_amount", "product_data"),
)
LINE_ITEM = Fields(
    {"price_data": PRICE, "quantity": Whole(1, 999_999), "metadata": Labels()},
    required=("price_data", "quantity"),
)
PAYMENT_INTENT = Fields(
    {
        "metadata": Labels(),
        "description": Text(1000),
        "statement_descriptor_suffix": Text(22),
        "transfer_group": Text(),
        "receipt_email": Text(512),
        "capture_method": OneOf(("automatic", "automatic_async"), unsupported=("manual",)),
    }
)
SETUP_INTENT = Fields({"metadata": Labels(), "description": Text(1000)})
CREATE = Fields(
    {
        **EXPAND,
        "mode": OneOf(("payment", "setup"), unsupported=("subscription",)),
        "currency": Text(),
        "setup_intent_data": SETUP_INTENT,
        "custom_text": Fields({"submit": Fields({"message": Text(1200)}, required=("message",))}),
        "line_items": Items(LINE_ITEM),
        "success_url": Text(),
        "cancel_url": Text(),
        "client_reference_id": Text(200),
        "customer": Text(),
        "customer_email": Text(512),
        "customer_creation": OneOf(("always", "if_required")),
        "metadata": Labels(),
        "payment_intent_data": PAYMENT_INTENT,
        "submit_type": OneOf(("auto", "book", "donate", "pay")),
        "locale": OneOf(LOCALES),
        "adaptive_pricing": Fields({"enabled": YesNo()}),
        "expires_at": Whole(),
        "allowed_payment_method_types": Items(Text()),
        "integration_identifier": Text(200),
        "ui_mode": OneOf(("hosted_page",), unsupported=("elements", "embedded_page", "form")),
    },
    required=("mode",),
)
RETRIEVE = Fields(EXPAND)
EXPIRE = Fields(EXPAND)
LIST = Fields(
    {
        **PAGE,
        **CREATED,
        "customer": Text(),
        "customer_details": Fields({"email": Text()}, required=("email",)),
        "payment_intent": Text(),
        "status": OneOf(("complete", "expired", "open")),
    }
)
LINE_ITEMS = Fields(PAGE)
