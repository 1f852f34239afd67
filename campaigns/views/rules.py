"""Terms, privacy, refunds, commercial disclosure and contact. What the code does is told from the code's own numbers.

They are drafts until the operator had them checked, and they say so.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaigns import money
from campaigns.actions.abandon_campaign import TIME_TO_RELEASE
from campaigns.actions.consent import CHARGED_WITHIN
from campaigns.actions.go_ahead_with_less import TIME_TO_DECIDE

A_DAY_IN_SECONDS: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class Operator:
    """What only whoever runs this installation can say; empty where it was not said. `mail` is an address."""

    name: str
    representative: str
    address: str
    phone: str
    mail: str
    law: str
    keeps: str
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class Price:
    """What a currency costs: `rate` is Stripe's part in percent, the sums are in minor units."""

    code: str
    rate: str
    fixed: int
    least: int
    most: int


def operator() -> Operator:
    return Operator(
        name=settings.OPERATOR_NAME,
        representative=settings.OPERATOR_REPRESENTATIVE,
        address=settings.OPERATOR_ADDRESS,
        phone=settings.OPERATOR_PHONE,
        mail=settings.CONTACT_EMAIL,
        law=settings.OPERATOR_LAW,
        keeps=settings.OPERATOR_KEEPS_DATA,
        checked_on=settings.RULES_CHECKED_ON,
    )


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return _page(request, "terms")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return _page(request, "privacy")


@require_safe
def refund_policy(request: HttpRequest) -> HttpResponse:
    return _page(request, "refund_policy")


@require_safe
def commerce(request: HttpRequest) -> HttpResponse:
    return _page(request, "commerce")


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return _page(request, "contact")


def _page(request: HttpRequest, name: str) -> HttpResponse:
    language = "ja" if (get_language() or "en").startswith("ja") else "en"
    return render(request, f"rules/{name}.{language}.html", {**_what_the_code_does(), "operator": operator()})


def _what_the_code_does() -> dict[str, object]:
    return {
        "decide_days": TIME_TO_DECIDE.days,
        "release_days": TIME_TO_RELEASE.days,
        "charge_days": CHARGED_WITHIN.days,
        "session_days": settings.SESSION_COOKIE_AGE // A_DAY_IN_SECONDS,
        "example": money.CURRENCIES["JPY"].presets[0],
        "example_fee": money.fee_to_cover(money.CURRENCIES["JPY"].presets[0], "JPY"),
        "yen": _price("JPY"),
        "dollars": _price("USD"),
    }


def _price(code: str) -> Price:
    kind = money.CURRENCIES[code]
    rate = (kind.fee_rate * 100).normalize()
    return Price(code=code, rate=f"{rate:f}", fixed=kind.fee_fixed, least=kind.least, most=kind.most)
