"""The frame in which other sites show a card of ours."""

from django.urls import reverse
from django.utils.html import format_html

from campaigns.models import Campaign
from campaigns.sharing.plain_text import one_line
from campaigns.views.shared import whole
from lineage.models import Version
from lineage.words import told

CAMPAIGN_SIZE, VERSION_SIZE = (420, 260), (420, 300)


def campaign_frame(campaign: Campaign, size: tuple[int, int] = CAMPAIGN_SIZE) -> str:
    return frame(reverse("campaign_card", args=[campaign.slug]), campaign.heading, size)


def version_frame(version: Version, size: tuple[int, int] = VERSION_SIZE) -> str:
    return frame(reverse("version_card", args=[version.slug]), told(version.name), size)


def frame(path: str, title: str, size: tuple[int, int]) -> str:
    """It may open its links in the whole window and nothing else: no script, no form, no cookie of ours is in it."""
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" referrerpolicy="no-referrer" '
        'sandbox="allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox"></iframe>',
        whole(path),
        one_line(f"{title} – Genseki", 140),
        *size,
    )


def fitting(size: tuple[int, int], most: tuple[int | None, int | None]) -> tuple[int, int]:
    """The size, made smaller where less is allowed; what then does not fit is scrolled."""
    width, height = (one if limit is None else min(one, limit) for one, limit in zip(size, most, strict=True))
    return width, height
