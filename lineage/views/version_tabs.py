"""The five tabs of a version, each at an address of its own: a large family is worked out only as far as is asked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from lineage.kept_pages import kept_page
from lineage.models import Version
from lineage.verdicts import Record, proof, record_on, texts_that_count
from lineage.views.family_asked import family_asked
from lineage.views.version_head import VersionHead, context_of, day_asked, head_of, show
from lineage.views.version_history import version_history
from lineage.views.version_made import made_from
from lineage.views.version_page import VersionPage, version_page
from lineage.views.who_asks import remember, who_asks


@require_safe
def family_tree(request: HttpRequest, slug: str) -> HttpResponse:
    """The plain address is asked for most; who asks with figures or wishes of their own gets a page of their own."""
    who, template = who_asks(request), "lineage/version.html"
    if request.GET or who.own:
        return show(request, template, *_family(request, slug))
    key = (timezone.localdate(), who.asker.kind)
    return remember(kept_page(request, template, lambda: context_of(*_family(request, slug)), key=key), who)


def _family(request: HttpRequest, slug: str) -> tuple[VersionHead, VersionPage]:
    asked = family_asked(request, who_asks(request).asker)
    page = version_page(get_object_or_404(Version, slug=slug), day_asked(request), asked)
    return head_of(request, page.record, "version"), page


@require_safe
def verdicts(request: HttpRequest, slug: str) -> HttpResponse:
    head = head_of(request, _record(request, slug), "version_verdicts")
    answers = [(item, proof(head.record, item)) for item in head.strip]
    return show(request, "lineage/version_verdicts.html", head, answers)


@require_safe
def licence_texts(request: HttpRequest, slug: str) -> HttpResponse:
    head = head_of(request, _record(request, slug), "version_texts")
    return show(request, "lineage/version_texts.html", head, texts_that_count(head.record, head.own_licence))


@require_safe
def made_from_it(request: HttpRequest, slug: str) -> HttpResponse:
    head = head_of(request, _record(request, slug), "version_made")
    page = made_from(head.record.version, request.GET.get("page", ""))
    return show(request, "lineage/version_made.html", head, page)


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    head = head_of(request, _record(request, slug), "version_history")
    return show(request, "lineage/version_history.html", head, version_history(head.record.version))


def _record(request: HttpRequest, slug: str) -> Record:
    return record_on(get_object_or_404(Version, slug=slug), day_asked(request))
