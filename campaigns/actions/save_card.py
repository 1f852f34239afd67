"""Merge what Stripe says of saved cards into the pledge that they were saved for. Nothing is charged by it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from campaigns.actions.checkout_parameters import promise_of
from campaigns.actions.follow_campaign import follow_campaign
from campaigns.actions.forget_cards import plan_to_forget
from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.actions.tell_of_promise import tell_of_promise
from campaigns.lifecycle import Stage
from campaigns.models import Attempt, CloseRun, CloseStep, Pledge
from campaigns.stripe_gateway import Checkout, SavedCard, StripeBusy

A_MOMENT, LOOK_AGAIN = timedelta(minutes=1), timedelta(minutes=5)
# A close may wait for banks for four days, and the cards that wait with it hardly ever change.
WHILE_CLOSING = timedelta(hours=1)
State = Pledge.State
# A page that ran out for us may have been finished in its last moment.
TAKES_A_CARD = (*Pledge.UNDER_WAY, State.EXPIRED)
# What is authorised or paid goes on with the card that it has.
KEEPS_ITS_CARD = (State.SAVED, State.AUTHORISED, State.PAID, State.REFUNDED)


def save_card(pledge: Pledge, page: Checkout | None, cards: Sequence[SavedCard], *, stage: str, at: datetime) -> None:
    """Call it in the transaction that shares the campaign, whose `stage` this is, and holds the pledge's row.

    `page` is the pledge's own, `cards` all the setups that are known of it. The newest saved card counts, in whatever
    order they are heard of; the others are forgotten. Raises DoesNotMatch, and StripeBusy while the close asks the card
    that is to be replaced; then nothing was changed.
    """
    _refuse_a_mismatch(pledge, page, cards)
    newest = page.setup_intent if page is not None else ""
    saved = [card for card in cards if card.status == "succeeded"]
    saved.sort(key=lambda card: (card.created, card.setup_intent == newest))
    before = pledge.state
    takes = takes_promises(pledge, stage)
    is_asked = pledge.state == State.SAVED and stage == Stage.CLOSING and _wants_another_card(pledge, at=at)
    if is_asked and saved and saved[-1].setup_intent != pledge.setup_intent_id and _is_under_way(pledge):
        raise StripeBusy("The card that was there before is being asked: look again in a moment")
    if page is not None and not pledge.session_id:
        pledge.session_id = page.id
    if saved and pledge.state in TAKES_A_CARD:
        _take(pledge, saved[-1], at=at)
    elif saved and pledge.state == State.SAVED:
        _renew(pledge, saved[-1], takes=takes or is_asked)
    _look_at_page(pledge, page, at=at)
    if pledge.state == State.SAVED and not takes and (before in TAKES_A_CARD or _was_left_out(pledge, stage)):
        pledge.state, pledge.failure, pledge.ended_at, pledge.check_at = State.RELEASED, "too-late", at, None
    if pledge.state == State.SAVED and stage == Stage.CLOSING:
        pledge.check_at = at + WHILE_CLOSING
    kept = pledge.payment_method_id if pledge.state in KEEPS_ITS_CARD else ""
    for card in saved:
        if card.payment_method != kept:
            plan_to_forget(pledge, card.payment_method, at=at)
    pledge.save()
    if pledge.state != before:
        _answer(pledge, at=at)


def takes_promises(pledge: Pledge, stage: str) -> bool:
    """Whether a card that is saved now counts: until the drain of the close is over, or the campaign is cancelled."""
    if stage not in (Stage.OPEN, Stage.PAUSED, Stage.CLOSING):
        return False
    return not CloseStep.objects.filter(run__campaign_id=pledge.campaign_id, name__in=("drain", "verdict")).exists()


def holds_end_at(pledge: Pledge) -> datetime | None:
    """Until when cards are asked, once the close has begun to."""
    ends = CloseRun.objects.filter(campaign=pledge.campaign_id, finished_at__isnull=True)
    return ends.values_list("holds_end_at", flat=True).first()


def _wants_another_card(pledge: Pledge, *, at: datetime) -> bool:
    """The close has asked this one, the bank has not agreed so far, and there is time."""
    until = holds_end_at(pledge)
    return bool(pledge.failure or pledge.confirm_until) and until is not None and at < until


def _is_under_way(pledge: Pledge) -> bool:
    """A call that has the old card may still place a hold."""
    calls = pledge.attempts.filter(kind__in=(Attempt.Kind.AUTHORISE, Attempt.Kind.CONFIRM), state__in=Attempt.OPEN)
    return calls.filter(sent_at__isnull=False).exists()


def _was_left_out(pledge: Pledge, stage: str) -> bool:
    """A card that was saved in the very moment in which the drain ended may not have been asked before the verdict."""
    was_asked = pledge.payment_intent_id or pledge.attempts.filter(kind=Attempt.Kind.AUTHORISE).exists()
    decided = CloseStep.objects.filter(run__campaign_id=pledge.campaign_id, name="verdict")
    return not was_asked and (stage != Stage.CLOSING or decided.exists())


def _refuse_a_mismatch(pledge: Pledge, page: Checkout | None, cards: Sequence[SavedCard]) -> None:
    if page is not None and (page.mode != "setup" or page.currency not in (pledge.currency, "")):
        raise DoesNotMatch(f"pledge {pledge.pk} saves a card for {pledge.currency}, but {page.id} does not")
    ours = promise_of(pledge)
    for card in cards:
        told = {name: card.metadata.get(name) for name in ours}
        if told != ours:
            raise DoesNotMatch(f"{card.setup_intent} says {told}, but pledge {pledge.pk} is {ours}")


def _take(pledge: Pledge, card: SavedCard, *, at: datetime) -> None:
    pledge.state, pledge.saved_at = State.SAVED, at
    pledge.setup_intent_id, pledge.customer_id = card.setup_intent, card.customer
    pledge.payment_method_id, pledge.card_expires_on = card.payment_method, card.expires_on


def _renew(pledge: Pledge, card: SavedCard, *, takes: bool) -> None:
    """Another card for the same promise, or a new day on which the same card expires."""
    if card.setup_intent == pledge.setup_intent_id:
        pledge.card_expires_on = card.expires_on
    elif takes:
        # The bank that wanted to be asked is not this card's: the close asks anew, and at once.
        pledge.session_url, pledge.confirm_until = "", None
        pledge.setup_intent_id, pledge.customer_id = card.setup_intent, card.customer
        pledge.payment_method_id, pledge.card_expires_on = card.payment_method, card.expires_on


def _look_at_page(pledge: Pledge, page: Checkout | None, *, at: datetime) -> None:
    if page is not None and page.status == "open":
        pledge.check_at = max(page.expires_at + A_MOMENT, at + LOOK_AGAIN)
    elif pledge.state not in Pledge.UNDER_WAY:
        pledge.check_at = None
    elif page is not None and page.status == "expired":
        pledge.state, pledge.check_at = State.EXPIRED, None
    elif pledge.check_at is not None and pledge.check_at <= at:
        pledge.check_at = at + LOOK_AGAIN


def _answer(pledge: Pledge, *, at: datetime) -> None:
    """Once for each promise, in the transaction that made it known."""
    if pledge.state == State.SAVED:
        tell_of_promise(pledge, "promised", at=at)
        if pledge.wants_updates:
            follow_campaign(pledge.campaign, email=pledge.email, language=pledge.language, at=at)
    elif pledge.state == State.RELEASED:
        tell_of_promise(pledge, "too_late", at=at)
