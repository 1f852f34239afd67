"""Keep the event as it came; handle it once; try again what could not be handled yet."""

import json
import logging
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from campaigns import stripe_gateway, stripe_handlers
from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.actions.raise_alarm import close_alarm, raise_alarm
from campaigns.models import StripeEvent
from campaigns.stripe_gateway import StripeBusy, StripeRefuses, StripeSilent
from campaigns.stripe_handlers import NotYet

MOST_BYTES = 256 * 1024
MOST_TRIES = 12
MOST_SECONDS = 60
LEASE = timedelta(seconds=30)
log = logging.getLogger(__name__)


class WrongMode(Exception):
    """A live event on a test site, or the other way round."""


def receive(body: bytes, header: str | None, *, at: datetime, secrets: Sequence[str] | None = None) -> str | None:
    """Keep one webhook call; the event's id when it is new, None when it was told before.

    Raises stripe_gateway.Forged and WrongMode. When this returns, the event is committed and may be acknowledged.
    """
    event = stripe_gateway.verify(body, header, secrets)
    try:
        _moment(event.get("created", 0))
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise stripe_gateway.Forged("the event has no time") from error
    return keep(event, body.decode(), at=at)


def keep(event: dict[str, Any], payload: str, *, at: datetime) -> str | None:
    if (event.get("livemode") is True) != settings.STRIPE_LIVEMODE:
        # It is signed with our secret, so it is no stranger's: an endpoint, or a key, is that of the other mode.
        raise_alarm(kind="wrong-mode", key="wrong-mode", detail={"event": event["id"]}, at=at)
        raise WrongMode(f"{event['id']} has livemode {event.get('livemode')}")
    try:
        with transaction.atomic():
            StripeEvent.objects.create(
                id=event["id"],
                type=event["type"],
                api_version=str(event.get("api_version") or "")[:40],
                livemode=bool(event.get("livemode")),
                created=_moment(event.get("created", 0)),
                payload=payload,
                received_at=at,
                next_at=at,
            )
    except IntegrityError:
        return None
    return str(event["id"])


def _moment(told: int | str) -> datetime:
    """Seconds since 1970 in an ordinary event, a text in a thin one."""
    return datetime.fromisoformat(told) if isinstance(told, str) else datetime.fromtimestamp(told, tz=UTC)


def _thing(event: dict[str, Any]) -> dict[str, Any]:
    """What an event is about: a thin one names it, and every other brings it along."""
    return dict(event["related_object"] if "related_object" in event else event["data"]["object"])


def handle(event_id: str, *, at: datetime) -> bool:
    """Handle one event unless somebody else has it or it is done; True when it was handled here.

    The claim is one conditional UPDATE, so any number of tasks may be set going for one event.
    """
    mine = Q(next_at__isnull=True) | Q(next_at__lte=at)
    claimed = StripeEvent.objects.filter(mine, pk=event_id, state=StripeEvent.State.RECEIVED).update(
        next_at=at + LEASE, tries=F("tries") + 1
    )
    if claimed != 1:
        return False
    event = StripeEvent.objects.get(pk=event_id)
    state, error = _outcome(event, at=at)
    # Somebody whose lease ran out does not take back what was done meanwhile.
    mine_still = StripeEvent.objects.filter(pk=event_id, state=StripeEvent.State.RECEIVED)
    if state in (None, StripeEvent.State.RECEIVED):
        late = state is None and event.tries >= MOST_TRIES
        wait = timedelta(seconds=min(2 ** min(event.tries, MOST_TRIES), 3600))
        state = StripeEvent.State.FAILED if late else StripeEvent.State.RECEIVED
        mine_still.update(state=state, next_at=at + wait, error=error[:300])
        log.log(logging.ERROR if late else logging.INFO, "Event %s: %s", event_id, error)
        if late:
            _alarm(event, state, error, at=at)
        return False
    mine_still.update(state=state, handled_at=at, next_at=None, error=error[:300])
    if state == StripeEvent.State.QUARANTINED:
        _alarm(event, state, error, at=at)
    else:
        close_alarm(key=f"event:{event_id}", at=at, by="the event was handled")
    return True


def take_up(events: QuerySet[StripeEvent], *, at: datetime) -> Iterator[StripeEvent]:
    """Handle events once more, oldest first, whatever became of them: each as it is afterwards.

    A handler asks Stripe how things stand, so that what was handled before changes nothing.
    """
    for pk in list(events.order_by("created", "pk").values_list("pk", flat=True)):
        StripeEvent.objects.filter(pk=pk).update(state=StripeEvent.State.RECEIVED, tries=0, next_at=at, error="")
        handle(pk, at=at)
        yield StripeEvent.objects.get(pk=pk)


def _alarm(event: StripeEvent, state: str, error: str, *, at: datetime) -> None:
    raise_alarm(kind="event", key=f"event:{event.pk}", detail={"type": event.type, "state": state, "why": error}, at=at)


def _outcome(event: StripeEvent, *, at: datetime) -> tuple[str | None, str]:
    """The event's state after handling it, and what went wrong.

    RECEIVED is to try again for as long as it takes, since Stripe was away; None to try again some times.
    """
    try:
        thing = _thing(json.loads(event.payload))
        done = stripe_handlers.dispatch(event.type, thing, at=at, made=event.created)
    except DoesNotMatch as error:
        log.error("Event %s is put aside: %s", event.pk, error)
        return StripeEvent.State.QUARANTINED, str(error)
    except (StripeSilent, StripeBusy) as error:
        return StripeEvent.State.RECEIVED, f"{type(error).__name__}: {error}"
    except (NotYet, StripeRefuses) as error:
        return None, f"{type(error).__name__}: {error}"
    except Exception as error:
        # A poisonous event must not stop the others; it is tried again and then shown to people.
        log.exception("Event %s could not be handled", event.pk)
        return None, f"{type(error).__name__}: {error}"
    return (StripeEvent.State.HANDLED if done else StripeEvent.State.IGNORED), ""


def handle_due(*, at: datetime, most: int = 200) -> int:
    """Handle what no task has handled; how many were. While Stripe is slow, the rest waits for the next sweep."""
    due = StripeEvent.objects.filter(state=StripeEvent.State.RECEIVED, next_at__lte=at).order_by("next_at")
    handled, began = 0, time.monotonic()
    for pk in list(due.values_list("pk", flat=True)[:most]):
        if time.monotonic() - began > MOST_SECONDS:
            break
        handled += handle(pk, at=at)
    return handled
