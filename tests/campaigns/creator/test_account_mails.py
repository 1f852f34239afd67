"""The mails of accounts: in our words and look, and with links that lead to us alone."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from pytest_django import Settings

from campaigns.actions.deliver_outbox import deliver_outbox
from campaigns.models import OutboxMessage
from campaigns.views.account_mails import LETTERS, told
from tests.world import PASSWORD, a_person, now

pytestmark = pytest.mark.django_db


def sent() -> EmailMultiAlternatives:
    message = mail.outbox[-1]
    assert isinstance(message, EmailMultiAlternatives)
    return message


def test_a_new_account_gets_its_code_as_text_and_as_html(client: Client, settings: Settings) -> None:
    password = "one coin for a long password"
    form = {"email": "new@example.org", "password1": password, "password2": password}

    client.post("/ja/accounts/signup/", form)

    message = sent()
    (document, kind) = message.alternatives[0]
    code = str(message.body).splitlines()[2]
    assert message.subject == "メールアドレスを確認してください" and message.extra_headers["Content-Language"] == "ja"
    assert kind == "text/html" and code in str(document) and len(code) >= 6


def test_a_link_to_set_a_password_leads_to_our_site_whatever_the_request_says(
    client: Client, settings: Settings
) -> None:
    a_person("Alice")
    settings.ALLOWED_HOSTS = ["*"]

    client.post("/en/accounts/password/reset/", {"email": "alice@example.com"}, HTTP_HOST="evil.example")

    message = sent()
    assert message.subject == "Set a new password" and "evil.example" not in message.body
    assert f"{settings.SITE_URL}/en/accounts/password/reset/key/" in message.body


def test_an_unknown_address_is_told_so_by_mail_alone(client: Client) -> None:
    known = client.post("/en/accounts/password/reset/", {"email": "nobody@example.org"}, follow=True)

    assert known.status_code == 200
    assert sent().subject == "There is no account with this address" and "/accounts/signup/" in sent().body


def test_a_changed_password_is_told_through_the_outbox_in_the_readers_language(client: Client) -> None:
    client.force_login(a_person("Alice"), backend="django.contrib.auth.backends.ModelBackend")
    new = "another coin for a long password"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}

    client.post("/ja/accounts/password/change/", form, headers={"User-Agent": "Fire\x07fox\r\nBcc: x"})

    assert mail.outbox == [], "the mail server need not be there"
    waiting = OutboxMessage.objects.get()
    assert (waiting.recipient, waiting.template, waiting.language) == ("alice@example.com", "account/changed", "ja")
    assert deliver_outbox(at=now()) == 1
    assert sent().subject == "パスワードが変更されました" and "127.0.0.1" in str(sent().body)
    assert "Firefox Bcc: x" in str(sent().body) and client.login(username="alice", password=new)


def test_the_old_address_is_told_of_a_new_one(client: Client) -> None:
    alice = a_person("Alice")
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/en/accounts/reauthenticate/", {"password": PASSWORD})
    EmailAddress.objects.create(user=alice, email="new@example.org", verified=True)

    client.post("/en/accounts/email/", {"action_primary": "1", "email": "new@example.org"})

    waiting = OutboxMessage.objects.get()
    deliver_outbox(at=now())
    assert waiting.recipient == "alice@example.com" and sent().subject == "Your email address was changed"
    assert "new@example.org" in str(sent().body)


@pytest.mark.parametrize("event", sorted(LETTERS))
def test_the_words_get_what_they_need_and_no_more(event: str) -> None:
    context = {"user": "Alice", "request": object(), "timestamp": now(), "email": "a@example.org", "ip": None}

    assert told(event, context)["ip"] == "" and "request" not in told(event, context)
