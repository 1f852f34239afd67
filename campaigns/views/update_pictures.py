"""The pictures of updates, as files: for everybody once they are published, before that for those who work on it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from campaigns.lifecycle import PUBLIC
from campaigns.models import PictureFile
from campaigns.views.access import EVERYBODY_IN_IT, roles_of, signed_in

#: The name of a file is made from its content, so what it names never changes.
FOR_GOOD = "public, max-age=31536000, immutable"


@require_safe
def picture(request: HttpRequest, slug: str, sha256: str, width: int) -> HttpResponse:
    """A published one is sent without looking at who asks, so that a shared cache may keep it."""
    named = PictureFile.objects.filter(picture__campaign__slug=slug, picture__sha256=sha256, width=width)
    published = named.filter(picture__update__isnull=False, picture__campaign__stage__in=PUBLIC)
    found = published.first()
    if found is not None:
        return _file(found, FOR_GOOD)
    drafted = named.select_related("picture__campaign").first()
    may_see = drafted is not None and request.user.is_authenticated
    if drafted is None or not may_see or not roles_of(signed_in(request), drafted.picture.campaign) & EVERYBODY_IN_IT:
        raise Http404
    return _file(drafted, "private, no-store")


def _file(found: PictureFile, keeping: str) -> HttpResponse:
    return HttpResponse(
        bytes(found.content),
        content_type="image/webp",
        headers={
            "Cache-Control": keeping,
            "Content-Disposition": f'inline; filename="{found.width}.webp"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )
