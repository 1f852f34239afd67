"""A version's lineage to take away: as a lineage file, as a picture, for Graphviz."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.utils.csp import CSP
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lineage.engine.writing import write
from lineage.models import Version
from lineage.picture import TooLarge, dot, download
from lineage.records import lineage_of
from lineage.verdicts import Family, family_of, note_on, picture_words, record_on
from lineage.views.family_asked import family_asked
from lineage.views.version_head import day_asked
from lineage.views.who_asks import who_asks


@require_safe
def version_file(request: HttpRequest, slug: str) -> HttpResponse:
    version = get_object_or_404(Version, slug=slug)
    return attachment(write(lineage_of([version.slug])), "application/json", f"{slug}.lineage.json")


@require_safe
def version_svg(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture carries its own style; the policy lets it do nothing else, wherever it is opened.

    Of a large family it shows what the page does (`?show=`, `?open=`), and says how many models it leaves out.
    """
    family = _family(request, slug)
    try:
        if family.too_large:
            raise TooLarge(len(family.whole.nodes))
        picture = download(family.tree, picture_words(_note_of_file(family)))
    except TooLarge as error:
        raise Http404(_("This family is too large for a picture. The lineage file has all of it.")) from error
    answer = attachment(picture, "image/svg+xml", f"{slug}.svg")
    patch_vary_headers(answer, ["Cookie"])
    answer.headers[CSP.HEADER_ENFORCE.value] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


@require_safe
def version_dot(request: HttpRequest, slug: str) -> HttpResponse:
    """All of the family: who draws it themselves can choose for themselves."""
    answer = attachment(dot(_family(request, slug).whole), "text/vnd.graphviz", f"{slug}.dot")
    patch_vary_headers(answer, ["Cookie"])
    return answer


def _note_of_file(family: Family) -> str:
    """A file goes where no page says it: what the states are, and what they are not."""
    return " ".join(part for part in (note_on(family), _("A reading of licence texts, not legal advice.")) if part)


def _family(request: HttpRequest, slug: str) -> Family:
    record = record_on(get_object_or_404(Version, slug=slug), day_asked(request))
    asked = family_asked(request, who_asks(request).asker, site=settings.SITE_URL)
    return family_of(record, asked=asked)


def attachment(text: str, content_type: str, name: str) -> HttpResponse:
    """A text to be saved under a name, which may be made of an id."""
    named = content_disposition_header(as_attachment=True, filename=get_valid_filename(name.replace("/", "-")))
    return HttpResponse(
        text, content_type=f"{content_type}; charset=utf-8", headers={"Content-Disposition": named or "attachment"}
    )
