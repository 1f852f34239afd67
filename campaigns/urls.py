"""The addresses of campaigns. `machines` are without a language; the rest live under /en/ and /ja/."""

from django.urls import path

from campaigns.api import api
from campaigns.views import (
    campaign_page,
    demo_mail,
    drafts,
    follow,
    give,
    home,
    ledger_page,
    my_campaigns,
    review,
    stripe_webhook,
    thanks,
    training,
    transparency,
)

machines = [
    path("stripe/webhook/", stripe_webhook.receive, name="stripe_webhook"),
    path("api/v1/", api.urls),
    path("c/<slug:slug>/ledger.<slug:ending>", ledger_page.download, name="ledger_file"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("how-it-works/", home.how_it_works, name="how_it_works"),
    path("c/", home.campaigns, name="campaigns"),
    path("c/<slug:slug>/", campaign_page.campaign, name="campaign"),
    path("c/<slug:slug>/live/", campaign_page.live, name="campaign_live"),
    path("c/<slug:slug>/supporters/", campaign_page.supporters, name="supporters"),
    path("c/<slug:slug>/ledger/", ledger_page.ledger, name="ledger"),
    path("transparency/", transparency.transparency, name="transparency"),
    path("c/<slug:slug>/give/", give.give, name="give"),
    path("c/<slug:slug>/follow/", follow.follow, name="follow"),
    path("thanks/<slug:token>/", thanks.thanks, name="thanks"),
    path("thanks/<slug:token>/take-back/", thanks.take_back, name="take_back"),
    path("follow/<slug:token>/", follow.confirm, name="follow_confirm"),
    path("follow/<slug:token>/stop/", follow.stop, name="unsubscribe"),
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
    path("campaigns/<slug:slug>/updates/new/", training.write_update, name="update_new"),
    path("campaigns/<slug:slug>/release/", training.release, name="release"),
    path("staff/review/", review.queue, name="review_queue"),
    path("staff/review/<slug:slug>/", review.decide, name="review_decide"),
    path("demo/mail/", demo_mail.mails, name="demo_mail"),
]
