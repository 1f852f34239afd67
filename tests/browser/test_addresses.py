"""Every address of the site is a page that is looked at in a browser, or there is a reason why it is not."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, resolve

from tests.browser import places
from tests.browser.places import Place

A_MACHINE = "no page: read by machines"
A_FILE = "no page: a file, a feed or a picture"
A_DEED = "shows nothing: it does what a button of a looked-at page asks for, and leads back to a page"
A_DEED_MENDED = "does what a button asks for; filled in wrongly it shows the page of that button: see wrong_forms"
A_MAIL = "a mail and no page: test_mail_pages judges what is in it"
NOT_LOOKED_AT = {
    **dict.fromkeys(("healthz", "readyz", "stripe_webhook", "stripe_account_webhook", "oembed"), A_MACHINE),
    **dict.fromkeys(("judge", "where_file", "what_if_file", "what_if_answer", "lineage_schema"), A_MACHINE),
    **dict.fromkeys(("licence_matrix_file", "licence_matrix_explained", "campaign_live"), A_MACHINE),
    **dict.fromkeys(("ledger_file", "receipts_of_year", "evidence_file", "update_picture", "campaign_qr"), A_FILE),
    **dict.fromkeys(("site_picture", "campaign_picture", "version_picture", "campaign_badge", "version_badge"), A_FILE),
    **dict.fromkeys(("campaign_badge_json", "version_badge_json", "site_calendar", "campaign_calendar"), A_FILE),
    **dict.fromkeys(("site_feed", "site_feed_json", "campaign_feed", "campaign_feed_json", "version_feed"), A_FILE),
    **dict.fromkeys(("version_file", "version_svg", "version_dot", "version_graphml", "version_csv"), A_FILE),
    **dict.fromkeys(("version_cyclonedx", "version_spdx", "version_card_block", "version_card_markdown"), A_FILE),
    **dict.fromkeys(("mfa_download_recovery_codes",), A_FILE),
    **dict.fromkeys(("theme", "set_language", "close_now", "renew_card", "stop_follow", "campaign_send"), A_DEED),
    **dict.fromkeys(("campaign_withdraw", "campaign_pause", "campaign_resume", "alarm_close", "pause_site"), A_DEED),
    **dict.fromkeys(("pause_giving", "payee_open", "payee_back", "payee_again"), A_DEED),
    **dict.fromkeys(("payout_shortfall", "payout_left"), A_DEED),
    **dict.fromkeys(("payout_record", "payout_payee"), A_DEED_MENDED),
    **dict.fromkeys(("staff_mail_html", "demo_mail_html"), A_MAIL),
    "follow_resume": "answers only a button that stands where mails were just ended, with the page of follow_confirm",
    "account_confirm_login_code": "nobody is sent codes to log in with, and without one it leads on to the log-in",
    "mfa_login_webauthn": "answers the script of the log-in page, and leads everybody else there",
}
# Django's own pages, behind the log-in of the staff, and what describes the API to machines.
OF_OTHERS = ("admin", "api")
SEGMENT = re.compile(r"\{(\w+)\}")
# An address is made of a number, of something signed, or of a word.
STANDS_FOR = {
    "following": "1.2.3",
    "coin": "1",
    "news": "1",
    "pk": "1",
    "declined": "1",
    "grant": "1",
    "dispute": "1",
    "passkey": "1",
}


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLPattern):
            assert one.name, f"{one} has no name"
            yield one.name
        elif one.namespace not in OF_OTHERS:
            yield from names(one.url_patterns)


def every_place() -> Iterator[Place]:
    """Of each tuple and each dict of tuples that `places` has."""
    for group in vars(places).values():
        for places_of in group.values() if isinstance(group, dict) else [group]:
            if isinstance(places_of, tuple):
                yield from (place for place in places_of if isinstance(place, Place))


def looked_at() -> set[str]:
    found = set()
    for place in every_place():
        path = SEGMENT.sub(lambda part: STANDS_FOR.get(part[1], "abc"), place.path)
        if place.status != 404 and not path.startswith("fails/"):
            found.add(resolve(f"/en/{path.partition('?')[0]}").view_name)
    return found


def test_every_address_is_looked_at_or_has_a_reason_not_to_be() -> None:
    every, seen = set(names(get_resolver().url_patterns)), looked_at()

    assert sorted(every - seen - NOT_LOOKED_AT.keys()) == []
    assert sorted(NOT_LOOKED_AT.keys() & seen) == []
    assert sorted(NOT_LOOKED_AT.keys() - every) == []
