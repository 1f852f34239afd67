"""Stripe's public test cards: what each does when it is saved and when it is charged."""

from dataclasses import dataclass
from datetime import UTC, datetime

DECLINED_MESSAGES = {
    "card_declined": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
    "card_velocity_exceeded": (
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit."
    ),
}
# Decline codes whose error has the same code; every other one is an error card_declined.
CODES_OF_THEIR_OWN = ("expired_card", "incorrect_cvc", "processing_error", "authentication_required")
ADVICE = {
    "lost_card": "do_not_try_again",
    "stolen_card": "do_not_try_again",
    "authentication_required": "confirm_card_data",
}


@dataclass(frozen=True)
class Refusal:
    """Why a bank says no, by Stripe's decline code."""

    decline_code: str

    @property
    def code(self) -> str:
        """The code of the error."""
        return self.decline_code if self.decline_code in CODES_OF_THEIR_OWN else "card_declined"

    @property
    def message(self) -> str:
        """What Stripe tells the cardholder."""
        return DECLINED_MESSAGES.get(self.decline_code) or DECLINED_MESSAGES[self.code]

    @property
    def advice(self) -> str:
        """Whether it makes sense to try again."""
        return ADVICE.get(self.decline_code, "try_again_later")


@dataclass(frozen=True)
class Card:
    """A test card, and the `pm_card_...` tokens that stand for it.

    `refusal` is the bank's answer to a charge; `saves` lets the card be saved all the same. `three_d_secure` asks the
    cardholder; `always` does so for payments without the cardholder too, and `prepared` does not even before the card
    was saved. `then` names what follows a payment, `refunds` how a refund goes.
    """

    number: str
    token: str
    brand: str = "visa"
    refusal: Refusal | None = None
    saves: bool = False
    three_d_secure: bool = False
    always: bool = False
    prepared: bool = False
    then: str = ""
    refunds: str = "succeeded"
    available_at_once: bool = False
    listed: bool = True
    aliases: tuple[str, ...] = ()

    @property
    def code(self) -> str | None:
        """The code of the error of a charge; None when it succeeds."""
        return self.refusal.code if self.refusal else None

    @property
    def decline_code(self) -> str | None:
        """The bank's own reason."""
        return self.refusal.decline_code if self.refusal else None


def _declined(number: str, token: str, decline_code: str, *, listed: bool = False, alias: str = "") -> Card:
    return Card(number, token, refusal=Refusal(decline_code), listed=listed, aliases=(alias,) if alias else ())


CARDS = (
    Card("4242424242424242", "pm_card_visa"),
    Card("5555555555554444", "pm_card_mastercard", brand="mastercard"),
    Card("3566002020360505", "pm_card_jcb", brand="jcb"),
    Card("4000002500003155", "pm_card_authenticationRequiredOnSetup", three_d_secure=True),
    Card("4000002760003184", "pm_card_authenticationRequired", three_d_secure=True, always=True),
    _declined(
        "4000000000000002",
        "pm_card_chargeDeclined",
        "generic_decline",
        listed=True,
        alias="pm_card_visa_chargeDeclined",
    ),
    _declined(
        "4000000000009995",
        "pm_card_chargeDeclinedInsufficientFunds",
        "insufficient_funds",
        listed=True,
        alias="pm_card_visa_chargeDeclinedInsufficientFunds",
    ),
    _declined("4000000000000069", "pm_card_chargeDeclinedExpiredCard", "expired_card", listed=True),
    _declined("4000000000000127", "pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", listed=True),
    Card("4000000000000341", "pm_card_chargeCustomerFail", refusal=Refusal("generic_decline"), saves=True),
    Card(
        "4000008260003178",
        "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
        refusal=Refusal("insufficient_funds"),
        saves=True,
        three_d_secure=True,
        listed=False,
    ),
    Card(
        "4000003800000446",
        "pm_card_authenticationRequiredSetupForOffSession",
        three_d_secure=True,
        prepared=True,
        listed=False,
    ),
    _declined("4000000000009987", "pm_card_visa_chargeDeclinedLostCard", "lost_card"),
    _declined("4000000000009979", "pm_card_visa_chargeDeclinedStolenCard", "stolen_card"),
    _declined("4000000000000119", "pm_card_chargeDeclinedProcessingError", "processing_error"),
    _declined("4000000000006975", "pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_velocity_exceeded"),
    Card("4000000000000077", "pm_card_bypassPending", available_at_once=True, listed=False),
    Card("4000000000007726", "pm_card_pendingRefund", refunds="pending", listed=False),
    Card("4000000000005126", "pm_card_refundFail", refunds="fails_later", listed=False),
    Card("4000000000000259", "pm_card_createDispute", then="dispute_fraudulent", listed=False),
    Card(
        "4000000000002685", "pm_card_createDisputeProductNotReceived", then="dispute_product_not_received", listed=False
    ),
    Card("4000000000001976", "pm_card_createDisputeInquiry", then="inquiry_fraudulent", listed=False),
    Card("4000000000005423", "pm_card_createIssuerFraudRecord", then="fraud_warning", listed=False),
)
BY_NUMBER = {card.number: card for card in CARDS}
BY_TOKEN = {token: card for card in CARDS for token in (card.token, *card.aliases)}


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
