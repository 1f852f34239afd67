"""BRA, one coin short of its goal; the clock; and the words that a reader of a language sees."""

from collections.abc import Iterable
from io import StringIO

from django.core.management import call_command
from django.utils import translation
from django.utils.translation import gettext

from campaigns import tasks
from campaigns.demo_texts import BRA
from campaigns.models import Campaign
from lineage.models import Version
from tests.browser.visitor import Visitor
from tests.stripe_sandbox import Sandbox
from tests.world import PASSWORD, an_open_campaign, give

DATA = ("lineage/data/bra.json", "lineage/data/bra-clean-plan.json")
CLOCK = ("handle_due_events", "close_due_campaigns", "carry_out_refunds", "tell_followers", "deliver_outbox")


def bra_stands_at(stripe: Sandbox, raised: int = 19_500) -> Campaign:
    """Alice has opened the campaign in both languages, half of `raised` is hers, and somebody gave the rest."""
    bra_is_on_record()
    bra = an_open_campaign(
        tainted_version=Version.objects.get(slug="bra-v4"),
        clean_version=Version.objects.get(slug="bra-clean-plan"),
        promised_gone=["no-monetised-hosting", "team-size-max"],
        language="ja",
        **BRA.texts,
    )
    bra.promises.create(position=0, action="host", facts={"monetised": True}, before="blocked", planned="conditional")
    for position, (item, other, amount) in enumerate(BRA.costs):
        bra.costs.create(position=position, item=item, item_other=other, amount=amount)
    give(stripe, bra, 10_000, name="Alice", user=bra.organiser)
    give(stripe, bra, raised - 10_000, name="Dave", message="ワンコインで応援します!")
    return bra


def bra_is_on_record() -> None:
    for file in DATA:
        call_command("import_lineage", file, stdout=StringIO())
    Version.objects.filter(slug="bra-clean-plan").update(planned=True, illustration=True)


def the_clock_ticks(names: Iterable[str] = CLOCK) -> None:
    for name in names:
        tasks.TASKS[name]()


def said(message: str, language: str, **values: object) -> str:
    """What stands for an English message on a page of this language."""
    with translation.override(language):
        return gettext(message) % values if values else gettext(message)


def log_in(visitor: Visitor, email: str) -> None:
    visitor.go("accounts/login/")
    visitor.type("#id_login", email)
    visitor.type("#id_password", PASSWORD)
    visitor.follow("form:has(#id_login) button[type=submit] >> nth=0")
    visitor.page.wait_for_url("**/me/campaigns/")
