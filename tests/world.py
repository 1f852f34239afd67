"""The people and machines of our stories, and the verbs they use. Alice organises, Bob trains, Carol gives."""

import hashlib
import hmac
import json
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.test import Client

from campaigns.actions.open_checkout import open_checkout
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.start_pledge import Giver, start_pledge
from campaigns.lifecycle import Stage
from campaigns.models import Campaign, JournalEntry, Pledge, Posting
from lineage.models import Derivation, Grant, Licence, Term, Version
from tests.stripe_sandbox import PATIENCE, SECRET, Sandbox

PASSWORD = "a long password for tests"


def now() -> datetime:
    return datetime.now(tz=UTC)


def a_person(name: str, **also: Any) -> User:
    """An account with a verified address, `alice@example.com` for Alice."""
    email = f"{name.lower()}@example.com"
    person, made = User.objects.get_or_create(
        username=name.lower(), defaults={"email": email, "first_name": name, **also}
    )
    if made:
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def a_licence(slug: str, *terms: str, limit: float | None = None) -> Licence:
    licence, made = Licence.objects.get_or_create(slug=slug, defaults={"name": slug})
    if made:
        for position, kind in enumerate(terms):
            Term.objects.create(
                licence=licence, position=position, kind=kind, limit=limit if kind == "team-size-max" else None
            )
    return licence


def a_version(slug: str, licence: Licence | None = None, *parents: Version, planned: bool = False) -> Version:
    """A version with its own grant since 2022 and parents obtained on the first day of 2023."""
    version = Version.objects.create(slug=slug, name=slug.replace("-", " "), planned=planned, added_at=now())
    if licence is not None:
        Grant.objects.create(version=version, licence=licence, starts_on=date(2022, 1, 1))
    for parent in parents:
        Derivation.objects.create(parent=parent, child=version, method="finetune", obtained_on=date(2023, 1, 1))
    return version


def a_family() -> tuple[Version, Version]:
    """A tainted version (its base forbids paid hosting) and a plan that stands on a free base."""
    free = a_licence("free-licence", "use-list")
    bound = a_licence("bound-licence", "no-monetised-hosting", "team-size-max", limit=10)
    base = a_version("free-base", free)
    return (
        a_version("tainted", free, a_version("bound-base", bound, base)),
        a_version("clean-plan", free, base, planned=True),
    )


def an_open_campaign(slug: str = "bra", **terms: Any) -> Campaign:
    """Alice's campaign, open, with Bob as its trainer: goal and ceiling 20,000 yen unless said otherwise."""
    tainted, clean = Version.objects.filter(slug="tainted").first(), Version.objects.filter(slug="clean-plan").first()
    if tainted is None or clean is None:
        tainted, clean = a_family()
    given: dict[str, Any] = {
        "organiser": a_person("Alice"),
        "trainer": a_person("Bob"),
        "trainer_accepted_at": now(),
        "stage": Stage.OPEN,
        "currency": "JPY",
        "goal": 20_000,
        "ceiling": 20_000,
        "coin": 500,
        "deadline": now() + timedelta(days=7),
        "tainted_version": tainted,
        "clean_version": clean,
        "promised_gone": ["no-monetised-hosting"],
        "title": "BRA",
        "language": "en",
        "created_at": now(),
        "changed_at": now(),
        "opened_at": now(),
        "payee_country": "JP",
        "payout_way": "by-hand",
    }
    return Campaign.objects.create(slug=slug, **{**given, **terms})


def set_out(campaign: Campaign, amount: int = 500, name: str = "Carol", **also: Any) -> Pledge:
    """Somebody fills in the give form and stands before Stripe's page."""
    giver = {"email": f"{name.lower()}@example.com", "language": "en", "name": name}
    options = {key: also.pop(key) for key in ("cover_fee", "form_nonce") if key in also}
    pledge = start_pledge(
        campaign,
        Giver(**{**giver, **also}),
        amount=amount,
        cover_fee=options.get("cover_fee", False),
        form_nonce=options.get("form_nonce", f"form-{name}-{time.monotonic_ns()}"),
        at=now(),
    )
    open_checkout(pledge, at=now())
    pledge.refresh_from_db()
    return pledge


def give(sandbox: Sandbox, campaign: Campaign, amount: int = 500, name: str = "Carol", **also: Any) -> Pledge:
    """Somebody gives a coin, pays it, and we hear of it."""
    pledge = set_out(campaign, amount, name, **also)
    sandbox.pay(pledge.session_id)
    pledge = settle_pledge(pledge.pk, at=now())
    deadline = time.monotonic() + PATIENCE
    while pledge.fee is None and time.monotonic() < deadline:
        time.sleep(0.02)  # Stripe says its fee a moment after the charge.
        pledge = settle_pledge(pledge.pk, at=now())
    return pledge


def tell(client: Client, event: dict[str, Any], *, secret: str = SECRET, stamp: int | None = None) -> int:
    """Stripe posts an event to our door; the status that we answer."""
    body = json.dumps(event)
    seconds = int(time.time()) if stamp is None else stamp
    mark = hmac.new(secret.encode(), f"{seconds}.{body}".encode(), hashlib.sha256).hexdigest()
    answer = client.post(
        "/stripe/webhook/",
        data=body,
        content_type="application/json",
        headers={"Stripe-Signature": f"t={seconds},v1={mark}"},
    )
    return int(answer.status_code)


def books(campaign: Campaign) -> dict[str, int]:
    """The balance of every account of a campaign that is not nothing."""
    found: dict[str, int] = {}
    for account, amount in Posting.objects.filter(entry__campaign=campaign).values_list("account", "amount"):
        found[account] = found.get(account, 0) + amount
    return {account: balance for account, balance in found.items() if balance}


def journal(campaign: Campaign) -> list[str]:
    return list(JournalEntry.objects.filter(campaign=campaign).order_by("pk").values_list("kind", flat=True))
