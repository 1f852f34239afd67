"""Tell supporters and followers how it goes."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.actions.add_picture import drafted_pictures
from campaigns.actions.keep_draft_words import drop_published_words
from campaigns.actions.publish_update import publish_update
from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.locks import hold_campaign
from campaigns.models import Campaign, Update, UpdatePicture

TELLING = frozenset(
    {
        Stage.OPEN,
        Stage.PAUSED,
        Stage.CLOSING,
        Stage.FUNDED,
        Stage.UNFUNDED,
        Stage.TRAINING,
        Stage.RELEASED,
        Stage.ABANDONED,
    }
)


class PicturesNotReady(Exception):
    """`reason`: undescribed, one-side (a before without an after, or the other way) or twice (two of one side).

    `keys` are the pictures that it is about.
    """

    def __init__(self, reason: str, pictures: Iterable[UpdatePicture]) -> None:
        super().__init__(reason)
        self.reason = reason
        self.keys = frozenset(picture.pk for picture in pictures)


@dataclass(frozen=True, slots=True)
class WrittenUpdate:
    """What a person tells. `body` is Markdown; `pictures` are keys of drafted pictures of theirs, in their order."""

    title: str
    body: str
    language: str
    pictures: Sequence[int] = ()


def post_update(campaign: Campaign, written: WrittenUpdate, *, at: datetime, by: User, form_nonce: str = "") -> Update:
    """Sent twice by the same form, it is one update.

    Raises NotPossibleNow before the campaign opens and after it was cancelled, and PicturesNotReady.
    """
    nonce = _nonce(form_nonce, written)
    with transaction.atomic():
        held = hold_campaign(campaign.pk)
        before = Update.objects.filter(campaign=held, form_nonce=nonce).first() if nonce else None
        if before is not None:
            return before
        if held.stage not in TELLING:
            raise NotPossibleNow("A campaign has updates from the day on which it opens.")
        pictures = list(drafted_pictures(held, by).select_for_update().filter(pk__in=written.pictures))
        refuse_unready(pictures)
        update = publish_update(
            held,
            Update.Kind.PROGRESS,
            at=at,
            author=by,
            title=written.title,
            body=written.body,
            language=written.language,
        )
        update.form_nonce = nonce
        update.save(update_fields=["form_nonce"])
        _attach(pictures, update, written.pictures)
        drop_published_words(held, written.title, written.body, by=by)
    return update


def refuse_unready(pictures: Sequence[UpdatePicture]) -> None:
    """Whoever cannot see a picture reads what it shows; and a comparison has two sides. Raises PicturesNotReady."""
    if undescribed := [picture for picture in pictures if not picture.alt.strip()]:
        raise PicturesNotReady("undescribed", undescribed)
    compared = [picture for picture in pictures if picture.role != UpdatePicture.Role.PLAIN]
    sides = Counter(picture.role for picture in compared)
    if twice := [picture for picture in compared if sides[picture.role] > 1]:
        raise PicturesNotReady("twice", twice)
    if len(sides) == 1:
        raise PicturesNotReady("one-side", compared)


def _attach(pictures: Sequence[UpdatePicture], update: Update, order: Sequence[int]) -> None:
    for picture in pictures:
        picture.update, picture.position = update, order.index(picture.pk) + 1
    UpdatePicture.objects.bulk_update(pictures, ["update", "position"])


def _nonce(form_nonce: str, written: WrittenUpdate) -> str:
    """The same words sent again by the same form are one update; other words, written after going back, another."""
    if not form_nonce:
        return ""
    says = [form_nonce, written.title, written.body, written.language, list(written.pictures)]
    return hashlib.sha256(json.dumps(says).encode()).hexdigest()[:48]
