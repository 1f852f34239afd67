"""Wrong settings are said at start-up, with an id and a hint."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning


def stripe_settings_fit_together(**_: object) -> list[CheckMessage]:
    """E001 to E004: a key, secret or address that would take money wrongly, or let anybody say that it was paid."""
    found: list[CheckMessage] = []
    key = settings.STRIPE_SECRET_KEY
    if not key.startswith(("sk_test_", "sk_live_", "rk_test_", "rk_live_")):
        found.append(_error("STRIPE_SECRET_KEY is no Stripe key.", "Take it from Stripe's dashboard.", 1))
    if not settings.STRIPE_WEBHOOK_SECRETS or not all(
        secret.startswith("whsec_") for secret in settings.STRIPE_WEBHOOK_SECRETS
    ):
        hint = "Set STRIPE_WEBHOOK_SECRETS to the endpoint's signing secret (whsec_...); two while you rotate it."
        found.append(_error("Webhook calls cannot be told from forged ones.", hint, 2))
    if settings.STRIPE_API_BASE and settings.STRIPE_LIVEMODE:
        hint = "Unset STRIPE_API_BASE, or use a test key."
        found.append(_error("A live key would be sent to an address that is not Stripe's.", hint, 3))
    if settings.DEMO and settings.STRIPE_LIVEMODE:
        found.append(_error("The demo never runs with a live key.", "Unset GENSEKI_DEMO or use a test key.", 4))
    return found


def links_are_safe(**_: object) -> list[CheckMessage]:
    if settings.SITE_URL.startswith("https://"):
        return []
    return [Warning("SITE_URL is not https://.", hint="Links in mails carry keys.", id="genseki.W001")]


def _error(says: str, hint: str, number: int) -> CheckMessage:
    return Error(says, hint=hint, id=f"genseki.E{number:03}")
