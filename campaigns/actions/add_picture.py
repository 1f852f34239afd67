"""Keep a picture for an update that somebody is still writing, and arrange or drop what was kept."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, QuerySet

from campaigns.locks import one_at_a_time
from campaigns.models import Campaign, PictureFile, UpdatePicture
from campaigns.uploaded_pictures import AVIF, draw_again

MOST_PICTURES = 6


class TooManyPictures(Exception):
    """An update has six pictures at most."""


@dataclass(frozen=True, slots=True)
class PictureLine:
    """What its author says of a picture."""

    alt: str
    role: str


def drafted_pictures(campaign: Campaign, by: User) -> QuerySet[UpdatePicture]:
    """The pictures that somebody added and has not published, in their order."""
    return UpdatePicture.objects.filter(campaign=campaign, author=by, update=None)


def add_picture(campaign: Campaign, data: bytes, *, at: datetime, by: User) -> UpdatePicture:
    """`data`: a file as it was sent. Raises TooManyPictures, and PictureRefused for what is no picture that we take."""
    _refuse_too_many(campaign, by)
    drawn = draw_again(data)
    with transaction.atomic():
        # Another window may have added one while this was drawn.
        one_at_a_time(f"pictures:{campaign.pk}:{by.pk}")
        _refuse_too_many(campaign, by)
        last = drafted_pictures(campaign, by).aggregate(last=Max("position"))["last"] or 0
        picture = UpdatePicture.objects.create(
            campaign=campaign,
            author=by,
            sha256=hashlib.sha256(drawn[-1].content).hexdigest(),
            width=drawn[-1].width,
            height=drawn[-1].height,
            position=last + 1,
            added_at=at,
        )
        PictureFile.objects.bulk_create(
            PictureFile(picture=picture, kind=one.kind, width=one.width, height=one.height, content=one.content)
            # Processes of the last version that still run take the first file of a width for WebP.
            for one in sorted(drawn, key=lambda one: one.kind == AVIF)
        )
    return picture


def describe_pictures(campaign: Campaign, lines: Mapping[int, PictureLine], *, by: User) -> None:
    """By key. What is not this author's, or was published, is left alone."""
    with transaction.atomic():
        told = list(drafted_pictures(campaign, by).select_for_update().filter(pk__in=lines))
        for picture in told:
            picture.alt, picture.role = lines[picture.pk].alt, lines[picture.pk].role
        UpdatePicture.objects.bulk_update(told, ["alt", "role"])


def drop_pictures(campaign: Campaign, keys: Collection[int], *, by: User) -> int:
    """How many were there to be dropped. What is published meanwhile stays."""
    return delete_pictures(drafted_pictures(campaign, by).filter(pk__in=keys))


def delete_pictures(pictures: QuerySet[UpdatePicture]) -> int:
    """How many of them there were, once nobody else was at work on them; a deletion by itself would not look again."""
    with transaction.atomic():
        held = list(pictures.select_for_update().values_list("pk", flat=True))
        return UpdatePicture.objects.filter(pk__in=held).delete()[1].get("campaigns.UpdatePicture", 0)


def _refuse_too_many(campaign: Campaign, by: User) -> None:
    if drafted_pictures(campaign, by).count() >= MOST_PICTURES:
        raise TooManyPictures
