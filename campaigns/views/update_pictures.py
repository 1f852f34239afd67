"""The pictures of updates, as files: for everybody once they are published, before that for those who work on it."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from campaigns.actions.draw_missing_picture import draw_missing_picture, widest_of
from campaigns.lifecycle import PUBLIC
from campaigns.models import PictureFile, UpdatePicture
from campaigns.uploaded_pictures import OthersAreDrawing
from campaigns.views.access import EVERYBODY_IN_IT, roles_of, signed_in

#: The name of a file is made from its content, so what it names never changes.
FOR_GOOD = "public, max-age=31536000, immutable"
NOT_AT_ALL = "private, no-store"


@require_safe
def picture(request: HttpRequest, slug: str, sha256: str, width: int, kind: str) -> HttpResponse:
    """A published one is sent without looking at who asks, so that a shared cache may keep it."""
    named = UpdatePicture.objects.filter(campaign__slug=slug, sha256=sha256)
    published = named.filter(update__isnull=False, campaign__stage__in=PUBLIC)
    found = _file_of(published, width, kind)
    if found is not None:
        return _sent(found, FOR_GOOD if found.kind == kind else NOT_AT_ALL)
    drafted = named.select_related("campaign").first()
    may_see = drafted is not None and request.user.is_authenticated
    if drafted is None or not may_see or not roles_of(signed_in(request), drafted.campaign) & EVERYBODY_IN_IT:
        raise Http404
    found = _file_of(named, width, kind)
    if found is None:
        raise Http404
    return _sent(found, NOT_AT_ALL)


def _file_of(pictures: QuerySet[UpdatePicture], width: int, kind: str) -> PictureFile | None:
    """As a rule it is there; a picture that was sent before there was AVIF is drawn for the first who asks.

    Nobody waits for drawing: as long as another picture is drawn, it is the file that browsers without AVIF get. What
    a browser shows goes by what is in the file.
    """
    found = PictureFile.objects.filter(picture__in=pictures, width=width, kind=kind).first()
    if found is not None or kind != PictureFile.Kind.AVIF or (kept := pictures.first()) is None:
        return found
    try:
        return draw_missing_picture(kept, width)
    except OthersAreDrawing:
        return widest_of(kept)


def _sent(found: PictureFile, keeping: str) -> HttpResponse:
    return HttpResponse(
        bytes(found.content),
        content_type=f"image/{found.kind}",
        headers={
            "Cache-Control": keeping,
            "Content-Disposition": f'inline; filename="{found.width}.{found.kind}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )
