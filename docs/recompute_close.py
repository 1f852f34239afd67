"""Check a public ledger and compute the report of its close again, with nothing but Python's own library.

    python recompute_close.py bra-ledger.jsonl [--hash HASH_THAT_YOU_NOTED]

The file is the JSON Lines export of a campaign's ledger page; "-" reads it from standard input. Exit status 0 says
that every entry fits its chain and that the report is what the entries say; 1 names what does not fit.
"""

import argparse
import hashlib
import json
import sys
from typing import Any

FIRST = "0" * 64
RAISING = ("charge", "refund", "refund-failed", "dispute-lost")
OWED = ("campaign-held", "campaign-payable")
Entry = dict[str, Any]


def text_of(campaign: str, entry: Entry) -> str:
    """The words of an entry that are hashed, as docs/ledger.md tells them."""
    fields = [str(entry[name]) for name in ("number", "kind", "day", "currency", "mark", "memo")]
    postings = [f"{account} {amount}" for account, amount in sorted(entry["postings"].items())]
    return "\n".join(["genseki-ledger-1", campaign, *fields, *postings])


def troubles_of_the_chain(head: Entry, entries: list[Entry]) -> list[str]:
    """The first entry that does not fit, or that the ledger ends elsewhere than its head says."""
    before = FIRST
    for expected, entry in enumerate(entries, start=1):
        said = f"entry {entry['number']}, a {entry['kind']} of {entry['day']},"
        if entry["number"] != expected:
            return [f"entry {expected} is missing: {said} comes in its place"]
        if entry["currency"] != head["currency"] or sum(entry["postings"].values()) != 0:
            return [f"{said} does not balance in {head['currency']}"]
        link = hashlib.sha256(f"{before}\n{text_of(head['campaign'], entry)}".encode()).hexdigest()
        if link != entry["hash"]:
            return [f"{said} is not what was chained, or the one before it is another"]
        before = link
    if (len(entries), before) != (head["entries"], head["hash"]):
        return [f"the ledger ends with entry {len(entries)}, {before}, and its first line says otherwise"]
    return []


def moved(entries: list[Entry], kinds: tuple[str, ...] | None, accounts: tuple[str, ...]) -> int:
    return sum(
        amount
        for entry in entries
        if kinds is None or entry["kind"] in kinds
        for account, amount in entry["postings"].items()
        if account in accounts
    )


def report_of(head: Entry, entries: list[Entry], leaving: int, held: int = 0) -> dict[str, object]:
    """What the ledger says of a close. `leaving` is what was on its way back, and does not count for the goal.

    `held` is what saved cards held for it, which is no money yet and in no ledger: it is charged after the verdict.
    """
    raised = -moved(entries, RAISING, OWED) - leaving + held
    goal = int(head["goal"])
    return {
        "outcome": "funded" if raised >= goal else "unfunded",
        "currency": head["currency"],
        "goal": goal,
        "ceiling": head["ceiling"],
        "raised": raised,
        "missing": max(goal - raised, 0),
        "over": max(raised - goal, 0),
        "fees": moved(entries, None, ("processor-fees",)),
        "refunded": moved(entries, RAISING[1:], OWED),
        "hash": entries[-1]["hash"] if entries else FIRST,
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Check a public ledger and compute its close again.")
    parser.add_argument("file")
    parser.add_argument("--hash", help="a hash that you noted earlier: it must still be in the chain")
    asked = parser.parse_args(arguments)
    with sys.stdin if asked.file == "-" else open(asked.file, encoding="utf-8") as lines:
        try:
            head, *entries = [json.loads(line) for line in lines if line.strip()]
        except ValueError:
            print(f"{asked.file} is no ledger: give the JSON Lines file of a campaign's ledger page.", file=sys.stderr)
            return 2
    troubles = troubles_of_the_chain(head, entries)
    if asked.hash and asked.hash not in {entry["hash"] for entry in entries}:
        troubles.append("the hash that you noted is not in this ledger")
    close = head["close"]
    print(f"{head['campaign']}: {len(entries)} entries, newest hash {head['hash']}")
    if close is None or "entries" not in close:
        print("There is no close to compute again.")
    else:
        held = close.get("authorised", 0)
        computed = report_of(head, entries[: close["entries"]], close["on_its_way_back"], held)
        for name, value in computed.items():
            print(f"  {name}: {value}")
        troubles += [
            f"the report says {name} {close[name]}, the entries say {value}"
            for name, value in computed.items()
            if close[name] != value
        ]
        print(f"Told by the site alone, since nobody is named here: {close['supporters']} supporters,")
        print(f"  {close['organiser_part']} of it from the organiser, {close['on_its_way_back']} on its way back.")
        if held:
            after = -moved(entries[close["entries"] :], ("charge",), OWED)
            # Where nobody pays for what failed, every hold was let go and the report tells of no charge.
            taken = close.get("captured", {"sum": 0})["sum"]
            print(f"  {held} was held on cards, of which the site says that {taken} was charged.")
            print(f"  The ledger has charges of {after} after the verdict.")
            if after < taken:
                troubles.append(f"the report says captured {taken}, the entries say {after}")
    for trouble in troubles:
        print(f"DOES NOT FIT: {trouble}", file=sys.stderr)
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
