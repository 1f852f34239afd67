"""The BRA story as rows, so that pages can be looked at in every stage. Money goes through the ledger."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from django.contrib.auth.models import User

from campaigns import ledger
from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Cost, Pledge, Promise, Update
from campaigns.stripe_gateway import PaymentFacts, RefundFact
from lineage.models import Derivation, Grant, Licence, Term, Version

DAY = timedelta(days=1)
_numbers = count(1)


def licence(slug: str, name: str, *kinds: tuple[str, int | None]) -> Licence:
    made, _ = Licence.objects.get_or_create(slug=slug, defaults={"name": name})
    for position, (kind, limit) in enumerate(kinds, start=1):
        Term.objects.get_or_create(
            licence=made, position=position, defaults={"kind": kind, "limit": limit, "reaches_outputs": True}
        )
    return made


def version(slug: str, name: str, under: Licence, *, licensor: str = "", planned: bool = False) -> Version:
    made = Version.objects.create(
        slug=slug, name=name, licensor=licensor or slug, planned=planned, added_at=datetime(2023, 4, 1, tzinfo=UTC)
    )
    Grant.objects.create(version=made, licence=under, starts_on=date(2022, 8, 22))
    return made


def made_from(child: Version, parent: Version, method: str, share: float | None = None) -> None:
    Derivation.objects.create(child=child, parent=parent, method=method, share=share, obtained_on=date(2023, 1, 15))


def bra_models() -> tuple[Version, Version]:
    """The tainted model and the planned clean one."""
    rail = licence("openrail-m-sd1", "CreativeML Open RAIL-M", ("use-list", None))
    dreamlike = licence(
        "dreamlike-1.0",
        "Dreamlike Diffusion 1.0",
        ("no-commercial-outputs", None),
        ("no-monetised-hosting", None),
        ("team-size-max", 10),
        ("use-list", None),
    )
    base = version("sd-1-5", "Stable Diffusion 1.5", rail)
    dream = version("dreamlike-diffusion-1", "Dreamlike Diffusion 1.0", dreamlike)
    chillout = version("chilloutmix", "ChilloutMix", rail)
    tainted = version("bra-v1", "BRA V1", rail)
    clean = version("bra-v1-clean", "BRA V1 clean", rail, planned=True)
    made_from(dream, base, "finetune")
    made_from(chillout, dream, "merge", 0.3)
    made_from(tainted, chillout, "merge", 0.5)
    made_from(tainted, base, "merge", 0.5)
    made_from(clean, base, "finetune")
    return tainted, clean


def person(name: str, email: str) -> User:
    return User.objects.create_user(username=email, email=email, first_name=name)


def bra_campaign(at: datetime, **changes: object) -> Campaign:
    """Open, in Japanese and English, three days before its deadline; nothing given yet."""
    tainted, clean = bra_models()
    values: dict[str, object] = {
        "slug": "clean-bra",
        "organiser": person("Hanako", "hanako@example.org"),
        "trainer": person("Taro", "taro@example.org"),
        "stage": Stage.OPEN,
        "currency": "JPY",
        "goal": 20_000,
        "ceiling": 20_000,
        "coin": 500,
        "deadline": at + 3 * DAY + timedelta(hours=2),
        "tainted_version": tainted,
        "clean_version": clean,
        "promised_gone": ["no-commercial-outputs", "no-monetised-hosting", "team-size-max"],
        "title": "BRAをクリーンに再学習する",
        "title_other": "Retrain BRA on a clean base",
        "summary": "BRA V1の半分はChilloutMixから来ています。そのため商用利用の制限を受け継いでいます。"
        "制限のないベースで作り直します。",
        "summary_other": "Half of BRA V1 comes from ChilloutMix, and with it came limits on commercial use. "
        "This pays for making it again on a base without them.",
        "plan": "**Stable Diffusion 1.5**から同じ画像で学習し直します。\n\n- データはそのまま\n- 72時間のGPU",
        "plan_other": "Train again from **Stable Diffusion 1.5** with the same pictures.\n\n"
        "- The data stay as they are\n- 72 hours of one GPU",
        "if_it_fails": "残ったお金はすべてお返しします。",
        "if_it_fails_other": "What is left goes back to everybody.",
        "training_days": 14,
        "created_at": at - 5 * DAY,
        "changed_at": at - 5 * DAY,
        "opened_at": at - 4 * DAY,
    }
    made = Campaign.objects.create(**{**values, **changes})
    Cost.objects.create(campaign=made, position=1, item="GPU 72時間", item_other="72 hours of a GPU", amount=15_000)
    Cost.objects.create(campaign=made, position=2, item="予備", item_other="Reserve", amount=5_000)
    facts = {"team_size": 1, "commercial": True, "annual_revenue_usd": 20_000}
    Promise.objects.create(campaign=made, position=1, action="sell-outputs", facts=facts)
    Promise.objects.create(campaign=made, position=2, action="host", facts={"monetised": True, "commercial": True})
    Promise.objects.create(
        campaign=made, position=3, action="sell-outputs", facts={"team_size": 11, "commercial": True}
    )
    return made


def coin(campaign: Campaign, at: datetime, *, amount: int = 500, **changes: object) -> Pledge:
    """A coin that Stripe took: the pledge is paid, and the ledger holds charge and fee."""
    number = next(_numbers)
    values: dict[str, object] = {
        "form_nonce": f"nonce-{number}",
        "currency": campaign.currency,
        "amount": amount,
        "email": f"giver-{number}@example.org",
        "name": f"Giver {number}",
        "state": Pledge.State.PAID,
        "created_at": at,
        "paid_at": at,
        "fee": max(amount * 36 // 1000, 1),
        "payment_intent_id": f"pi_{number}",
    }
    pledge = Pledge.objects.create(campaign=campaign, **{**values, **changes})
    if pledge.state in (Pledge.State.PAID, Pledge.State.REFUNDED):
        ledger.post_payment(pledge, _facts(pledge, at), at=at)
    return pledge


def tell(campaign: Campaign, kind: str, at: datetime, **values: object) -> Update:
    assert campaign.clean_version is not None
    last = campaign.updates.count()
    return Update.objects.create(
        campaign=campaign, version=campaign.clean_version, kind=kind, number=last + 1, published_at=at, **values
    )


def close_report(campaign: Campaign, raised: int) -> dict[str, object]:
    goal = campaign.goal or 0
    return {
        "reason": "ceiling",
        "outcome": "funded" if raised >= goal else "unfunded",
        "currency": campaign.currency,
        "goal": goal,
        "ceiling": campaign.ceiling,
        "raised": raised,
        "missing": max(goal - raised, 0),
        "over": max(raised - goal, 0),
        "supporters": 21,
        "organiser_part": 10_000,
        "fees": 720,
        "unknown_fees": 0,
        "refunded": 0,
    }


def _facts(pledge: Pledge, at: datetime) -> PaymentFacts:
    back: tuple[RefundFact, ...] = ()
    if pledge.refunded:
        back = (RefundFact(id=f"re_{pledge.pk}", amount=pledge.refunded, status="succeeded", created=at),)
    return PaymentFacts(
        payment_intent=pledge.payment_intent_id,
        status="succeeded",
        amount=pledge.total,
        currency=pledge.currency,
        metadata={},
        charge=f"ch_{pledge.pk}",
        charged_at=at,
        balance_transaction=f"txn_{pledge.pk}",
        fee=pledge.fee,
        refunds=back,
    )
