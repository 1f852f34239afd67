"""A card was refused on a page of Stripe's. Some are bad luck; many on one page are somebody who tries cards."""

from datetime import datetime
from typing import Any

from campaigns.actions.open_checkout import CLOCKS_DIFFER, PAGE_LIVES, close_page
from campaigns.models import Bundle, CardFailure, Pledge

# After so many refusals the page is closed. Whoever mistyped a number has long found another card.
MOST_ON_A_PAGE = 5
# What Stripe tells of as a failure, by type of event.
CARD_FAILURES = frozenset({"payment_intent.payment_failed", "setup_intent.setup_failed"})


def note_failed_card(thing: dict[str, Any], *, at: datetime, failed_at: datetime | None = None) -> bool:
    """`thing` is a payment intent or a setup intent as an event told of it; False when it is not ours.

    Counted once, however often it is told. Nothing of the payment is moved. At the fifth refusal its page is expired
    at Stripe, outside every transaction; raises StripeSilent and StripeBusy, and then it is told again.
    """
    pledge = _pledge_of(thing)
    if pledge is None or _is_charged_without_its_payer(thing, pledge):
        return False
    told = thing.get("last_payment_error") or thing.get("last_setup_error") or {}
    tried = told.get("charge") or thing.get("latest_charge") or thing.get("latest_attempt") or _try_of(thing, told)
    CardFailure.objects.bulk_create(
        [
            CardFailure(
                stripe_id=str(tried)[:120],
                campaign_id=pledge.campaign_id,
                pledge=pledge,
                code=str(told.get("decline_code") or told.get("code") or "")[:60],
                at=failed_at or at,
            )
        ],
        ignore_conflicts=True,
    )
    if _may_still_be_tried(pledge) and _refused_on_its_page(pledge) >= MOST_ON_A_PAGE:
        close_page(_page_of(pledge))
        # A page for another card is asked for again by its button: that must not lead to the one that is closed.
        Pledge.objects.filter(pk=pledge.pk, state=Pledge.State.SAVED).update(session_url="", session_expires_at=at)
    return True


def _pledge_of(thing: dict[str, Any]) -> Pledge | None:
    """Of several coins in one payment the first: the page is the same."""
    names = thing.get("metadata") or {}
    pledge, bundle = str(names.get("genseki_pledge", "")), str(names.get("genseki_bundle", ""))
    if pledge.isascii() and pledge.isdecimal() and len(pledge) < 19:
        return Pledge.objects.select_related("bundle").filter(pk=int(pledge)).first()
    if bundle.isascii() and bundle.isdecimal() and len(bundle) < 19:
        return Pledge.objects.select_related("bundle").filter(bundle=int(bundle)).order_by("pk").first()
    return None


def _is_charged_without_its_payer(thing: dict[str, Any], pledge: Pledge) -> bool:
    """A saved card that is refused at the close says nothing about who is at our door."""
    return thing.get("object") == "payment_intent" and bool(pledge.payment_method_id)


def _try_of(thing: dict[str, Any], told: dict[str, Any]) -> str:
    """Where Stripe names no try of its own: the intent, and the card that was tried."""
    card = (told.get("payment_method") or {}).get("id", "")
    return f"{thing['id']}/{card}"


def _may_still_be_tried(pledge: Pledge) -> bool:
    """A card that is saved may be followed by another, which has a page of its own."""
    waits = pledge.state == Pledge.State.SAVED and bool(pledge.session_url)
    return (waits or pledge.state in (Pledge.State.CREATED, Pledge.State.CHECKOUT)) and bool(_page_of(pledge))


def _refused_on_its_page(pledge: Pledge) -> int:
    """Of a saved card only what was refused since the newest page was opened."""
    refused = pledge.card_failures.all()
    if pledge.state == Pledge.State.SAVED and pledge.session_expires_at is not None:
        refused = refused.filter(at__gt=pledge.session_expires_at - PAGE_LIVES - CLOCKS_DIFFER)
    return refused.count()


def _page_of(pledge: Pledge) -> str:
    bundle: Bundle | None = pledge.bundle
    return pledge.session_id or (bundle.session_id if bundle else "")
