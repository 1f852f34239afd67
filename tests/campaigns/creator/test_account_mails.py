"""The mails of accounts: in our words and look, and with links that lead to us alone."""

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from pytest_django import Settings

from campaigns.views.account_mails import LETTERS, told
from tests.world import a_person, now

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


@pytest.mark.parametrize("event", sorted(LETTERS))
def test_the_words_get_what_they_need_and_no_more(event: str) -> None:
    context = {"user": "Alice", "request": object(), "timestamp": now(), "email": "a@example.org", "ip": None}

    assert told(event, context)["ip"] == "" and "request" not in told(event, context)
