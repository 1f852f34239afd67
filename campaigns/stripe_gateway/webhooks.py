"""What Stripe tells us by itself: signed calls, and the list of events."""

import json
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import stripe
from django.conf import settings

from campaigns.stripe_gateway.asking import as_json, ask, client

FUTURE_SECONDS = 300
LONGEST_NAME = 120


class Forged(Exception):
    """A webhook call that is not, or not provably, from our Stripe account."""


def events_since(moment: datetime) -> list[dict[str, Any]]:
    """Events that Stripe made since a moment, oldest first, as plain JSON: what a webhook may have failed to bring."""
    listing: Any = {"created": {"gte": int(moment.timestamp())}, "limit": 100}
    found = ask(lambda: list(client().v1.events.list(params=listing).auto_paging_iter()))
    return [as_json(event) for event in reversed(found)]


def verify(body: bytes, header: str | None, secrets: Sequence[str] | None = None) -> dict[str, Any]:
    """The event in a webhook call, once its signature on the raw bytes has been checked. Raises Forged.

    `secrets` are those of the endpoint that was called; without them, of the endpoint for payments.
    """
    secrets = settings.STRIPE_WEBHOOK_SECRETS if secrets is None else secrets
    if not header or not secrets:
        raise Forged("the call is not signed")
    if not any(_signed(body, header, secret) for secret in secrets):
        raise Forged("the signature does not match, or is too old")
    if _signed_at(header) > time.time() + FUTURE_SECONDS:
        raise Forged("the signature is dated in the future: check the clocks")
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Forged("the body is not JSON") from error
    if not isinstance(event, dict) or not all(_is_name(event.get(name)) for name in ("id", "type")):
        raise Forged("the body is not an event")
    return event


def _is_name(told: object) -> bool:
    """Whether it can be the id or the type of an event: short, and of signs that every database takes."""
    return isinstance(told, str) and 0 < len(told) <= LONGEST_NAME and told.isascii() and told.isprintable()


def _signed(body: bytes, header: str, secret: str) -> bool:
    if not header.isascii():
        return False
    try:
        return bool(stripe.WebhookSignature.verify_header(body, header, secret, tolerance=300))
    except (stripe.SignatureVerificationError, ValueError):
        return False


def _signed_at(header: str) -> float:
    stamps = [part[2:] for part in header.split(",") if part.startswith("t=")]
    return float(stamps[0]) if stamps and stamps[0].isdigit() else float("inf")
