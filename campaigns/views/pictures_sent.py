"""Pictures in the form of an update: taken in, described, dropped, and what to say of one that is refused."""

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.actions.add_picture import (
    MOST_PICTURES,
    PictureLine,
    TooManyPictures,
    add_picture,
    describe_pictures,
    drafted_pictures,
    drop_pictures,
)
from campaigns.actions.post_update import PicturesNotReady
from campaigns.forms.update import PictureForm
from campaigns.models import Campaign
from campaigns.uploaded_pictures import LARGEST_FILE, PictureRefused


def take_pictures_in(request: HttpRequest, campaign: Campaign, by: User) -> list[str]:
    """Everything that came is kept before anything else is looked at; the sentences say what was refused, and why."""
    _describe(request, campaign, by)
    refused = []
    for upload in request.FILES.getlist("pictures"):
        name = (upload.name or "")[:80]
        try:
            if (upload.size or 0) > LARGEST_FILE:
                raise PictureRefused("too-heavy")
            add_picture(campaign, upload.read(), at=timezone.now(), by=by)
        except TooManyPictures:
            refused.append(_("“%(name)s” was left out: an update has six pictures at most.") % {"name": name})
        except PictureRefused as error:
            refused.append(_refusal(error.reason) % {"name": name})
    return refused


def picture_forms(campaign: Campaign, by: User, unready: PicturesNotReady | None = None) -> list[PictureForm]:
    """A form for each picture that is waiting, as it is kept; beside its field stands what is not ready of it."""
    forms = [PictureForm(picture) for picture in drafted_pictures(campaign, by)[:MOST_PICTURES]]
    for form in forms:
        if unready is not None and form.picture.pk in unready.keys:
            form.mark("alt" if unready.reason == "undescribed" else "role", _not_ready_words(unready))
    return forms


def _not_ready_words(error: PicturesNotReady) -> str:
    return {
        "undescribed": _("Say what this picture shows, in plain words."),
        "one-side": _("A comparison needs two pictures: mark one as before and one as after."),
        "twice": _("A comparison has one picture before and one after. Mark the others as pictures by themselves."),
    }[error.reason]


def _describe(request: HttpRequest, campaign: Campaign, by: User) -> None:
    drop_pictures(campaign, list(_dropped(request)), by=by)
    lines = {}
    for picture in drafted_pictures(campaign, by):
        form = PictureForm(picture, request.POST)
        # Where nothing was sent about it, another window has added it since.
        if form.add_prefix("alt") in request.POST:
            form.is_valid()
            sent = form.cleaned_data
            lines[picture.pk] = PictureLine(sent.get("alt", picture.alt), sent.get("role", picture.role))
    describe_pictures(campaign, lines, by=by)


def _dropped(request: HttpRequest) -> Iterator[int]:
    return (int(key) for key in request.POST.getlist("drop") if key.isascii() and key.isdigit() and len(key) < 18)


def _refusal(reason: str) -> str:
    return {
        "too-heavy": _("“%(name)s” is larger than 8 MB. Save it smaller and add it again."),
        "svg": _("“%(name)s” is an SVG, which can carry a program. Export it as PNG and add that."),
        "not-a-picture": _("“%(name)s” is not a JPEG, PNG or WebP picture. Save it as one of these and add it again."),
        "too-many-pixels": _("“%(name)s” has more than 40 million pixels. Save it smaller and add it again."),
        "too-small": _("“%(name)s” is smaller than 64 pixels. Add a larger one."),
        "damaged": _("“%(name)s” could not be read to its end: it is damaged or cut short. Add it again."),
    }[reason]
