"""Updates in templates: with pictures and record, and the addresses of a picture's files."""

from collections import Counter
from collections.abc import Iterable

from django import template
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign, Update, UpdatePicture
from campaigns.uploaded_pictures import AVIF, WEBP, avif_widths_of, widths_of
from campaigns.views.then_and_now import Told, tell_updates, with_few_pictures
from lineage.verdicts import DayRecord, DayVerdict

register = template.Library()

ORDER = ("allowed", "conditional", "unclear", "blocked")
#: What a browser without srcset gets, and what others begin with.
MIDDLE = 800


@register.filter
def told(updates: Iterable[Update]) -> list[Told]:
    """As they are told today. The updates come with their campaign and version."""
    return tell_updates(list(updates), at=timezone.now())


@register.filter
def few_pictures(updates: list[Told]) -> list[Told]:
    """For a page of many updates, which is to stay light."""
    return with_few_pictures(updates)


@register.filter
def any_laid_over(updates: list[Told]) -> bool:
    return any(one.laid_over for one in updates)


@register.filter
def sources(picture: UpdatePicture, campaign: Campaign) -> str:
    """The widths that a browser can choose from, as `srcset` wants them."""
    return _choice(picture, campaign, WEBP, widths_of(picture.width))


@register.filter
def avif_sources(picture: UpdatePicture, campaign: Campaign) -> str:
    """The same for a browser that knows AVIF; empty where none is made."""
    return _choice(picture, campaign, AVIF, avif_widths_of(picture.width, picture.height))


@register.filter
def source(picture: UpdatePicture, campaign: Campaign) -> str:
    """One file of a middling width."""
    widths = widths_of(picture.width)
    return _address(picture, campaign, WEBP, max((width for width in widths if width <= MIDDLE), default=widths[0]))


@register.filter
def shown(one: DayVerdict) -> str:
    """The verdict that people are told: what only asks for duties is free to do."""
    return "allowed" if one.duties else one.verdict


@register.filter
def tally(record: DayRecord) -> list[tuple[str, int]]:
    """How many of the eight uses have each verdict, the best first."""
    counted = Counter(shown(one) for one in record.verdicts.values())
    return [(verdict, counted[verdict]) for verdict in ORDER if counted[verdict]]


def _choice(picture: UpdatePicture, campaign: Campaign, kind: str, widths: Iterable[int]) -> str:
    return ", ".join(f"{_address(picture, campaign, kind, width)} {width}w" for width in widths)


def _address(picture: UpdatePicture, campaign: Campaign, kind: str, width: int) -> str:
    named = {"slug": campaign.slug, "sha256": picture.sha256, "width": width, "kind": kind}
    return reverse("update_picture", kwargs=named)
