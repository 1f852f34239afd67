"""The form of the hosted pay page: what was typed, what is wrong with it, and how it is shown."""

import re
from dataclasses import dataclass, field
from html import escape

from sandbox.cards import BY_NUMBER, CARDS, Card, card_problem, digits_of, expiry_of, is_past
from sandbox.customers import check_email
from sandbox.page_layout import Words
from sandbox.payment_methods import Payer
from sandbox.wire import ApiError

FIELDS = ("email", "number", "expiry", "cvc", "name")
ATTRIBUTES = {
    "email": 'type="email" autocomplete="email" inputmode="email" maxlength="512" required',
    "number": 'type="text" autocomplete="cc-number" inputmode="numeric" maxlength="30" required'
    ' placeholder="4242 4242 4242 4242"',
    "expiry": 'type="text" autocomplete="cc-exp" inputmode="numeric" maxlength="9" required placeholder="12 / 34"',
    "cvc": 'type="text" autocomplete="cc-csc" inputmode="numeric" maxlength="4" required placeholder="123"',
    "name": 'type="text" autocomplete="cc-name" maxlength="256"',
}


@dataclass
class Form:
    """What is in the fields, and by field the name of the text that says what is wrong."""

    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def filled(cls, given: dict[str, str]) -> "Form":
        """The form as it was sent."""
        return cls({name: given.get(name, "").strip() for name in FIELDS})

    @classmethod
    def fresh(cls, email: str | None, number: str) -> "Form":
        """An empty form, or one with a test card that was chosen from the list."""
        values = dict.fromkeys(FIELDS, "") | {"email": email or ""}
        if digits_of(number) in BY_NUMBER:
            values.update(number=grouped(digits_of(number)), expiry="12 / 34", cvc="123")
        return cls(values)

    def payer(self, now: int) -> Payer | None:
        """Who pays; None when something is wrong, which `problems` then tells."""
        expiry = expiry_of(self.values["expiry"])
        try:
            check_email(self.values["email"], "email")
        except ApiError:
            self.problems["email"] = "error_email"
        if problem := card_problem(self.values["number"]):
            self.problems["number"] = f"error_{problem}"
        if expiry is None:
            self.problems["expiry"] = "error_invalid_expiry"
        elif is_past(*expiry, now):
            self.problems["expiry"] = "error_past_expiry"
        if not re.fullmatch(r"[0-9]{3,4}", digits_of(self.values["cvc"])):
            self.problems["cvc"] = "error_invalid_cvc"
        if self.problems or expiry is None:
            return None
        card = BY_NUMBER[digits_of(self.values["number"])]
        return Payer(card, self.values["email"], self.values["name"] or None, *expiry)

    def html(self, words: Words) -> str:
        """The fields, each with its problem beside it."""
        return "\n".join(self._field(words, name) for name in FIELDS)

    def _field(self, words: Words, name: str) -> str:
        problem = self.problems.get(name)
        marks = f' aria-invalid="true" aria-describedby="{name}-problem"' if problem else ""
        told = f'\n<p class="problem" id="{name}-problem">{words(problem)}</p>' if problem else ""
        value = escape(self.values[name], quote=True)
        return (
            f'<div class="field {name}">\n<label for="{name}">{words(name)}</label>\n'
            f'<input id="{name}" name="{name}" value="{value}" {ATTRIBUTES[name]}{marks}>{told}\n</div>'
        )


def grouped(number: str) -> str:
    """A card number in groups of four."""
    return " ".join(number[place : place + 4] for place in range(0, len(number), 4))


def _effect(card: Card, saves: bool) -> str:
    if card.three_d_secure:
        return "card_three_d_secure_again" if card.always and saves else "card_three_d_secure"
    if card.code is None:
        return "card_succeeds"
    if card.saves and saves:
        return "card_declines_later"
    return f"card_{card.decline_code if card.decline_code == 'insufficient_funds' else card.code}"


def _row(words: Words, path: str, card: Card, saves: bool) -> str:
    link = f'<a href="{path}?card={card.number}">{grouped(card.number)}</a>'
    return f"<li>{link} <span>{words(_effect(card, saves))}</span></li>"


def card_list(words: Words, path: str, *, saves: bool = False) -> str:
    """The test cards; each is a link that fills in the form."""
    rows = "\n".join(_row(words, path, card, saves) for card in CARDS if card.listed)
    return (
        f'<section class="cards">\n<h2>{words("test_cards")}</h2>\n'
        f"<p>{words('test_cards_hint')} {words('never_real')}</p>\n<ul>\n{rows}\n</ul>\n</section>"
    )
