from django.core.management.base import BaseCommand
from django.utils import timezone

from campaigns.actions.close_campaign import close_due_campaigns


class Command(BaseCommand):
    help = "Begin and continue every close that is due (what the clock does every few seconds)."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{close_due_campaigns(at=timezone.now())}")
