"""Accounts that may receive money: onboarding, what Stripe decides, and the thin events that tell of it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe

from tests.sandbox.stand import SECRET, Receiver, Stand, eventually, fetch, started

RETURN, REFRESH = "http://127.0.0.1:8000/back/", "http://127.0.0.1:8000/again/"
THIN_SECRET = "whsec_of_the_thin_tests"
CAPABILITY = "v2.core.account[configuration.recipient].capability_status_updated"
INCLUDE: Any = {"include": ["configuration.recipient", "requirements", "identity", "defaults"]}


@pytest.fixture
def thin() -> Iterator[Receiver]:
    """The second endpoint."""
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def stand(receiver: Receiver, thin: Receiver) -> Iterator[Stand]:
    """A sandbox with both endpoints."""
    stand = started(receiver, thin_webhook_url=thin.url, thin_webhook_secret=THIN_SECRET)
    yield stand
    stand.sandbox.stop()


def transfers_of(stand: Stand, account: str) -> Any:
    told = stand.client().v2.core.accounts.retrieve(account, INCLUDE)
    assert told.configuration is not None and told.configuration.recipient is not None
    capabilities = told.configuration.recipient.capabilities
    assert capabilities is not None and capabilities.stripe_balance is not None
    return capabilities.stripe_balance.stripe_transfers


def link_for(stand: Stand, account: str) -> Any:
    use: Any = {"type": "account_onboarding", "account_onboarding": {"refresh_url": REFRESH, "return_url": RETURN}}
    return stand.client().v2.core.account_links.create(params={"account": account, "use_case": use})


def test_a_new_account_has_to_give_something_first(stand: Stand) -> None:
    account = stand.recipient(outcome="")

    told = stand.client().v2.core.accounts.retrieve(account, INCLUDE)
    plain = stand.client().v2.core.accounts.retrieve(account)

    assert account.startswith("acct_") and told.applied_configurations == ["recipient"]
    assert transfers_of(stand, account).status == "restricted"
    assert transfers_of(stand, account).status_details[0].resolution == "provide_info"
    assert told.requirements is not None and len(told.requirements.entries or []) == 3
    assert told.identity is not None and told.identity.country == "US"
    assert (plain.configuration, plain.requirements, plain.identity) == (None, None, None)
    assert (plain.dashboard, plain.display_name) == ("express", "A trainer")


@pytest.mark.parametrize(
    ("outcome", "status", "entries"),
    [
        ("complete", "active", 0),
        ("incomplete", "restricted", 1),
        ("pending", "pending", 1),
        ("rejected", "rejected", 0),
    ],
)
def test_the_onboarding_page_leads_back_and_decides(stand: Stand, outcome: str, status: str, entries: int) -> None:
    account = stand.recipient(outcome="")
    url = str(link_for(stand, account).url)

    shown = fetch("GET", url, headers={"Accept-Language": "en"})
    left = fetch("POST", url, {"outcome": outcome})

    assert shown.status == 200 and "A trainer" in shown.text and "SANDBOX" in shown.text
    assert (left.status, left.headers["Location"]) == (303, RETURN)
    assert transfers_of(stand, account).status == status
    told = stand.client().v2.core.accounts.retrieve(account, INCLUDE)
    assert told.requirements is not None and len(told.requirements.entries or []) == entries


def test_a_link_works_once_and_not_for_long(stand: Stand) -> None:
    account = stand.recipient(outcome="")
    used, old = str(link_for(stand, account).url), str(link_for(stand, account).url)
    fetch("POST", used, {"outcome": "incomplete"})

    again = fetch("POST", used, {"outcome": "complete"})
    stand.control("POST", "clock", advance=11 * 60)
    late = fetch("GET", old)

    assert again.headers["Location"] == late.headers["Location"] == REFRESH
    assert transfers_of(stand, account).status == "restricted"
    assert fetch("GET", f"{stand.url}/connect/onboarding/alink_unknown").status == 404


def test_a_thin_event_goes_to_its_own_endpoint_and_is_fetched(stand: Stand, thin: Receiver) -> None:
    account = stand.recipient()
    arrived = eventually(lambda: [told for told in thin.arrived if CAPABILITY.encode() in told[1]])
    headers, body = arrived[0]

    told: Any = stand.client().parse_event_notification(body, headers["stripe-signature"], THIN_SECRET)

    assert told.type == CAPABILITY and told.related_object is not None and told.related_object.id == account
    event: Any = told.fetch_event()
    assert event.data.updated_capability == "stripe_balance.stripe_transfers"
    fetched: Any = told.fetch_related_object()
    assert fetched.id == account
    assert "data" not in thin.events()[0] and stand.receiver.arrived == []
    with pytest.raises(stripe.SignatureVerificationError):
        stand.client().parse_event_notification(body, headers["stripe-signature"], SECRET)
    with pytest.raises(ValueError, match="parse_event_notification"):
        stripe.Webhook.construct_event(body, headers["stripe-signature"], THIN_SECRET)


def test_onboarding_tells_what_changed(stand: Stand, thin: Receiver) -> None:
    stand.recipient()

    told = ["v2.core.account.created", "v2.core.account[requirements].updated", CAPABILITY]
    assert [event["type"] for event in stand.control("GET", "thin_events")["events"]] == told
    eventually(lambda: sorted(thin.types()) == sorted(told))
    listed = stand.client().v2.core.events.list(params={"types": [CAPABILITY]})
    assert [event.type for event in listed.data] == [CAPABILITY]


def test_thin_events_suffer_like_the_others(stand: Stand, thin: Receiver) -> None:
    stand.control("POST", "faults", op=CAPABILITY, kind="duplicate_events")
    stand.control("POST", "faults", op="v2.core.account.created", kind="withhold_events")

    stand.recipient()

    eventually(lambda: thin.types().count(CAPABILITY) == 2)
    assert "v2.core.account.created" not in thin.types()
    stand.control("POST", "deliveries/release")
    eventually(lambda: "v2.core.account.created" in thin.types())


@pytest.mark.parametrize("status", ["restricted", "rejected", "pending", "unsupported"])
def test_stripe_may_change_its_mind(stand: Stand, status: str) -> None:
    account = stand.recipient()

    stand.control("POST", f"accounts/{account}/capability", status=status)

    assert transfers_of(stand, account).status == status
    assert [event["type"] for event in stand.control("GET", "thin_events")["events"]].count(CAPABILITY) == 2


def test_an_express_account_whose_losses_stripe_would_bear_is_refused(stand: Stand) -> None:
    responsible = {"fees_collector": "application", "losses_collector": "stripe"}

    refused = stand.api_v2(
        "POST", "core/accounts", {"dashboard": "express", "defaults": {"responsibilities": responsible}}
    )

    assert refused.status == 400 and refused.json["error"]["param"] == "defaults.responsibilities.losses_collector"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("core/accounts", {"colour": "red"}),
        ("core/accounts", {"configuration": {"recipient": {}}}),
        ("core/accounts", {"contact_email": "nobody"}),
        ("core/account_links", {"account": "acct_unknown", "use_case": {"type": "account_onboarding"}}),
        ("core/accounts", ["a list"]),
    ],
)
def test_what_makes_no_sense_is_refused(stand: Stand, path: str, body: Any) -> None:
    refused = stand.api_v2("POST", path, body)

    assert refused.status == 400 and refused.json["error"]["message"]


def test_the_second_version_knows_idempotency_keys_too(stand: Stand) -> None:
    first = stand.api_v2("POST", "core/accounts", {"display_name": "A"}, Idempotency_Key="one")
    again = stand.api_v2("POST", "core/accounts", {"display_name": "A"}, Idempotency_Key="one")
    other = stand.api_v2("POST", "core/accounts", {"display_name": "B"}, Idempotency_Key="one")

    assert first.json["id"] == again.json["id"] and again.headers["Idempotent-Replayed"] == "true"
    assert (other.status, other.json["error"]["type"]) == (400, "idempotency_error")


def test_a_list_of_accounts_goes_on_by_address(stand: Stand) -> None:
    made = [stand.recipient(outcome="") for _ in range(3)]

    first = stand.client().v2.core.accounts.list(params={"limit": 2})

    assert [account.id for account in first.auto_paging_iter()] == made[::-1]
    assert first.next_page_url is not None


def test_the_trainer_looks_at_the_dashboard(stand: Stand) -> None:
    account, fresh = stand.recipient(), stand.recipient(outcome="")
    links = stand.client().v1.accounts.login_links

    url = links.create(account).url

    assert urlsplit(url).path == f"/express/{account}"
    assert "Transfers to this account: active" in fetch("GET", url, headers={"Accept-Language": "en"}).text
    assert "のダッシュボード" in fetch("GET", url, headers={"Accept-Language": "ja"}).text
    with pytest.raises(stripe.InvalidRequestError, match="onboarding"):
        links.create(fresh)
