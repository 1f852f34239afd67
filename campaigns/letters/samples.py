"""One made-up mail of every template, for the staff's preview and for the tests. Nobody in them exists."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings

from campaigns.letters.parts import Letter
from campaigns.letters.samples_of_accounts import account_samples
from campaigns.letters.samples_of_updates import update_samples
from campaigns.letters.write import write_letter

TOKEN = "sample"  # noqa: S105 - no token has so few signs


@dataclass(frozen=True, slots=True)
class Sample:
    """`name` tells samples of one template apart. `listed` mails can be stopped by whoever gets them."""

    name: str
    template: str
    context: Mapping[str, object] = field(default_factory=dict)
    listed: bool = False


def samples(language: str) -> tuple[Sample, ...]:
    """In the order in which a campaign sends them."""
    about, paid = _campaign(language), {"currency": "JPY", "amount": 500, "covered_fee": 0, "total": 500}
    links = _links(language)
    return (
        *_before_it_opens(about, links),
        Sample("follow", "follow", about | {"confirm_url": _page(f"/{language}/follow/{TOKEN}/")}),
        Sample("following", "following", about | links | {"deadline": "2026-04-30T14:59:59+00:00"}, listed=True),
        Sample("receipt", "receipt", about | paid | links | _payment("2026-04-11T03:10:00+00:00")),
        Sample("receipt-with-fee", "receipt", about | _with_fee(paid) | links | _payment("2026-04-11T03:10:00+00:00")),
        Sample(
            "receipt-at-the-close",
            "receipt",
            about | paid | links | _payment("2026-05-02T03:10:00+00:00") | {"take_back_url": ""},
        ),
        Sample("bundle_receipt", "bundle_receipt", _bundle(language) | links),
        *_promises(language, about | paid | links),
        *_deadlines(about | links),
        Sample("refund_made", "refund_made", about | paid | links | {"reason": "taken-back", "pending": False}),
        Sample(
            "refund_made-in-part",
            "refund_made",
            about | paid | links | {"amount": 312, "reason": "abandoned", "pending": True},
        ),
        Sample("refund_failed", "refund_failed", about | paid | links),
        *(Sample(name, "update", about | context, listed) for name, context, listed in update_samples(language)),
        Sample("alarm", "alarm", {"kind": "dispute", "key": "dispute:du_sample", "page": _page("/staff/alarms/")}),
        *(Sample(name, template, context | links) for name, template, context in account_samples()),
    )


def sample_letter(sample: Sample, language: str) -> Letter:
    stop = _page(f"/{language}/follow/{TOKEN}/stop/") if sample.listed else ""
    return write_letter(sample.template, sample.context, language=language, stop_url=stop)


def _before_it_opens(about: Mapping[str, object], links: Mapping[str, object]) -> tuple[Sample, ...]:
    who = "花子" if about["language"] == "ja" else "Hanako"
    says = "The cost of “power” is missing.\nPlease name the data that you leave out."
    if about["language"] == "ja":
        says = "「電気代」の見積もりがありません。\n使わないデータを具体的に書いてください。"
    return (
        Sample("trainer", "trainer", {**about, **links, "organiser": who}),
        Sample("returned", "returned", {**about, **links, "reason": says}),
        Sample("approved", "approved", {**about, **links}),
        Sample("opened", "opened", {**about, **links}),
        Sample("payee_opened", "payee_opened", {**links}),
    )


def _promises(language: str, context: Mapping[str, object]) -> tuple[Sample, ...]:
    consent = "I agree that my card is saved and charged ¥500 once, and only if the campaign reaches its goal."
    if language == "ja":
        consent = "カードが保存され、目標を達成した場合に限り、500円が1回請求されることに同意します。"
    later = {**context, "until": "2026-05-04T14:59:00+00:00", "consent": consent}
    named = ("promised", "withdrawn", "too_late", "card_expires", "confirm_card", "card_declined", "card_failed")
    ended = ("released", "released_cancelled", "match_unneeded")
    return tuple(Sample(name, name, later) for name in (*named, *ended))


def _deadlines(context: Mapping[str, object]) -> tuple[Sample, ...]:
    told = {**context, "currency": "JPY", "goal": 20_000, "coin": 500, "deadline": "2026-04-30T14:59:59+00:00"}
    below = {"raised": 13_500, "missing": 6_500, "at_the_close": True}
    reached = {"raised": 24_500, "missing": 0, "at_the_close": False}
    return (
        Sample("deadline_near", "deadline_near", told | below, listed=True),
        Sample("deadline_near-goal-reached", "deadline_near", told | reached, listed=True),
    )


def _campaign(language: str) -> dict[str, object]:
    heading = "BRA V1をクリーンに作り直す" if language == "ja" else "A clean BRA V1"
    page = _page(f"/{language}/c/bra-v1/")
    return {
        "campaign": heading,
        "campaign_url": page,
        "slug": "bra-v1",
        "zone": "Asia/Tokyo",
        "language": language,
        "version": "BRA V1.2",
        "version_url": _page(f"/{language}/lineage/bra-v1-2/"),
        "update_url": page + "updates/3/",
    }


def _links(language: str) -> dict[str, object]:
    thanks, mine = f"/{language}/thanks/{TOKEN}/", f"/{language}/campaigns/bra-v1/"
    pages = {
        "thanks_url": thanks,
        "take_back_url": thanks + "take-back/",
        "renew_url": thanks + "renew/",
        "confirm_url": thanks + "confirm/",
        "give_url": f"/{language}/c/bra-v1/give/",
        "accept_url": mine + f"trainer/{TOKEN}/",
        "edit_url": mine + "edit/",
        "my_campaigns_url": f"/{language}/me/campaigns/",
        "payee_url": f"/{language}/me/payouts/",
        "password_reset_url": f"/{language}/accounts/password/reset/",
        "signup_url": f"/{language}/accounts/signup/",
    }
    return {name: _page(path) for name, path in pages.items()}


def _bundle(language: str) -> dict[str, object]:
    other = "PonyをたどれるPony-Clean" if language == "ja" else "A Pony that can be traced"
    first, second = _campaign(language), {**_campaign(language), "campaign": other}
    take_back = {"take_back_url": _page(f"/{language}/thanks/{TOKEN}/take-back/"), "total": 500}
    coins = [{**first, **take_back, "came_late": False}, {**second, **take_back, "came_late": True}]
    return {"coins": coins, "total": 1_037, "covered_fee": 37, "currency": "JPY", "reference": "pi_sample"}


def _with_fee(paid: Mapping[str, object]) -> dict[str, object]:
    return {**paid, "covered_fee": 19, "total": 519}


def _payment(at: str) -> dict[str, object]:
    return {"paid_at": at, "reference": "pi_sample"}


def _page(path: str) -> str:
    return settings.SITE_URL + path
