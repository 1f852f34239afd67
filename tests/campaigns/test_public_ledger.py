"""The public ledger: what it says, what it keeps to itself, and that anybody can compute it again."""

import csv
import io
import json
import re
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from campaigns import ledger
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.plan_refund import plan_refund
from campaigns.actions.refund_pledge import carry_out_refund, take_back
from campaigns.lifecycle import Stage
from campaigns.models import Campaign, CloseRun, JournalEntry, Pledge
from campaigns.models.ledger import Account
from campaigns.views.wall import supporters_of, wall
from tests.saved_cards import an_all_or_nothing_campaign, match, promise, the_close
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, give, now, set_out

pytestmark = pytest.mark.django_db
SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "recompute_close.py"
ENDINGS = ("csv", "jsonl", "beancount")


def export(client: Client, ending: str, slug: str = "bra") -> str:
    answer = client.get(f"/c/{slug}/ledger.{ending}")
    assert answer.status_code == 200
    return answer.getvalue().decode()


def recompute(text: str, *also: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(SCRIPT), "-", *also]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=60)


def a_closed_campaign(sandbox: Sandbox, **terms: Any) -> Campaign:
    """Coins that stay and go back before the close, then a refund after it, which the report does not know."""
    campaign = an_open_campaign(**{"goal": 1_000, "ceiling": None, "deadline": now() + timedelta(minutes=5), **terms})
    take_back(give(sandbox, campaign, name="Erin"), at=now())
    give(sandbox, campaign, name="Secretname", message="a secret message", anonymous=True)
    give(sandbox, campaign, 700, name="Dave", cover_fee=True)
    close_due_campaigns(at=now() + timedelta(minutes=6))
    dave = Pledge.objects.get(email="dave@example.com")
    carry_out_refund(plan_refund(dave, amount=100, reason="asked", at=now()), at=now())
    campaign.refresh_from_db()
    return campaign


def test_the_close_is_computed_again_from_the_export_alone(sandbox: Sandbox, client: Client) -> None:
    campaign = a_closed_campaign(sandbox)
    text = export(client, "jsonl")

    done = recompute(text, "--hash", ledger.newest(campaign)[1])

    report = CloseRun.objects.get().report
    assert campaign.stage == "funded" and report["raised"] == 1_200 and report["refunded"] == 500
    assert report["entries"] < campaign.journal.count()
    assert (done.returncode, done.stderr) == (0, "")
    assert "raised: 1200" in done.stdout and "outcome: funded" in done.stdout and "2 supporters" in done.stdout


@pytest.mark.parametrize("stage", ["open", "unfunded"])
def test_a_ledger_without_a_close_and_one_that_failed_are_computed_too(
    sandbox: Sandbox, client: Client, stage: str
) -> None:
    campaign = an_open_campaign(deadline=now() + timedelta(minutes=5))
    give(sandbox, campaign)
    if stage == "unfunded":
        close_due_campaigns(at=now() + timedelta(minutes=6))

    done = recompute(export(client, "jsonl"))

    assert done.returncode == 0
    assert ("missing: 19500" if stage == "unfunded" else "no close") in done.stdout


def changed(text: str, number: int, change: Any) -> str:
    lines = [json.loads(line) for line in text.splitlines()]
    change(lines[number])
    return "\n".join(json.dumps(line) for line in lines)


@pytest.mark.parametrize(
    ("number", "change", "named"),
    [
        (0, lambda head: head["close"].update(raised=9_999), "the report says raised 9999, the entries say 1200"),
        (0, lambda head: head.update(goal=5_000), "the report says outcome funded, the entries say unfunded"),
        (0, lambda head: head.update(hash="0" * 64), "its first line says otherwise"),
        (0, lambda head: head.update(campaign="other"), "entry 1, a charge"),
        (2, lambda entry: entry.update(day="2001-01-01"), "entry 2, a fee of 2001-01-01, is not what was chained"),
        (2, lambda entry: entry.update(number=7), "entry 2 is missing"),
        (3, lambda entry: entry["postings"].update(refunds=-1), "entry 3, a refund"),
    ],
)
def test_an_export_that_was_changed_is_found(
    sandbox: Sandbox, client: Client, number: int, change: Any, named: str
) -> None:
    a_closed_campaign(sandbox)
    text = changed(export(client, "jsonl"), number, change)

    done = recompute(text)

    assert done.returncode == 1 and named in done.stderr


