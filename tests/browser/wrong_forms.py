"""A form that was filled in wrongly says so first, whatever its page was scrolled to before.

A browser gives the focus to nothing by itself where the address ends in the name of a part, as it does after "Skip to
content". So each form here is reached over that link, by key.
"""

import re
from collections.abc import Iterable, Mapping

import pytest
from playwright.sync_api import Page, expect

from campaigns.demo import Person
from tests.browser.judging import FILL_IN
from tests.browser.places import Place
from tests.browser.story import Story
from tests.browser.visitor import Visitor

SOON = 30_000
ERROR = {"en": "Error: ", "ja": "エラー"}
# The lines of the summary that lead to no field which says that it is wrong, and what of it.
LEADS_NOWHERE = """summary => [...summary.querySelectorAll("li a")].filter((line) => {
    const field = document.getElementById(decodeURIComponent(line.hash.slice(1)));
    const wrong = field?.matches("[aria-invalid=true]") ? field : field?.querySelector("[aria-invalid=true]");
    const says = document.getElementById(`${field?.id}_error`);
    const described = `${field?.getAttribute("aria-describedby")} ${wrong?.getAttribute("aria-describedby")}`;
    return !wrong || !says?.textContent.trim() || !described.split(" ").includes(says.id);
}).map((line) => line.outerHTML)"""

OF_STRANGERS = (
    Place("c/bra/give/", send={"amount": "7.5.0", "email": "nobody at example"}),
    Place("c/nothing-yet/match/", send={"cap": "much", "email": "x"}),
    Place("c/bundle/?c=bra", send={"email": "x"}),
    Place("c/bra/follow/", send={"email": "x"}),
    Place("m/bra-v1/what-if/", send={"by": "nobody-knows-it"}),
    Place("m/bra-v4/repair/", send={"price-2": "much"}),
    Place("m/bra-v4/verdicts/", send={"who": "own", "team_size": "few"}),
    Place("forecast/", send={"base": "nobody-knows-it"}),
    Place("accounts/login/", send={"login": "nobody@example.com", "password": "not this one"}),
    Place("accounts/signup/?next=/en/me/", send={"email": "nobody at example", "password1": "a", "password2": "b"}),
    Place("accounts/password/reset/", send={"email": "nobody at example"}),
)
OF_ORGANISERS = (
    Place("campaigns/new/", send={"title": ""}),
    Place("campaigns/{draft}/edit/", send={"goal": "lots"}),
    Place("campaigns/{draft}/clean/", send={"name": ""}),
    Place("campaigns/{draft}/tainted/?q=BRA", send={"name": "", "do": "add"}),
    Place("campaigns/bra/updates/new/", send={"title": "", "body": ""}),
    Place("campaigns/bra/refunds/?pledge={coin}", send={"note": ""}),
    Place("campaigns/funded-one/more-time/", send={"days": "many"}),
    Place("accounts/email/", send={"email": "nobody at example", "action_add": ""}),
    Place("accounts/password/change/", send={"oldpassword": "x", "password1": "a", "password2": "b"}),
)
OF_TRAINERS = (
    Place("campaigns/{sent}/trainer/{acceptance}/", send={"shown_name": 80 * "a"}),
    Place("campaigns/portrait-base/release/", send={"sha256": "abc"}),
    Place("campaigns/funded-one/give-up/", send={"reason": ""}),
)
OF_STAFF = (
    Place("staff/review/{sent}/", send={"reason": "", "do": "return"}),
    Place("staff/refunds/bra/", send={"note": ""}),
    Place("staff/refunds/bra/?pledge={coin}", send={"amount": "much"}),
    Place("import/?about=bra-v4", send={"paste-text": ""}),
)
WRONG_FORMS: dict[str, tuple[Place, ...]] = {
    "": OF_STRANGERS,
    Person.ORGANISER: OF_ORGANISERS,
    Person.TRAINER: OF_TRAINERS,
    Person.STAFF: OF_STAFF,
}
OF_PAYING = (
    Place("staff/payouts/", send={"{payout}-receipt": ""}),
    Place("staff/payouts/", send={"training-country": "", "training-way": "connect"}),
    Place("staff/payouts/doubted/doubt/", send={"reason": "", "do": "pay"}),
)
OF_CLAIMS = (
    Place("import/?about=bra-v4", send={"paste-text": ""}),
    Place("proposals/{pk}/", send={"do": "decline", "reason": ""}),
    Place("dispute/grant/{grant}/", send={"says": ""}),
    Place("disputes/{dispute}/settle/", send={"answer": ""}),
)
# By how one stands at the door, as in `places.OF_WAYS_IN`.
OF_DOORS = {
    "new": (Place("accounts/confirm-email/", send={"code": "nothing"}),),
    "reset": (Place("accounts/password/reset/key/{reset}-set-password/", send={"password1": "a", "password2": "b"}),),
    "asked": (Place("accounts/2fa/authenticate/", send={"code": "nothing"}),),
    "bare": (
        Place("accounts/reauthenticate/", send={"password": "not this one"}),
        Place("accounts/2fa/totp/activate/", send={"code": "nothing"}),
    ),
    "guarded": (
        Place("accounts/2fa/reauthenticate/", send={"code": "nothing"}),
        Place("accounts/2fa/webauthn/keys/{passkey}/edit/", send={"name": ""}),
    ),
    "unset": (Place("accounts/password/set/", send={"password1": "a", "password2": "b"}),),
}


def send_wrongly(visitor: Visitor, forms: Iterable[Place], story: Story, subtests: pytest.Subtests) -> None:
    for place in forms:
        with subtests.test(f"{visitor.language} wrongly filled in: {place.path}"):
            visitor.go(place.path.format(**story.parts))
            skip_to_the_content(visitor.page)
            with visitor.page.expect_navigation():
                visitor.page.evaluate(FILL_IN, {name.format(**story.parts): said for name, said in place.send.items()})
            is_heard_of_first(visitor)


def skip_to_the_content(page: Page) -> None:
    page.locator("a.skip").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))


def is_heard_of_first(visitor: Visitor) -> None:
    summary = visitor.page.locator(".errors")
    expect(summary).to_have_count(1, timeout=SOON)
    expect(summary).to_be_focused(timeout=SOON)
    assert visitor.page.title().startswith(ERROR[visitor.language]), visitor.page.title()
    assert summary.locator("li").count(), "it names nothing"
    lost: Mapping[str, str] = summary.evaluate(LEADS_NOWHERE)
    assert not lost, f"they lead nowhere: {lost}"
