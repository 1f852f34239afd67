"""What people see and keep: receipts that stay as they were, walls that name nobody, links that nobody guesses."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from campaigns.actions.refund_pledge import take_back
from campaigns.models import Campaign, OutboxMessage, Pledge
from tests.stripe_sandbox import ROOT, Sandbox
from tests.world import an_open_campaign, give, now

pytestmark = pytest.mark.django_db
CODE = [file for app in ("campaigns", "lineage", "config") for file in sorted((ROOT / app).rglob("*.py"))]


def test_a_receipt_stays_as_it_was_written(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = give(sandbox, campaign, cover_fee=True)
    before = OutboxMessage.objects.values("context", "recipient", "language").get(template="receipt")

    Campaign.objects.update(title="Another name")
    Pledge.objects.update(name="Somebody else")
    take_back(pledge, at=now())

    assert OutboxMessage.objects.values("context", "recipient", "language").get(template="receipt") == before
    assert (before["context"]["amount"], before["context"]["total"]) == (500, pledge.total)


def test_a_coin_that_went_back_is_on_no_wall_named_or_not(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    for name, anonymous in (("Visible", False), ("Hidden", True)):
        take_back(give(sandbox, campaign, name=name, anonymous=anonymous, message=f"from {name}"), at=now())

    page = client.get("/en/c/bra/").content.decode()

    assert not any(words in page for words in ("Visible", "Hidden", "from Visible", "from Hidden"))


def test_whoever_marked_a_coin_anonymous_is_named_nowhere(sandbox: Sandbox, client: Client) -> None:
    give(sandbox, an_open_campaign(), name="Verysecret", anonymous=True)

    for path in (
        "/en/c/bra/",
        "/en/c/bra/ledger/",
        "/c/bra/ledger.jsonl",
        "/c/bra/ledger.csv",
        "/api/v1/campaigns/bra",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert b"verysecret" not in answer.getvalue().lower(), path


def test_links_are_made_of_what_nobody_can_guess() -> None:
    campaign = an_open_campaign()
    tokens = {
        Pledge.objects.create(
            campaign=campaign, form_nonce=str(number), currency="JPY", amount=500, email="a@b.example", created_at=now()
        ).token
        for number in range(50)
    }

    assert len(tokens) == 50 and min(map(len, tokens)) >= 43
    assert not any(name.split(".")[0] == "random" for file in CODE for name in imports_of(file))


def imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def test_no_date_is_reckoned_when_a_module_is_loaded() -> None:
    """A process lives for weeks: what it reckons once is wrong on the next day."""
    clocks = {"now", "today", "utcnow", "localdate", "localtime"}
    found = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for file in CODE
        for call in calls_while_loading(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call.func, ast.Attribute) and call.func.attr in clocks
    ]

    assert found == []


def calls_while_loading(node: ast.AST) -> Iterator[ast.Call]:
    """Every call outside the body of a function; what stands in its head is called when it is defined."""
    if isinstance(node, ast.Call):
        yield node
    body = node.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) else []
    for child in ast.iter_child_nodes(node):
        if child not in (body if isinstance(body, list) else [body]):
            yield from calls_while_loading(child)


def test_a_pledge_is_thanked_for_once_it_is_proven_and_never_told_what_is_not_known(
    sandbox: Sandbox, client: Client
) -> None:
    pledge = give(sandbox, an_open_campaign())
    Pledge.objects.filter(pk=pledge.pk).update(state=Pledge.State.PROCESSING, check_at=now() + timedelta(minutes=5))
    sandbox.fault("*", "status_429", times=50)

    page = client.get(f"/en/thanks/{pledge.token}/").content.decode()

    assert "not charged" not in page and "nothing was charged" not in page.lower()