def test_a_hash_that_was_noted_and_is_gone_is_found(sandbox: Sandbox, client: Client) -> None:
    a_closed_campaign(sandbox)

    done = recompute(export(client, "jsonl"), "--hash", "a" * 64)

    assert done.returncode == 1 and "the hash that you noted is not in this ledger" in done.stderr


@pytest.mark.parametrize("address", [*(f"/c/bra/ledger.{ending}" for ending in ENDINGS), "/en/c/bra/ledger/"])
def test_nobody_is_named_and_no_key_of_anybody_is_told(sandbox: Sandbox, client: Client, address: str) -> None:
    a_closed_campaign(sandbox)

    text = client.get(address).getvalue().decode() if "ledger." in address else client.get(address).content.decode()

    assert "ecret" not in text and "@example.com" not in text and "Dave" not in text
    for pledge in Pledge.objects.all():
        for private in (pledge.token, pledge.form_nonce, pledge.session_id, pledge.payment_intent_id, pledge.charge_id):
            assert private and private not in text
    for entry in JournalEntry.objects.exclude(kind="settle"):
        assert entry.external_ref not in text
        assert entry.at.isoformat() not in text and f"{entry.at:%H:%M:%S}" not in text


def test_the_three_files_say_the_same(sandbox: Sandbox, client: Client) -> None:
    campaign = a_closed_campaign(sandbox)

    _, *lines = [json.loads(line) for line in export(client, "jsonl").splitlines()]
    rows = list(csv.DictReader(io.StringIO(export(client, "csv"))))
    told = transactions(export(client, "beancount"))

    assert len(lines) == len(rows) == len(told) == campaign.journal.count()
    for line, row, (day, facts, moved) in zip(lines, rows, told, strict=True):
        assert (row["number"], row["kind"], row["day"], row["hash"]) == (
            str(line["number"]),
            line["kind"],
            line["day"],
            line["hash"],
        )
        assert {name: int(row[name]) for name in Account.values if row[name]} == line["postings"]
        assert (day, facts["number"], facts["hash"]) == (line["day"], str(line["number"]), f'"{line["hash"]}"')
        assert sorted(moved) == sorted(Decimal(amount) for amount in line["postings"].values())


ACCOUNT = r"(?:Assets|Liabilities|Equity|Income|Expenses)(?::[A-Z][A-Za-z0-9-]*)+"
OPEN = re.compile(rf"(\d{{4}}-\d\d-\d\d) open ({ACCOUNT}) ([A-Z]{{3}})")
HEADING = re.compile(r'(\d{4}-\d\d-\d\d) \* "((?:[^"\\]|\\.)*)"')
FACT = re.compile(r"  ([a-z][a-zA-Z0-9_-]*): (.+)")
MOVED = re.compile(rf"  ({ACCOUNT})  (-?\d+(?:\.\d\d)?) ([A-Z]{{3}})")


def transactions(text: str) -> list[tuple[str, dict[str, str], list[Decimal]]]:
    """What a reader of beancount finds; it refuses what the grammar has not, and an account that is not open."""
    opened: dict[str, str] = {}
    found: list[tuple[str, dict[str, str], list[Decimal]]] = []
    for line in text.splitlines():
        if not line or line.startswith((";", "option ")):
            continue
        if match := OPEN.fullmatch(line):
            opened[match[2]] = match[1]
        elif match := HEADING.fullmatch(line):
            found.append((match[1], {}, []))
        elif match := MOVED.fullmatch(line):
            assert opened[match[1]] <= found[-1][0]
            found[-1][2].append(Decimal(match[2]))
        else:
            match = FACT.fullmatch(line)
            assert match is not None, line
            found[-1][1][match[1]] = match[2]
    assert all(sum(moved) == 0 for _, _, moved in found)
    return found


def test_dollars_have_their_cents_in_beancount(sandbox: Sandbox, client: Client) -> None:
    give(sandbox, an_open_campaign(currency="USD", goal=1_000, ceiling=None, coin=300), 305)

    text = export(client, "beancount")

    assert "  Assets:Stripe-Clearing  3.05 USD" in text and "  Liabilities:Campaign-Held  -3.05 USD" in text
    assert transactions(text)


def test_an_empty_ledger_is_exported_empty(client: Client) -> None:
    an_open_campaign()

    assert json.loads(export(client, "jsonl"))["entries"] == 0
    assert export(client, "csv").count("\n") == 1 and transactions(export(client, "beancount")) == []
    assert "Nothing has happened yet" in client.get("/en/c/bra/ledger/").content.decode()


