from argparse import ArgumentParser
from collections import Counter
from datetime import UTC, datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns import stripe_inbox
from campaigns.models import StripeEvent

State = StripeEvent.State


def moment(text: str) -> datetime:
    """A day or a moment; one that names no zone is UTC."""
    told = datetime.fromisoformat(text)
    return told if told.tzinfo else told.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = "Handle the Stripe events that wait; or take up those that were put aside, given up, or done already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--failed", action="store_true", help="take up what was given up or put aside")
        parser.add_argument("--replay", metavar="EVENT", nargs="+", help="handle these events again")
        parser.add_argument("--since", type=moment, metavar="WHEN", help="handle again all that Stripe made since then")

    def handle(self, *args: object, **options: object) -> None:
        at, replay = timezone.now(), options["replay"]
        again = StripeEvent.objects.none()
        if options["failed"]:
            again |= StripeEvent.objects.filter(state__in=[State.FAILED, State.QUARANTINED])
        if isinstance(replay, list):
            found = StripeEvent.objects.filter(pk__in=replay)
            if missing := set(replay) - set(found.values_list("pk", flat=True)):
                raise CommandError(f"There is no event {', '.join(sorted(missing))}. The admin lists those that came.")
            again |= found
        if options["since"]:
            again |= StripeEvent.objects.filter(created__gte=options["since"])
        became: Counter[str] = Counter()
        for event in stripe_inbox.take_up(again, at=at):
            became[event.state] += 1
            self.stdout.write(f"{event.pk} {event.type}: {event.state} {event.error}".rstrip())
        if became:
            self.stdout.write(", ".join(f"{number} {state}" for state, number in sorted(became.items())))
        self.stdout.write(f"{stripe_inbox.handle_due(at=at)} handled")
