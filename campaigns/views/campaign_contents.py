"""Everything that a campaign's page shows, gathered in a number of queries that does not grow with the campaign."""

from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext

from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Cost, Update
from campaigns.views.campaign_family import family_tree
from campaigns.views.campaign_lineage import why
from campaigns.views.share_links import share
from campaigns.views.standing import standing
from campaigns.views.wall import supporters_of, wall
from campaigns.views.work_so_far import work_so_far

PEOPLE_ON_THE_PAGE = 8
NEWS_ON_THE_PAGE = 20
COLLECTING = (Stage.DRAFT, Stage.REVIEW, Stage.OPEN, Stage.PAUSED, Stage.CLOSING)
TEXTS = ("title", "summary", "plan", "if_it_fails", "more_is_for")


def contents(campaign: Campaign, *, at: datetime) -> dict[str, object]:
    costs = _costs(campaign)
    reasons = why(campaign, at=at)
    family = family_tree(campaign, reasons) if reasons else None
    return {
        "campaign": campaign,
        "organiser": display_name(campaign.organiser),
        "trainer": display_name(campaign.trainer),
        "coins_to_goal": -(-(campaign.goal or 0) // campaign.coin) if campaign.coin else 0,
        "collecting": campaign.stage in COLLECTING,
        **told_texts(campaign),
        "now": standing(campaign, at=at),
        "why": reasons,
        "costs": costs,
        "costs_sum": sum(cost.amount for cost in costs),
        "updates": _news(campaign),
        "people": wall(supporters_of(campaign)[:PEOPLE_ON_THE_PAGE]),
        "work": work_so_far(campaign, at=at),
        "share": share(campaign),
        "family": family,
        "tree_rows": family.rows if family else (),
    }


def told_texts(campaign: Campaign) -> dict[str, object]:
    """What its organiser wrote, in the reader's language where it was written in that one, too.

    `written` has the language of each text.
    """
    return {
        "written": {field: language_of(campaign, field) for field in TEXTS},
        **{field: campaign.text(field) for field in TEXTS[1:]},
    }


def language_of(campaign: Campaign, field: str) -> str:
    """The language in which `Campaign.text` gives a field, so that it can be read out in it."""
    other = "en" if campaign.language == "ja" else "ja"
    return campaign.language if campaign.text(field) == getattr(campaign, field) else other


def display_name(person: User | None) -> str:
    """The name that somebody gave, and never the address that they log in with."""
    return (person.first_name if person else "") or gettext("Somebody")


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
