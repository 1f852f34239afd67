"""Stripe's public test cards: what each does when it is charged."""

from dataclasses import dataclass
from datetime import UTC, datetime

DECLINED_MESSAGES = {
    "card_declined": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
}


@dataclass(frozen=True)
class Card:
    """A test card. `code` is None when the charge succeeds; `three_d_secure` asks for a second page first."""

    number: str
    token: str
    brand: str = "visa"
    code: str | None = None
    decline_code: str | None = None
    three_d_secure: bool = False

    @property
    def message(self) -> str:
        """What Stripe tells the cardholder about a decline."""
        specific = DECLINED_MESSAGES.get(self.decline_code or "")
        return specific or DECLINED_MESSAGES.get(self.code or "", "")


CARDS = (
    Card("4242424242424242", "pm_card_visa"),
    Card("5555555555554444", "pm_card_mastercard", brand="mastercard"),
    Card("3566002020360505", "pm_card_jcb", brand="jcb"),
    Card("4000002500003155", "pm_card_authenticationRequiredOnSetup", three_d_secure=True),
    Card("4000002760003184", "pm_card_authenticationRequired", three_d_secure=True),
    Card("4000000000000002", "pm_card_chargeDeclined", code="card_declined", decline_code="generic_decline"),
    Card(
        "4000000000009995",
        "pm_card_chargeDeclinedInsufficientFunds",
        code="card_declined",
        decline_code="insufficient_funds",
    ),
    Card("4000000000000069", "pm_card_chargeDeclinedExpiredCard", code="expired_card", decline_code="expired_card"),
    Card("4000000000000127", "pm_card_chargeDeclinedIncorrectCvc", code="incorrect_cvc", decline_code="incorrect_cvc"),
)
BY_NUMBER = {card.number: card for card in CARDS}
BY_TOKEN = {card.token: card for card in CARDS}


def digits_of(text: str) -> str:
    """A card number without the spaces and dashes that people type, full-width digits included."""
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text if sign not in " -\u3000\t")


def card_problem(number: str) -> str | None:
    """`incorrect_number` unless the number is one of the test cards."""
    return None if digits_of(number) in BY_NUMBER else "incorrect_number"


def expiry_of(text: str) -> tuple[int, int] | None:
    """Month and year of a text such as `12 / 34` or `12/2034`; None when it is not a date."""
    compact = digits_of(text)
    month, slash, year = compact.partition("/")
    if not slash and len(compact) == 4:
        month, year = compact[:2], compact[2:]
    if not (month.isdecimal() and year.isdecimal() and len(year) in (2, 4)) or not 1 <= int(month) <= 12:
        return None
    return int(month), int(year) + (2000 if len(year) == 2 else 0)


def is_past(month: int, year: int, now: int) -> bool:
    """Whether a card of this expiry is no longer valid at `now` (seconds, UTC)."""
    today = datetime.fromtimestamp(now, UTC)
    return (year, month) < (today.year, today.month)
