"""The pages that allauth brings along speak of logging in and of a second factor in the words of our own pages."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import override

from tests.world import PASSWORD, a_person

OF_OTHERS = re.compile(
    r"sign(ed)?[ -](in|out|up)|signup|two-factor|multi-factor|authenticat|This field is required|Remember Me"
    r"|サインイン|多要素|二要素|ユーザー登録|認証アプリコード|セッション|必須です",
    re.IGNORECASE,
)
BEFORE = ("account_login", "account_signup", "account_reset_password", "account_reset_password_done")
INSIDE = (
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "account_logout",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "usersessions_list",
)
WITH_A_SECOND_FACTOR = (
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_deactivate_totp",
)
both = pytest.mark.parametrize("language", ["en", "ja"])


def words_of(client: Client, name: str, language: str) -> str:
    with override(language):
        answer = client.get(reverse(name))
    assert answer.status_code == 200, name
    # On paper the page says where it was, and what its address is called nobody reads as words.
    return strip_tags(re.sub(r"<script.*?</script>|https?://\S+", "", answer.content.decode(), flags=re.DOTALL))


def inside(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@both
def test_every_page_of_accounts_has_our_words(language: str) -> None:
    person = inside(a_person("Rin"))

    said = {name: words_of(Client(), name, language) for name in BEFORE}
    said |= {name: words_of(person, name, language) for name in INSIDE}

    assert {name: found[0] for name, text in said.items() if (found := OF_OTHERS.search(text))} == {}
    assert ("Log in", "ログイン")[language == "ja"] in said["account_login"]
    assert ("Second factor", "二段階認証")[language == "ja"] in said["mfa_index"]


@both
def test_the_pages_between_have_our_words_too(language: str) -> None:
    person = a_person("Rin")
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    coming, new = Client(), Client()
    coming.post(reverse("account_login"), {"login": "rin@example.com", "password": PASSWORD})
    new.post(
        reverse("account_signup"),
        {"email": "kei@example.com", "password1": "one coin only", "password2": "one coin only"},
    )

    said = {name: words_of(inside(person), name, language) for name in WITH_A_SECOND_FACTOR}
    said |= {"mfa_authenticate": words_of(coming, "mfa_authenticate", language)}
    said |= {"the code": words_of(new, "account_email_verification_sent", language)}

    assert {name: found[0] for name, text in said.items() if (found := OF_OTHERS.search(text))} == {}
    assert ("code app", "認証アプリ")[language == "ja"] in said["mfa_authenticate"]
    assert ("Enter the code from our email", "メールに届いたコード")[language == "ja"] in said["the code"]


@both
def test_a_passkey_is_listed_with_what_can_be_done_with_it(language: str) -> None:
    person = a_person("Rin")
    told = {"name": "Blue <key>", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=told)

    said = words_of(inside(person), "mfa_list_webauthn", language)

    assert "Blue &lt;key&gt;" in said and OF_OTHERS.search(said) is None
    assert all(one in said for one in {"en": ("Passkey", "not used yet"), "ja": ("パスキー", "未使用")}[language])


@both
def test_what_is_told_after_logging_in_and_out_has_our_words(language: str) -> None:
    a_person("Rin")
    client, heard = Client(), []

    with override(language):
        for name, sent in (
            ("account_login", {"login": "rin@example.com", "password": PASSWORD}),
            ("account_logout", {}),
        ):
            heard.append(client.post(reverse(name), sent, follow=True).content.decode())

    assert ("You are logged in as", "ログインしました。")[language == "ja"] in heard[0]
    assert ("You are logged out.", "ログアウトしました。")[language == "ja"] in heard[1]
