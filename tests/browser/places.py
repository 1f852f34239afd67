"""Every page in its main states: where it is, who sees it, and what is filled in and sent there.

`{...}` in an address are parts of the story. Addresses begin after the language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from campaigns.demo import Person
from tests.browser.story import STAGES


@dataclass(frozen=True, slots=True)
class Place:
    """`name` is that of its pictures, without one it is not in the gallery; `send` fills in the page's form.

    `status` is that of the answer which is then shown.
    """

    path: str
    name: str = ""
    caption: str = ""
    role: str = ""
    send: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


# What becomes of a coin or a promise in the end, each with a page that thanks or tells.
ENDED_COINS = ("withdrawn", "failed", "released", "authorised", "going_back", "refunded")
WRONG_COIN = {"amount": "7.5.0", "email": "nobody at example"}
OF_GIVING = (
    Place("", "home", "Home"),
    Place("how-it-works/", "how-it-works", "How it works"),
    Place("c/", "campaigns", "Campaigns"),
    Place("c/bra/", "campaign", "A campaign, one coin short of its goal"),
    Place("c/portrait-base/", "campaign-all-or-nothing", "In training, after an all-or-nothing campaign"),
    Place("c/funded-one/"),
    Place("c/nothing-yet/", "campaign-matched", "All or nothing, with somebody who doubles coins"),
    Place("c/bra/updates/{news}/", "update", "An update with two pictures to compare"),
    Place("c/bra/supporters/", "supporters", "Supporters"),
    Place("c/bra/ledger/", "ledger", "The ledger of a campaign"),
    Place("c/portrait-base/ledger/"),
    Place("transparency/", "transparency", "Transparency"),
    Place("c/bra/give/", "give", "Giving a coin"),
    Place("c/bra/give/", "give-errors", "Giving, with what has to be mended", send=WRONG_COIN, status=422),
    Place("c/portrait-base/give/?amount=7.50", "give-closed", "Giving, when it is too late"),
    Place("c/nothing-yet/give/?amount=7.50", "promise", "Promising a coin for the day of the close"),
    Place("c/nothing-yet/match/", "match", "Doubling the coins of others"),
    Place("c/nothing-yet/match/", send={"cap": "much", "email": "x"}, status=422),
    Place("c/bundle/?c=bra", "bundle", "Coins for several campaigns with one payment"),
    Place("c/bundle/?c=bra", send={"email": "x"}, status=422),
    Place("c/bra/follow/", "follow", "Following by email"),
    Place("c/bra/follow/", send={"email": "x"}, status=422),
    Place("c/bra/follow/?asked=1"),
    Place("follow/{following}/", "follow-confirm", "From the mail: confirming that one follows"),
    Place("follow/{follower}/", status=410),
    Place("follow/{follower}/stop/", "follow-stop", "From a mail: no more of these"),
    Place("thanks/{token}/", "thanks", "Thanks: the coin arrived"),
    Place("thanks/{token}/receipt/", "receipt", "A receipt to print"),
    Place("thanks/{token}/shown/", "how-shown", "Changing how one is shown"),
    Place("thanks/{token}/take-back/", "take-back", "Taking a coin back"),
    Place("thanks/{bundle}/receipt/"),
    Place("thanks/{underway}/", "thanks-waiting", "Thanks: the payment is not confirmed yet"),
    Place("thanks/{expired}/", "thanks-expired", "Nothing was paid"),
    Place("thanks/{promise}/", "thanks-promise", "Thanks: a promise is kept"),
    Place("thanks/{promise}/take-back/"),
    Place("thanks/{asked}/", "thanks-card-trouble", "The bank wants to ask once more"),
    Place("thanks/{asked}/confirm/", "confirm-hold", "Confirming with the bank what is held"),
    *(Place(f"thanks/{{{state}}}/") for state in ENDED_COINS),
    Place("thanks/{bundle}/", "thanks-bundle", "Thanks for several coins"),
    Place("c/bra/card/", "card", "The card for other sites"),
    Place("m/bra-v4/card/", "card-model", "A model's card for other sites"),
)
OF_LINEAGE = (
    Place("m/", "models", "Models"),
    Place("m/?q=nothing+of+the+kind", "models-none", "No model of this name"),
    Place("m/bra-v4/", "model", "A model: its family tree"),
    Place("m/bra-v4/verdicts/", "model-verdicts", "A model: what one may do with it, and why"),
    Place("m/bra-v4/licence-texts/", "model-licence-texts", "A model: the licence texts that count"),
    Place("m/bra-v1/made-from-it/", "model-made-from-it", "A model: what was made from it"),
    Place("m/bra-v4/history/", "model-history", "A model: its history"),
    Place("m/bra-clean-plan/", "model-planned", "The clean model that is planned"),
    Place("m/bra-v1/what-if/", "what-if", "What if it were replaced"),
    Place("m/bra-v4/what-if/?by=bra-clean-plan", "what-if-found", "What a replacement would change"),
    Place("m/bra-v4/repair/?price-2=150", "repair", "The ways to a clean model, and what each costs"),
    Place("forecast/", "forecast", "Forecast of a model that is not made yet"),
    Place("m/{pony}/", "model-pony", "A model with another story"),
    Place("where/", "where", "Where a coin frees the most"),
    Place("l/", "licences", "Licences"),
    Place("l/{licence}/", "licence", "A licence"),
    Place("l/compare/?a=creativeml-openrail-m&b={licence}", "licence-compare", "Licences side by side"),
    Place("l/matrix/", "licence-matrix", "Which licence goes with which"),
    Place("l/compare/?a={licence}&b={licence}"),
    Place("l/compare/?a=apache-2.0&b=pony-v6&c=creativeml-openrail-m&d={licence}&e=nobody&f=faipl-1.0-sd"),
    Place("l/matrix/?l={licence}"),
    Place("l/compatibility/?in={licence}&out=creativeml-openrail-m", "licence-pair", "Two licences together"),
    Place("l/compatibility/?in={licence}&out=nobody"),
    # The last ones, since the site remembers who asks.
    Place("m/bra-v4/verdicts/?who=own&team_size=3", "model-own-figures", "The same for own figures"),
    Place("m/bra-v4/verdicts/?who=own&team_size=few", "model-figures-error", "Own figures, mistyped", status=422),
)
OF_RULES = (
    Place("verdicts/", "how-verdicts-are-made", "How verdicts are made"),
    Place("terms/", "terms", "Terms, a draft for whoever runs the site"),
    Place("privacy/", "privacy", "Privacy"),
    Place("refunds/", "refund-policy", "Refunds"),
    Place("commerce/", "commerce", "Commercial disclosure"),
    Place("contact/", "contact", "Contact"),
)
OF_ACCOUNTS = (
    Place("accounts/login/", "login", "Logging in"),
    Place("accounts/login/", send={"login": "nobody@example.com", "password": "not this one"}),
    Place("accounts/signup/", "signup", "Making an account"),
    Place("accounts/signup/", send={"email": "nobody at example", "password1": "a", "password2": "b"}),
    Place("accounts/password/reset/", "password-reset", "Asking for another password"),
    Place("accounts/password/reset/done/"),
    Place("accounts/password/reset/key/0-nobody/"),
    Place("accounts/password/reset/key/done/"),
    Place("accounts/inactive/"),
)
OF_ORGANISERS = (
    Place("me/", "account", "The account: coins, receipts, follows"),
    Place("me/campaigns/", "my-campaigns", "The desk of an organiser"),
    Place("campaigns/new/", "campaign-new", "Opening a campaign: the model"),
    Place("campaigns/new/?model=bra-v4"),
    Place("campaigns/{draft}/edit/", "campaign-edit", "Opening a campaign: plan, costs, promises"),
    Place("campaigns/{draft}/edit/", "campaign-edit-errors", "The same, with what has to be mended",
          send={"goal": "lots", "deadline_day": "2020-01-01"}, status=422),
    Place("campaigns/{draft}/tainted/?q=BRA", "campaign-tainted", "Opening a campaign: the model to be replaced"),
    Place("campaigns/{draft}/clean/", "campaign-clean", "Opening a campaign: the clean model"),
    Place("campaigns/{draft}/preview/", "campaign-preview", "A draft as it will look"),
    Place("campaigns/{sent}/preview/"),
    Place("campaigns/bra/updates/new/", "update-new", "Writing an update"),
    Place("campaigns/bra/updates/new/", "update-preview", "An update before it is told",
          send={"title": "BRA 3/10", "body": "学習の3分の1が終わりました。**順調です。**", "preview": "1"}),
    Place("campaigns/bra/words/", "words", "What supporters wrote to those who make it"),
    Place("campaigns/bra/refunds/", "refunds", "Giving coins back"),
    Place("campaigns/bra/refunds/?pledge={coin}"),
    Place("campaigns/funded-one/more-time/", "more-time", "Asking for more time"),
    Place("accounts/email/", "email", "The addresses of an account"),
    Place("accounts/password/change/", "password-change", "Changing the password"),
    Place("accounts/2fa/", "two-factor", "A second factor"),
    Place("accounts/sessions/", "sessions", "Where one is logged in"),
    Place("accounts/logout/", "logout", "Logging out"),
)  # fmt: skip
OF_NEWCOMERS = (Place("me/", "account-empty", "The account of somebody who is new"), Place("me/campaigns/"))
# By how one stands there: on the way in, with a second factor, without a password. See `tests.browser.standing`.
OF_WAYS_IN: dict[str, tuple[Place, ...]] = {
    "new": (
        Place("accounts/confirm-email/", "confirm-email", "A new account: the code from the mail"),
        Place("accounts/confirm-email/", send={"code": "nothing"}),
    ),
    "reset": (Place("accounts/password/reset/key/{reset}-set-password/"),),
    "asked": (
        Place("accounts/2fa/authenticate/", "two-factor-asked", "Logging in with a second factor"),
        Place("accounts/2fa/authenticate/", send={"code": "nothing"}),
    ),
    "bare": (
        Place("accounts/reauthenticate/", "reauthenticate", "The password, once more"),
        Place("accounts/2fa/totp/activate/", "two-factor-app", "A second factor: an app that makes codes"),
        Place("accounts/2fa/totp/activate/", send={"code": "nothing"}),
        Place("accounts/2fa/webauthn/"),
    ),
    "guarded": (
        Place("accounts/2fa/", "two-factor-on", "A second factor, switched on"),
        Place("accounts/2fa/reauthenticate/"),
        Place("accounts/2fa/totp/deactivate/"),
        Place("accounts/2fa/recovery-codes/", "recovery-codes", "Codes for the day when the phone is lost"),
        Place("accounts/2fa/recovery-codes/generate/"),
        Place("accounts/2fa/webauthn/", "passkeys", "Passkeys"),
        Place("accounts/2fa/webauthn/add/"),
        Place("accounts/2fa/webauthn/keys/{passkey}/edit/"),
        Place("accounts/2fa/webauthn/keys/{passkey}/remove/"),
        Place("accounts/2fa/webauthn/reauthenticate/"),
    ),
    "unset": (Place("accounts/password/set/"),),
}
OF_TRAINERS = (
    Place("me/payouts/", "payouts-mine", "Where the money of a campaign goes"),
    Place("me/campaigns/"),
    Place("campaigns/{sent}/trainer/{acceptance}/", "trainer-accept", "A trainer is asked"),
    Place("campaigns/funded-one/training/", "training-begin", "Beginning to train"),
    Place("campaigns/portrait-base/release/", "release", "Releasing the clean model"),
    Place("campaigns/portrait-base/release/", "release-errors", "The same, with what has to be mended",
          send={"sha256": "abc"}, status=422),
    Place("campaigns/funded-one/give-up/", "give-up", "Giving up"),
)  # fmt: skip
OF_STAFF = (
    Place("c/bra/"),
    Place("staff/review/", "review-queue", "Staff: campaigns to review"),
    Place("staff/review/{sent}/", "review", "Staff: a campaign in review"),
    Place("staff/alarms/", "alarms", "Staff: alarms"),
    Place("staff/pauses/", "pauses", "Staff: stopping to take money"),
    Place("staff/payouts/", "payouts", "Staff: payouts"),
    Place("staff/payouts/funded-one/doubt/"),
    Place("staff/refunds/bra/", "staff-refunds", "Staff: giving coins back"),
    Place("staff/refunds/bra/?pledge={coin}"),
    Place("staff/mails/", "mails", "Staff: every mail that is sent"),
    Place("staff/mails/receipt/", "mail-receipt", "Staff: a receipt in both languages"),
    Place("proposals/"),
    Place("import/", "import", "Bringing a lineage file"),
)
OF_EVIDENCE = (
    Place("import/?about=bra-v4"),
    Place("evidence/{sha}/", "evidence", "What a file says of a model"),
    Place("proposals/", "proposals", "What waits for somebody to decide it"),
    Place("proposals/?about=bra-v4"),
    Place("proposals/{pk}/", "proposal", "One statement of a file, to be accepted or declined"),
    Place("proposals/{pk}/", send={"do": "decline", "reason": ""}, status=422),
    Place("proposals/{declined}/"),
    Place("dispute/grant/{grant}/", "dispute", "Saying that something on record is not so"),
    Place("dispute/grant/{grant}/", send={"says": ""}, status=422),
    Place("disputes/{dispute}/settle/", "settle", "Settling what two people see differently"),
    Place("m/bra-v4/", "model-disputed", "A model of which something is disputed"),
    Place("m/bra-v4/history/"),
)
OF_DEMO_MAILS = (
    Place("demo/mail/", "demo-mails", "The mails of a demo"),
    Place("demo/mail/?mail={mail}", "demo-mail", "A mail of a demo"),
)
PEOPLE: dict[str, tuple[Place, ...]] = {
    "": (*OF_GIVING, *OF_LINEAGE, *OF_RULES, *OF_ACCOUNTS),
    Person.NEWCOMER: OF_NEWCOMERS,
    Person.ORGANISER: OF_ORGANISERS,
    Person.TRAINER: OF_TRAINERS,
    Person.STAFF: OF_STAFF,
}
IN_STAGES = {
    "new": "Just opened",
    "reached": "Goal reached, still open",
    "stopped": "Paused",
    "offline": "No payments at the moment",
    "closing": "Closing",
    "funded": "Funded",
    "unfunded": "Not funded",
    "training": "In training",
    "late": "Late",
    "released": "Released",
    "doubted": "Released, and in doubt since",
    "abandoned": "Given up",
    "cancelled": "Cancelled",
}
assert IN_STAGES.keys() == STAGES.keys()
STAGE_PLACES = (
    *(Place(f"c/{slug}/", f"stage-{slug}", f"A campaign: {words.lower()}") for slug, words in IN_STAGES.items()),
    Place("", "home-later", "Home, when campaigns have come to their ends"),
    Place("c/offline/give/", "give-offline", "Giving, while no payments are taken"),
    Place("c/new/supporters/"),
    Place("c/released/ledger/"),
    Place("m/part-000/", "model-large-family", "A family too large to draw"),
    Place("m/part-000/made-from-it/"),
    Place("m/bra-clean-plan/history/"),
    Place("c/doubted/updates/5/"),
)
STAGE_PLACES_FOR_STAFF = (
    Place("staff/payouts/"),
    Place("staff/payouts/doubted/doubt/", "payout-doubt", "Staff: a payout that is in doubt"),
)
NOTHING_YET = (
    Place("", "home-empty", "Home, before the first campaign"),
    Place("c/", "campaigns-empty", "No campaigns"),
    Place("m/", "models-empty", "No models"),
    Place("l/"),
    Place("l/compare/"),
    Place("l/matrix/"),
    Place("where/", "where-empty", "Where a coin frees the most: nothing to compare"),
    Place("forecast/"),
    Place("transparency/", "transparency-empty", "Transparency, before the first coin"),
)
NOTHING_YET_FOR_STAFF = (
    Place("me/campaigns/", "my-campaigns-empty", "The desk before the first campaign"),
    Place("staff/review/"),
    Place("staff/alarms/"),
    Place("staff/payouts/"),
    Place("proposals/"),
)
# On a site on which everything fails: see `tests.browser.failing`.
WHEN_IT_FAILS = (
    Place("fails/403/", "error-403", "Not open to you", status=403),
    Place("fails/form-expired/", "error-form-expired", "A form that lay open too long", status=403),
    Place("c/nobody-knows-it/", "error-404", "No page at this address", status=404),
    Place("fails/429/", "error-429", "Too many tries", status=429),
    Place("fails/500/", "error-500", "A fault of ours", status=500),
    Place("fails/503/", "error-503", "Away for maintenance", status=503),
)
