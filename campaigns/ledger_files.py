"""The public ledger as files: JSON lines, CSV and beancount. All of them can be followed by the chain."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from campaigns import money
from campaigns.models.ledger import Account
from campaigns.public_ledger import Chained

Head = Mapping[str, object]

#: Where accountants look for each account. What is owed to people is a liability, what Stripe holds for us an asset.
BEANCOUNT = {
    Account.STRIPE_CLEARING: "Assets:Stripe-Clearing",
    Account.PROCESSOR_FEES: "Expenses:Processor-Fees",
    Account.CAMPAIGN_HELD: "Liabilities:Campaign-Held",
    Account.CAMPAIGN_PAYABLE: "Liabilities:Campaign-Payable",
    Account.REFUNDS: "Liabilities:Refunds",
    Account.DISPUTES: "Assets:Disputes",
    Account.TRAINER_PAID: "Expenses:Trainer-Paid",
    Account.PLATFORM: "Equity:Platform",
}


def json_lines(head: Head, entries: Iterable[Chained]) -> Iterator[str]:
    """One line about the ledger, then one for every entry."""
    yield _line(head)
    for one in entries:
        entry = one.entry
        yield _line(
            {
                "type": "entry",
                "number": entry.number,
                "kind": entry.kind,
                "day": entry.day.isoformat(),
                "currency": entry.currency,
                "mark": entry.mark,
                "memo": entry.memo,
                "postings": dict(sorted(entry.postings.items())),
                "hash": one.hash,
            }
        )


def _line(said: Mapping[str, object]) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"


def comma_separated(head: Head, entries: Iterable[Chained]) -> Iterator[str]:
    """A row for every entry and a column for every account, in minor units; empty where an entry does not touch it."""
    accounts = list(Account.values)
    yield _row(["campaign", "number", "kind", "day", "currency", *accounts, "memo", "mark", "hash"])
    for one in entries:
        entry = one.entry
        moved = [entry.postings.get(account, "") for account in accounts]
        says = [entry.campaign, entry.number, entry.kind, entry.day.isoformat(), entry.currency]
        yield _row([*says, *moved, _no_formula(entry.memo), entry.mark, one.hash])


def _row(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _no_formula(text: str) -> str:
    """A table program must not take a text for something to compute."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def beancount(head: Head, entries: Iterable[Chained]) -> Iterator[str]:
    """Plain-text accounting. Accounts are opened on the day that comes first, wherever it stands in the ledger."""
    held = list(entries)
    yield f'option "title" {_quoted("Genseki: " + str(head["campaign"]))}\n'
    yield f'option "operating_currency" "{head["currency"]}"\n'
    yield f"; {head['entries']} entries, newest hash {head['hash']}\n\n"
    first = min((one.entry.day for one in held), default=date(1970, 1, 1))
    for account in sorted({account for one in held for account in one.entry.postings}):
        yield f"{first.isoformat()} open {account_in_beancount(account)} {head['currency']}\n"
    for one in held:
        yield from _transaction(one)


def account_in_beancount(account: str) -> str:
    return BEANCOUNT.get(Account(account), "Equity:" + account.title())


def _transaction(one: Chained) -> Iterator[str]:
    entry = one.entry
    yield f"\n{entry.day.isoformat()} * {_quoted(entry.memo or entry.kind)}\n"
    yield f"  number: {entry.number}\n"
    for name, said in (("kind", entry.kind), ("mark", entry.mark), ("hash", one.hash)):
        yield f"  {name}: {_quoted(said)}\n"
    for account, amount in sorted(entry.postings.items()):
        yield f"  {account_in_beancount(account)}  {money.plain(amount, entry.currency)} {entry.currency}\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


#: How each file is made and what it is, by the ending of its address.
FILES: dict[str, tuple[Callable[[Head, Iterable[Chained]], Iterator[str]], str]] = {
    "csv": (comma_separated, "text/csv; charset=utf-8"),
    "jsonl": (json_lines, "application/jsonl; charset=utf-8"),
    "beancount": (beancount, "text/plain; charset=utf-8"),
}
