"""Money as whole minor units and a currency. Nothing here is a float, and nothing here knows Django."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Currency:
    """`digits` is how many digits the minor unit has; `least` and `most` are in minor units.

    `least` is the smallest charge that Stripe takes; `fee_rate` and `fee_fixed` only serve the estimate that is
    shown before paying. The true fee is read from Stripe's balance transaction.
    """

    code: str
    symbol: str
    digits: int
    least: int
    most: int
    fee_rate: Decimal
    fee_fixed: int
    presets: tuple[int, ...]


CURRENCIES = {
    "JPY": Currency("JPY", "¥", 0, 50, 1_000_000, Decimal("0.036"), 0, (500, 1_000, 3_000, 10_000)),
    "USD": Currency("USD", "$", 2, 50, 1_000_000, Decimal("0.029"), 30, (300, 500, 1_000, 2_500)),
}
SIGNS = {"JPY": "JPY|[¥円]", "USD": r"US\$|USD|\$"}


class AmountNotUnderstood(ValueError):
    """The text is no amount of this currency. `reason` is one of `shape`, `too-small`, `too-large`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units: Money(500, "JPY") is five hundred yen, Money(500, "USD") five dollars."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return other.minor


def parse(given: str, currency: str) -> int:
    """Minor units of what a person typed: full-width digits, separators and money signs are understood.

    Raises AmountNotUnderstood, also for amounts that Stripe would not take.
    """
    kind = CURRENCIES[currency]
    text = unicodedata.normalize("NFKC", given[:64])
    # Only the currency's own signs are taken off: five hundred yen are not five hundred dollars.
    text = re.sub(SIGNS[currency], "", text).strip()
    # Commas and spaces only part thousands: "3,50" might mean three and a half, and is asked again, not guessed.
    whole = r"([0-9]{1,8}|[0-9]{1,3}(?:[, ][0-9]{3})+)"
    pattern = whole if kind.digits == 0 else rf"{whole}(?:\.([0-9]{{1,{kind.digits}}}))?"
    match = re.fullmatch(pattern, text, flags=re.ASCII)
    if match is None:
        raise AmountNotUnderstood("shape")
    fraction = (match[2] or "") if kind.digits else ""
    minor = int(re.sub("[, ]", "", match[1]) + fraction.ljust(kind.digits, "0"))
    if minor < kind.least:
        raise AmountNotUnderstood("too-small")
    if minor > kind.most:
        raise AmountNotUnderstood("too-large")
    return minor


def plain(minor: int, currency: str) -> str:
    """The digits alone, as a form shows them again: 24500, 3.00."""
    digits = CURRENCIES[currency].digits
    if digits == 0:
        return str(minor)
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{digits}d}"


def figure(minor: int, currency: str) -> str:
    """An amount as numbers in a page show it: ¥24,500, US$3.00."""
    kind = CURRENCIES[currency]
    whole, rest = divmod(abs(minor), 10**kind.digits)
    text = f"{whole:,}" + (f".{rest:0{kind.digits}d}" if kind.digits else "")
    prefix = "US$" if kind.code == "USD" else kind.symbol
    return f"{minus(minor)}{prefix}{text}"


def minus(minor: int) -> str:
    """The sign before an amount that is taken away."""
    return "\N{MINUS SIGN}" if minor < 0 else ""


def in_words(minor: int, currency: str, language: str) -> str:
    """An amount inside a sentence: 24,500円 in Japanese, ¥24,500 in English."""
    if currency == "JPY" and language.startswith("ja"):
        return f"{minus(minor)}{abs(minor):,}円"
    return figure(minor, currency)


def with_code(minor: int, currency: str, language: str) -> str:
    """The first amount of a page, a mail or a picture: 500円, and in English ¥500 JPY, since ¥ alone may be yuan."""
    words = in_words(minor, currency, language)
    # They are not parted at the end of a line.
    return f"{words}\N{NO-BREAK SPACE}{currency}" if words.startswith(("¥", "\N{MINUS SIGN}¥")) else words


def estimated_fee(minor: int, currency: str) -> int:
    """About what Stripe keeps of a payment, in minor units. Only for showing before the payment."""
    kind = CURRENCIES[currency]
    exact = minor * kind.fee_rate + kind.fee_fixed
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def fee_to_cover(minor: int, currency: str) -> int:
    """What to add so that, after the estimated fee, the campaign still gets `minor`."""
    kind = CURRENCIES[currency]
    extra = estimated_fee(minor, currency)
    while minor + extra - estimated_fee(minor + extra, currency) < minor:
        extra += 1
    while extra and minor + extra - 1 - estimated_fee(minor + extra - 1, currency) >= minor:
        extra -= 1
    return min(extra, kind.most - minor)


def shares(whole: int, weights: Mapping[int, int]) -> dict[int, int]:
    """An amount split in proportion to `weights`, to the last minor unit: {key: its part}.

    Nobody's part is off by a whole unit; what rounding leaves goes to the largest remainders, of equal ones to the
    lowest key first. So nobody gets more than their weight while the whole is no more than all weights together.
    """
    every = sum(weights.values())
    if not every:
        if whole:
            raise ValueError(f"{whole} cannot be split among nobody")
        return dict.fromkeys(weights, 0)
    parts = {key: whole * weight // every for key, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda key: (-(whole * weights[key] % every), key))
    for key in by_remainder[: whole - sum(parts.values())]:
        parts[key] += 1
    return parts


def percent(raised: int, goal: int) -> int:
    """How much of the goal is there, rounded down: 100 only when it is truly reached."""
    return raised * 100 // goal if goal > 0 else 0
