"""Everything that a campaign's page shows, gathered in a number of queries that does not grow with the campaign."""

from datetime import datetime
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext

from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Cost, Update
from campaigns.views.campaign_family import family_tree
from campaigns.views.campaign_lineage import why
from campaigns.views.standing import standing
from campaigns.views.wall import supporters_of, wall

PEOPLE_ON_THE_PAGE = 12
NEWS_ON_THE_PAGE = 20
COLLECTING = (Stage.DRAFT, Stage.REVIEW, Stage.OPEN, Stage.PAUSED, Stage.CLOSING)
TEXTS = ("title", "summary", "plan", "if_it_fails", "more_is_for")
WAY = (Stage.OPEN, Stage.FUNDED, Stage.TRAINING, Stage.RELEASED)


def contents(campaign: Campaign, *, at: datetime) -> dict[str, object]:
    costs = _costs(campaign)
    reasons = why(campaign, at=at)
    tree_svg, tree_rows = family_tree(campaign, reasons) if reasons else ("", [])
    return {
        "campaign": campaign,
        "organiser": display_name(campaign.organiser),
        "trainer": display_name(campaign.trainer),
        "coins_to_goal": -(-(campaign.goal or 0) // campaign.coin) if campaign.coin else 0,
        "collecting": campaign.stage in COLLECTING,
        "written": {field: language_of(campaign, field) for field in TEXTS},
        **{field: campaign.text(field) for field in TEXTS[1:]},
        "now": standing(campaign, at=at),
        "why": reasons,
        "costs": costs,
        "costs_sum": sum(cost.amount for cost in costs),
        "updates": _news(campaign),
        "people": wall(supporters_of(campaign)[:PEOPLE_ON_THE_PAGE]),
        "work": _work(campaign),
        "share": share(campaign),
        "tree_svg": tree_svg,
        "tree_rows": tree_rows,
    }


def language_of(campaign: Campaign, field: str) -> str:
    """The language in which `Campaign.text` gives a field, so that it can be read out in it."""
    other = "en" if campaign.language == "ja" else "ja"
    return campaign.language if campaign.text(field) == getattr(campaign, field) else other


def display_name(person: User | None) -> str:
    """The name that somebody gave, and never the address that they log in with."""
    return (person.first_name if person else "") or gettext("Somebody")


def share(campaign: Campaign) -> dict[str, str]:
    """Plain links: nothing of these sites is loaded here."""
    address = settings.SITE_URL + reverse("campaign", args=[campaign.slug])
    both = f"{campaign.heading} {address}"
    return {
        "address": address,
        "x": "https://x.com/intent/post?" + urlencode({"text": campaign.heading, "url": address}),
        "bluesky": "https://bsky.app/intent/compose?" + urlencode({"text": both}),
        "line": "https://social-plugins.line.me/lineit/share?" + urlencode({"url": address}),
        "mail": f"mailto:?subject={quote(campaign.heading)}&body={quote(both)}",
    }


def _costs(campaign: Campaign) -> list[Cost]:
    costs = list(campaign.costs.all())
    for cost in costs:
        cost.campaign = campaign
    return costs


def _news(campaign: Campaign) -> list[Update]:
    news = list(campaign.updates.select_related("author").order_by("-published_at", "-pk")[:NEWS_ON_THE_PAGE])
    for update in news:
        update.campaign = campaign
    return news


def _work(campaign: Campaign) -> list[tuple[str, str]]:
    """The way from the first coin to the release: each step is "done", "now" or still to come."""
    here = Stage.OPEN if campaign.stage in (Stage.PAUSED, Stage.CLOSING) else Stage(campaign.stage)
    if here not in WAY:
        return []
    reached = len(WAY) if here == Stage.RELEASED else WAY.index(here)
    marks = ["done" if place < reached else "now" if place == reached else "" for place in range(len(WAY))]
    return [(str(stage), mark) for stage, mark in zip(WAY, marks, strict=True)]
