"""The addresses of campaigns. `machines` are without a language; the rest live under /en/ and /ja/."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from campaigns.api import api
from campaigns.views import (
    account,
    account_webhook,
    alarms,
    badges,
    bundle,
    calendars,
    campaign_list,
    campaign_page,
    close_now,
    confirm,
    demo_mail,
    drafts,
    embed,
    feeds,
    follow,
    give,
    giving_up,
    home,
    how_shown,
    ledger_page,
    live,
    mail_samples,
    match,
    money_left,
    my_campaigns,
    oembed,
    payouts,
    pictures,
    receipts,
    refunds,
    review,
    rules,
    share_links,
    sign_up,
    stripe_webhook,
    thanks,
    theme,
    training,
    transparency,
    update_page,
    update_pictures,
    words_to_makers,
    write_update,
)


class VersionId:
    """An id of a version in an address; it may have slashes in it (`lineage.ids` says which can be kept)."""

    regex = r"[^/].*?"

    def to_python(self, value: str) -> str:
        if not value.isprintable() or len(value) > 120:
            raise ValueError
        return value

    def to_url(self, value: str) -> str:
        return value


class SignedToken(StringConverter):
    """What `campaigns.follow_links` signs: numbers and a signature, with dots between them."""

    regex = "[-a-zA-Z0-9_.]+"


register_converter(VersionId, "version_id")
register_converter(SignedToken, "signed")

machines = [
    path("theme/", theme.choose, name="theme"),
    path("stripe/webhook/", stripe_webhook.receive, name="stripe_webhook"),
    path("stripe/accounts/webhook/", account_webhook.receive, name="stripe_account_webhook"),
    path("api/v1/", api.urls),
    path("c/<slug:slug>/ledger.<slug:ending>", ledger_page.download, name="ledger_file"),
    path("oembed", oembed.oembed, name="oembed"),
    path("c/<slug:slug>/badge.svg", badges.campaign_badge, name="campaign_badge"),
    path("c/<slug:slug>/badge.json", badges.campaign_badge_json, name="campaign_badge_json"),
    path("m/<version_id:slug>/badge.svg", badges.version_badge, name="version_badge"),
    path("m/<version_id:slug>/badge.json", badges.version_badge_json, name="version_badge_json"),
    path(
        "c/<slug:slug>/pictures/<slug:sha256>-<int:width>.<slug:kind>", update_pictures.picture, name="update_picture"
    ),
]

# What is shown on other sites, or read by programs, in the language of its address.
elsewhere = [
    path("picture.png", pictures.site_picture, name="site_picture"),
    path("c/<slug:slug>/picture.png", pictures.campaign_picture, name="campaign_picture"),
    path("m/<version_id:slug>/picture.png", pictures.version_picture, name="version_picture"),
    path("c/<slug:slug>/card/", embed.campaign_card, name="campaign_card"),
    path("m/<version_id:slug>/card/", embed.version_card, name="version_card"),
    path("c/<slug:slug>/qr.svg", share_links.campaign_qr, name="campaign_qr"),
    path("feed.atom", feeds.site_feed, name="site_feed"),
    path("feed.json", feeds.site_feed_json, name="site_feed_json"),
    path("c/<slug:slug>/feed.atom", feeds.campaign_feed, name="campaign_feed"),
    path("c/<slug:slug>/feed.json", feeds.campaign_feed_json, name="campaign_feed_json"),
    path("m/<version_id:slug>/feed.atom", feeds.version_feed, name="version_feed"),
    path("campaigns.ics", calendars.site_calendar, name="site_calendar"),
    path("c/<slug:slug>/deadline.ics", calendars.campaign_calendar, name="campaign_calendar"),
]

urlpatterns = [
    *elsewhere,
    path("", home.home, name="home"),
    path("how-it-works/", home.how_it_works, name="how_it_works"),
    # It goes before allauth's own page at the same address.
    path("accounts/signup/", sign_up.SignUp.as_view(), name="account_signup"),
    path("terms/", rules.terms, name="terms"),
    path("privacy/", rules.privacy, name="privacy"),
    path("refunds/", rules.refund_policy, name="refund_policy"),
    path("commerce/", rules.commerce, name="commerce"),
    path("contact/", rules.contact, name="contact"),
    path("c/", campaign_list.campaigns, name="campaigns"),
    path("c/bundle/", bundle.bundle, name="bundle"),
    path("c/<slug:slug>/", campaign_page.campaign, name="campaign"),
    path("c/<slug:slug>/live/", live.live, name="campaign_live"),
    path("c/<slug:slug>/supporters/", campaign_page.supporters, name="supporters"),
    path("c/<slug:slug>/ledger/", ledger_page.ledger, name="ledger"),
    path("c/<slug:slug>/updates/<int:number>/", update_page.update, name="update"),
    path("transparency/", transparency.transparency, name="transparency"),
    path("c/<slug:slug>/give/", give.give, name="give"),
    path("c/<slug:slug>/match/", match.match, name="match"),
    path("c/<slug:slug>/close-now/", close_now.close_now, name="close_now"),
    path("c/<slug:slug>/follow/", follow.follow, name="follow"),
    path("thanks/<slug:token>/", thanks.thanks, name="thanks"),
    path("thanks/<slug:token>/take-back/", thanks.take_back, name="take_back"),
    path("thanks/<slug:token>/renew/", thanks.renew, name="renew_card"),
    path("thanks/<slug:token>/receipt/", receipts.receipt, name="receipt"),
    path("thanks/<slug:token>/shown/", how_shown.how_shown, name="how_shown"),
    path("thanks/<slug:token>/confirm/", confirm.confirm, name="confirm_hold"),
    path("follow/<signed:token>/", follow.confirm, name="follow_confirm"),
    path("follow/<slug:token>/stop/", follow.stop, name="unsubscribe"),
    path("follow/<signed:token>/resume/", follow.resume, name="follow_resume"),
    path("me/", account.me, name="me"),
    path("me/follows/<int:pk>/stop/", account.stop_follow, name="stop_follow"),
    path("me/receipts-<int:year>.csv", receipts.year, name="receipts_of_year"),
    # For those who open a campaign, train the model, and approve.
    path("me/campaigns/", my_campaigns.my_campaigns, name="my_campaigns"),
    path("campaigns/new/", drafts.new, name="campaign_new"),
    path("campaigns/<slug:slug>/edit/", drafts.edit, name="campaign_edit"),
    path("campaigns/<slug:slug>/tainted/", drafts.tainted_version, name="campaign_tainted_version"),
    path("campaigns/<slug:slug>/clean/", drafts.clean_version, name="campaign_clean_version"),
    path("campaigns/<slug:slug>/preview/", drafts.preview, name="campaign_preview"),
    path("campaigns/<slug:slug>/send/", drafts.send, name="campaign_send"),
    path("campaigns/<slug:slug>/withdraw/", drafts.withdraw, name="campaign_withdraw"),
    path("campaigns/<slug:slug>/pause/", my_campaigns.pause, name="campaign_pause"),
    path("campaigns/<slug:slug>/resume/", my_campaigns.resume, name="campaign_resume"),
    path("campaigns/<slug:slug>/trainer/<slug:token>/", training.accept, name="trainer_accept"),
    path("campaigns/<slug:slug>/training/", training.begin, name="training_begin"),
    path("campaigns/<slug:slug>/words/", words_to_makers.words_to_makers, name="words_to_makers"),
    path("campaigns/<slug:slug>/updates/new/", write_update.write_update, name="update_new"),
    path("campaigns/<slug:slug>/release/", training.release, name="release"),
    path("staff/alarms/", alarms.alarms, name="alarms"),
    path("staff/alarms/<int:pk>/close/", alarms.close, name="alarm_close"),
    path("staff/pauses/", alarms.pauses, name="pauses"),
    path("staff/pauses/site/", alarms.switch_site, name="pause_site"),
    path("staff/pauses/campaign/", alarms.switch_campaign, name="pause_giving"),
    path("me/payouts/", payouts.payee, name="payee"),
    path("me/payouts/open/", payouts.open_account, name="payee_open"),
    path("me/payouts/back/", payouts.back, name="payee_back"),
    path("me/payouts/again/", payouts.again, name="payee_again"),
    path("staff/payouts/", payouts.queue, name="payout_queue"),
    path("staff/payouts/<int:pk>/paid/", payouts.record, name="payout_record"),
    path("staff/payouts/<slug:slug>/doubt/", payouts.doubt, name="payout_doubt"),
    path("staff/payouts/<slug:slug>/shortfall/", payouts.shortfall, name="payout_shortfall"),
    path("staff/payouts/<slug:slug>/left/", money_left.decide, name="payout_left"),
    path("staff/payouts/<slug:slug>/payee/", money_left.payee_of, name="payout_payee"),
    path("campaigns/<slug:slug>/refunds/", refunds.by_organiser, name="refunds"),
    path("campaigns/<slug:slug>/give-up/", giving_up.give_up, name="give_up"),
    path("campaigns/<slug:slug>/more-time/", giving_up.more_time, name="more_time"),
    path("staff/refunds/<slug:slug>/", refunds.by_staff, name="staff_refunds"),
    path("staff/review/", review.queue, name="review_queue"),
    path("staff/review/<slug:slug>/", review.decide, name="review_decide"),
    path("staff/mails/", mail_samples.mails, name="staff_mails"),
    path("staff/mails/<slug:name>/", mail_samples.mail, name="staff_mail"),
    path("staff/mails/<slug:name>/<slug:language>/", mail_samples.mail_html, name="staff_mail_html"),
    path("demo/mail/", demo_mail.mails, name="demo_mail"),
    path("demo/mail/html/", demo_mail.html, name="demo_mail_html"),
]
