from django.core.management.base import BaseCommand
from django.utils import timezone

from campaigns.actions.deliver_outbox import deliver_outbox


class Command(BaseCommand):
    help = "Send the mails that are due."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{deliver_outbox(at=timezone.now())}")
