"""The rows that are the queue: which attempts are due, whose they are, and how they ended."""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT

from campaigns.attempts import KEY_LIVES
from campaigns.charging.calls import Job
from campaigns.charging.outcomes import Outcome
from campaigns.failpoints import reach
from campaigns.models import Attempt, Pledge

#: For so long nobody else takes up an attempt whose process may have died.
CLAIMED = timedelta(seconds=45)
#: After so many calls without an answer Stripe is asked what became of them. If it has nothing, the same key goes on.
LOOK_AFTER = 3
Parameters = dict[str, Any]


def claim(
    kind: str,
    pledges: QuerySet[Pledge],
    parameters: Callable[[Pledge], Parameters],
    *,
    most: int,
    at: datetime,
) -> list[Job]:
    """Take up to `most` pledges that have no attempt of this kind, or one that is due, and commit their attempts.

    Pledges that somebody else holds are left to him. An attempt that was never sent is brought up to date first: the
    card may be another one by now. Several claimers at once never get the same pledge.
    """
    attempts = Attempt.objects.filter(pledge=OuterRef("pk"), kind=kind).annotate(card=KT("parameters__payment_method"))
    due = Q(next_at__lte=at)
    if kind == Attempt.Kind.AUTHORISE:
        due |= Q(sent_at__isnull=True) & ~Q(card=OuterRef("payment_method_id"))
    mine = Exists(attempts.filter(due, state__in=Attempt.OPEN)) | ~Exists(attempts.exclude(state=Attempt.State.FAILED))
    with transaction.atomic():
        held = list(
            pledges.filter(mine)
            .select_related("campaign")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("pk")[:most]
        )
        if not held:
            return []
        jobs = _taken_up(kind, held, parameters, at=at)
    reach("charge.planned")
    return jobs


def _taken_up(
    kind: str, pledges: list[Pledge], parameters: Callable[[Pledge], Parameters], *, at: datetime
) -> list[Job]:
    known: dict[int, Attempt] = {}
    for attempt in Attempt.objects.filter(kind=kind, pledge__in=pledges).order_by("sequence"):
        known[attempt.pledge_id or 0] = attempt
    again, new = [], []
    for pledge in pledges:
        last = known.get(pledge.pk)
        if last is not None and last.state in Attempt.OPEN:
            again.append(last)
            if last.sent_at is None:
                _say(last, parameters(pledge), pledge)
        else:
            attempt = an_attempt(kind, pledge, parameters(pledge), sequence=last.sequence + 1 if last else 1, at=at)
            new.append(attempt)
    jobs = [Job(attempt, look=_is_to_be_looked_at(attempt, at)) for attempt in again] + [Job(one) for one in new]
    for attempt in (*again, *new):
        attempt.tries, attempt.sent_at, attempt.next_at = attempt.tries + 1, attempt.sent_at or at, at + CLAIMED
    Attempt.objects.bulk_create(new)
    update_each(again, ("tries", "sent_at", "next_at", "parameters", "parameters_hash", "amount"))
    return jobs


def an_attempt(kind: str, pledge: Pledge, parameters: Parameters, *, sequence: int, at: datetime) -> Attempt:
    """A new attempt with a new key, not written yet."""
    key = f"genseki-{kind}-{uuid.uuid4()}"
    attempt = Attempt(
        pledge=pledge, kind=kind, sequence=sequence, idempotency_key=key, planned_at=at, next_at=at, tries=0
    )
    _say(attempt, parameters, pledge)
    return attempt


def _say(attempt: Attempt, parameters: Parameters, pledge: Pledge) -> None:
    text = json.dumps(parameters, sort_keys=True, ensure_ascii=False)
    attempt.parameters, attempt.parameters_hash = parameters, hashlib.sha256(text.encode()).hexdigest()
    attempt.amount = pledge.total


def _is_to_be_looked_at(attempt: Attempt, at: datetime) -> bool:
    if attempt.sent_at is None:
        return False
    return at - attempt.sent_at > KEY_LIVES or attempt.tries % LOOK_AFTER == 0


def written_on(outcomes: Iterable[tuple[Attempt, Outcome]], *, at: datetime) -> list[Attempt]:
    """Write down how attempts ended. Call it in the transaction that holds their pledges."""
    outcomes, ended = list(outcomes), []
    keys = [attempt.pk for attempt, _ in outcomes]
    # A success is never overwritten by a slower failure of the same call.
    over = set(Attempt.objects.filter(pk__in=keys, state=Attempt.State.SUCCEEDED).values_list("pk", flat=True))
    for attempt, outcome in outcomes:
        if attempt.pk in over:
            continue
        is_open = outcome.state in Attempt.OPEN
        attempt.state, attempt.next_at, attempt.error = outcome.state, outcome.next_at, outcome.error[:300]
        attempt.answered_at = None if is_open else at
        attempt.stripe_id = outcome.hold.id if outcome.hold and outcome.state == Attempt.State.SUCCEEDED else ""
        ended.append(attempt)
    update_each(ended, ("state", "next_at", "error", "answered_at", "stripe_id"))
    reach("charge.attempt_written")
    return ended


def update_each(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write these fields of rows of one model in one statement; Django's bulk_update takes ten times as long."""
    if not rows:
        return
    meta: Any = rows[0]._meta
    fields = [meta.pk, *(meta.get_field(name) for name in names)]
    quote = connection.ops.quote_name
    key, *columns = (quote(field.column) for field in fields)
    # Every name in it is a model's own.
    statement = (
        f"UPDATE {quote(meta.db_table)} AS kept SET {', '.join(f'{name} = given.{name}' for name in columns)} "  # noqa: S608
        f"FROM unnest({', '.join(f'%s::{_list_type(field)}' for field in fields)}) "
        f"AS given ({', '.join((key, *columns))}) WHERE kept.{key} = given.{key}"
    )
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows] for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _list_type(field: Any) -> str:
    """Words are given as text: a cast to a limited length would cut off what is too long, and nobody would know."""
    kind = str(field.rel_db_type(connection))
    return "text[]" if kind.startswith("varchar") else f"{kind}[]"
