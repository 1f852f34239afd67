"""How somebody stands at the door: on the way in, with a second factor and with a passkey, or without a password.

Each way is gone as people go it, up to the page that is looked at; the browser then goes on with that session.
"""

import re

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.browser.conftest import Arrive
from tests.browser.visitor import Visitor
from tests.campaigns.creator.desk import at_the_desk, proven
from tests.world import PASSWORD, a_person

# A key that is built into the machine and says yes by itself.
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
IN_A_MAIL = re.compile(r"/accounts/password/reset/key/(\w+)-([^/\s]+)/")


def ways_in(arrive: Arrive) -> tuple[dict[str, Client], dict[str, str]]:
    """Clients by how they stand (`places.OF_WAYS_IN`), and what the addresses there are made of."""
    guarded = with_a_second_factor(a_person("Rin"))
    key = a_passkey(arrive("en"), guarded)
    resetting, reset = asked_for_another_password(a_person("Kei"))
    unset = a_person("Mio")
    unset.set_unusable_password()
    unset.save(update_fields=["password"])
    clients = {
        "new": signed_up(),
        "reset": resetting,
        "asked": sent_to(Client(), "account_login", login=guarded.email, password=PASSWORD),
        "bare": proven(at_the_desk(a_person("Nao"))),
        "guarded": proven(at_the_desk(guarded)),
        "unset": at_the_desk(unset),
    }
    return clients, {"reset": reset, "passkey": str(key.pk)}


def stand_as(visitor: Visitor, client: Client) -> None:
    """The browser goes on where the client is."""
    session = client.cookies["session"].value
    visitor.context.add_cookies([{"name": "session", "value": session, "url": visitor.home}])


def sent_to(client: Client, name: str, **form: str) -> Client:
    assert client.post(reverse(name), form).status_code == 302
    return client


def signed_up() -> Client:
    return sent_to(
        Client(), "account_signup", email="ema@example.com", password1="one coin only", password2="one coin only"
    )


def with_a_second_factor(person: User) -> User:
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    return person


def asked_for_another_password(person: User) -> tuple[Client, str]:
    """Somebody who has opened the link of the mail, and whose it was, as addresses name them."""
    client = sent_to(Client(), "account_reset_password", email=person.email)
    found = next(filter(None, (IN_A_MAIL.search(str(one.body)) for one in reversed(mail.outbox))))
    return (client, found[1]) if client.get(f"/en{found[0]}").status_code == 302 else (client, "")


def a_passkey(visitor: Visitor, person: User) -> Authenticator:
    """Made by the browser, with a key of its own."""
    stand_as(visitor, proven(at_the_desk(person)))
    machine = visitor.context.new_cdp_session(visitor.page)
    machine.send("WebAuthn.enable")
    machine.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    visitor.go("accounts/2fa/webauthn/add/")
    visitor.type("#id_name", "Laptop")
    visitor.tap("#mfa_webauthn_add")
    visitor.page.wait_for_url("**/accounts/2fa/")
    return Authenticator.objects.get(user=person, type=Authenticator.Type.WEBAUTHN)
