"""Whether cards could not be taken lately, so that pages can say it without asking Stripe.

Whoever asks Stripe for a page to pay at, and gets no answer, writes it down in the database, where every process sees
it; the first answer takes it away. It is forgotten after two minutes in any case: what nobody has tried for so long,
nobody knows.
"""

from datetime import datetime, timedelta

from campaigns.models import StripePace

NAME = "silent"
REMEMBERED = timedelta(minutes=2)


def note_silence(*, at: datetime) -> None:
    """Call it outside every transaction: the row is everybody's."""
    StripePace.objects.bulk_create(
        [StripePace(name=NAME, next_at=at + REMEMBERED)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["next_at"],
    )


def note_answer() -> None:
    StripePace.objects.filter(name=NAME).delete()


def is_stripe_silent(*, at: datetime) -> bool:
    return StripePace.objects.filter(name=NAME, next_at__gt=at).exists()