def test_the_ledger_of_a_draft_is_nobodys_business(client: Client) -> None:
    campaign = an_open_campaign()
    Campaign.objects.filter(pk=campaign.pk).update(stage=Stage.DRAFT)

    for address in (*(f"/c/bra/ledger.{ending}" for ending in ENDINGS), "/en/c/bra/ledger/", "/c/nothing/ledger.csv"):
        assert client.get(address).status_code == 404


def test_a_file_of_another_kind_is_not_there(client: Client) -> None:
    an_open_campaign()

    assert client.get("/c/bra/ledger.xls").status_code == 404


def test_a_memo_is_no_formula_and_breaks_no_file(client: Client) -> None:
    ledger.post(
        kind="charge",
        external_ref="ch_1",
        campaign=an_open_campaign(),
        at=now(),
        memo='=1+1 "and" \\',
        postings={Account.STRIPE_CLEARING: 5, Account.CAMPAIGN_HELD: -5},
    )

    assert next(csv.DictReader(io.StringIO(export(client, "csv"))))["memo"].startswith("'=")
    assert '* "=1+1 \\"and\\" \\\\"' in export(client, "beancount") and transactions(export(client, "beancount"))
    assert recompute(export(client, "jsonl")).returncode == 0


def test_the_page_shows_the_newest_entries_first_in_both_languages(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    give(sandbox, campaign)

    english = client.get("/en/c/bra/ledger/").content.decode()
    japanese = client.get("/ja/c/bra/ledger/").content.decode()

    assert english.index('id="entry-2"') < english.index('id="entry-1"')
    assert "A coin came in" in english and "+¥500" in english and ledger.newest(campaign)[1] in english
    assert "公開台帳" in japanese and "支援を受け取りました" in japanese
    assert 'href="/en/c/bra/ledger/"' in client.get("/en/c/bra/").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_ledger(
    sandbox: Sandbox, client: Client, django_assert_max_num_queries: Any
) -> None:
    campaign = an_open_campaign()
    for number in range(5):
        give(sandbox, campaign, name=f"Person{number}")

    with django_assert_max_num_queries(9):
        client.get("/en/c/bra/ledger/")
    with django_assert_max_num_queries(6):
        export(client, "jsonl")
    with django_assert_max_num_queries(6):
        client.get("/en/transparency/")


def test_who_hides_the_amount_has_no_place_and_no_day_on_the_wall(sandbox: Sandbox) -> None:
    """Seven people give in a known order, three of them without a word of how much."""
    campaign = an_open_campaign()
    for number, amount in enumerate((500, 610, 620, 630, 540, 550, 560)):
        give(sandbox, campaign, amount, name=f"Person{number}", hide_amount=600 < amount < 700)

    shown = wall(supporters_of(campaign))

    assert [(one.name, one.amount) for one in shown[:4]] == [
        ("Person6", 560),
        ("Person5", 550),
        ("Person4", 540),
        ("Person0", 500),
    ]
    assert {(one.name, one.amount, one.paid_at) for one in shown[4:]} == {
        (f"Person{number}", None, None) for number in (1, 2, 3)
    }


def test_the_order_of_those_who_hide_comes_from_their_random_keys_and_not_from_the_ledger(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    given = [give(sandbox, campaign, name=name, hide_amount=True).pk for name in ("A", "B", "C")]
    orders = []

    for tokens in ("123", "321", "213"):
        for pk, token in zip(given, tokens, strict=True):
            Pledge.objects.filter(pk=pk).update(token=f"{tokens}{token}")
        orders.append("".join(one.name for one in wall(supporters_of(campaign))))

    assert orders == ["ABC", "CBA", "BAC"]


def test_a_pledge_that_is_not_paid_is_in_no_ledger(sandbox: Sandbox, client: Client) -> None:
    set_out(an_open_campaign())

    assert json.loads(export(client, "jsonl"))["entries"] == 0


def test_a_close_that_counted_held_cards_is_computed_again(sandbox: Sandbox, client: Client) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign, 1_000)
    match(campaign, 300)
    the_close()

    text = export(client, "jsonl")
    done = recompute(text)
    false = recompute(text.replace('"captured":{"sum":1300,', '"captured":{"sum":1400,'))

    assert done.returncode == 0 and "1300 was held on cards" in done.stdout and "raised: 1300" in done.stdout
    assert false.returncode == 1 and "the report says captured 1400, the entries say 1300" in false.stderr
