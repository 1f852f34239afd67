"""Who may be paid, and by which way: rules of countries as data. Plain Python over `data/countries.csv`.

Only what a public text of Stripe's says counts as certain. What we merely believe is no ground to send money by a
machine, and a country that is not in the table is one where nobody is paid at all.
"""

import csv
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

TABLE = Path(__file__).parent / "data" / "countries.csv"


class Way(StrEnum):
    """How money reaches a trainer. The first two are also `Payout.Way`."""

    CONNECT = "connect"
    BY_HAND = "by-hand"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Country:
    """One row. `transfers` and `donations` are yes, no or unknown; `by_hand` is yes, no, or staff: when they say so.

    Transfers reach every country of the same `area`. `currency` is the one in which a balance is kept there.
    `donations` tells whether Stripe lets individuals take donations there.
    """

    code: str
    name: str
    area: str
    currency: str
    transfers: str
    transfers_certain: bool
    donations: str
    donations_certain: bool
    by_hand: str
    source: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class Answer:
    """`reason` is a code: reachable, country-unknown, platform-unknown, other-area, other-currency, not-certain.

    With `needs_staff` a person of the staff has to agree before money is promised by this way. Without `donation`
    what is given is support in return for a named credit, and is called that.
    """

    way: Way
    reason: str
    needs_staff: bool = False
    donation: bool = False


def _read(path: Path) -> dict[str, Country]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["country"]: _country(row) for row in rows}


def _country(row: dict[str, str]) -> Country:
    return Country(
        code=row["country"],
        name=row["name"],
        area=row["area"],
        currency=row["currency"],
        transfers=row["transfers"],
        transfers_certain=row["transfers_certain"] == "yes",
        donations=row["donations"],
        donations_certain=row["donations_certain"] == "yes",
        by_hand=row["by_hand"],
        source=row["source"],
        checked_on=date.fromisoformat(row["checked_on"]),
    )


COUNTRIES = _read(TABLE)


def way_for(payee: str, *, platform: str, currency: str) -> Answer:
    """How a trainer in `payee` gets money in `currency` from a platform whose Stripe account is in `platform`.

    Countries are codes of two letters. What is unknown is not permitted.
    """
    there, here = COUNTRIES.get(payee), COUNTRIES.get(platform)
    if there is None:
        return Answer(Way.NONE, "country-unknown")
    reason = _why_not_by_connect(there, here, currency)
    donation = there.donations == "yes" and there.donations_certain
    if not reason:
        return Answer(Way.CONNECT, "reachable", donation=donation)
    if there.by_hand == "no":
        return Answer(Way.NONE, reason)
    return Answer(Way.BY_HAND, reason, needs_staff=there.by_hand != "yes", donation=donation)


def _why_not_by_connect(there: Country, here: Country | None, currency: str) -> str:
    """The code of what keeps transfers from reaching; empty when nothing does."""
    if here is None:
        return "platform-unknown"
    if there.area != here.area:
        return "other-area"
    if not all(one.transfers == "yes" and one.transfers_certain for one in (there, here)):
        return "not-certain"
    if here.currency != currency:
        # What is paid in another currency is converted on arrival, so no balance of it could be transferred.
        return "other-currency"
    return ""
