from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.actions.run_selfcheck import run_selfcheck
from campaigns.demo import accounts_text, tell_the_story


class Command(BaseCommand):
    help = "Load the demo's story: lineage, accounts, two open campaigns, paid through the sandbox. Safe to repeat."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEMO or not settings.STRIPE_API_BASE or settings.STRIPE_LIVEMODE:
            raise CommandError("This is for the demo (GENSEKI_DEMO=1 and a Stripe sandbox): use `make demo`.")
        tell_the_story(at=timezone.now())
        # The clock does it within the hour; whoever looks at the transparency page sooner shall find something there.
        run_selfcheck(at=timezone.now())
        accounts = settings.BASE_DIR / "var" / "demo-accounts.txt"
        accounts.write_text(accounts_text(), encoding="utf-8")
        self.stdout.write(accounts_text())
