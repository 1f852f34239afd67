"""Feeds of news: Atom (RFC 4287) by Django's writer, and JSON Feed 1.1, in the language of their address."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import XMLGenerator

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.sharing.plain_text import one_line
from campaigns.views.feed_entries import Entry, campaign_entries, id_of, site_entries, version_entries
from campaigns.views.shared import lasting, public_campaign_or_404, public_version_or_404, reader, whole
from lineage.words import told

NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class News:
    """A feed. `page` is the address of what it is about, `since` from when it could have told something."""

    id: str
    title: str
    page: str
    entries: Sequence[Entry]
    since: datetime

    @property
    def updated(self) -> datetime:
        return self.entries[0].at if self.entries else self.since


class AtomWithContent(Atom1Feed):
    """Django's writer, with whole entries instead of summaries and the moment of the newest for a feed without any."""

    def latest_post_date(self) -> datetime:
        moment: datetime = self.feed["updated"]
        return moment

    def add_item_elements(self, handler: XMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)  # type: ignore[arg-type]
        handler.addQuickElement("content", item["html"], {"type": "html"})  # type: ignore[attr-defined]


@require_safe
def site_feed(request: HttpRequest) -> HttpResponse:
    return _atom(request, _of_site())


@require_safe
def site_feed_json(request: HttpRequest) -> HttpResponse:
    return _json(request, _of_site())


@require_safe
def campaign_feed(request: HttpRequest, slug: str) -> HttpResponse:
    return _atom(request, _of_campaign(slug))


@require_safe
def campaign_feed_json(request: HttpRequest, slug: str) -> HttpResponse:
    return _json(request, _of_campaign(slug))


@require_safe
def version_feed(request: HttpRequest, slug: str) -> HttpResponse:
    version = public_version_or_404(slug)
    name = one_line(told(version.name), 120)
    title = _("Updates and changes on record: %(name)s") % {"name": name}
    page = whole(reverse("version", args=[slug]))
    news = News(id_of(f"version/{slug}/{reader()}"), title, page, version_entries(version), version.added_at)
    return _atom(request, news)


def _of_site() -> News:
    return News(
        id=id_of(f"site/{reader()}"),
        title=_("Updates of all campaigns"),
        page=whole(reverse("home")),
        entries=site_entries(),
        since=NOTHING_YET,
    )


def _of_campaign(slug: str) -> News:
    campaign = public_campaign_or_404(slug)
    return News(
        id=id_of(f"campaign/{slug}/{reader()}"),
        title=one_line(_("Updates: %(campaign)s") % {"campaign": campaign.heading}, 120),
        page=whole(reverse("campaign", args=[slug])),
        entries=campaign_entries(campaign),
        since=campaign.opened_at or campaign.created_at,
    )


def _atom(request: HttpRequest, news: News) -> HttpResponse:
    feed = AtomWithContent(
        title=f"{news.title} · Genseki",
        link=news.page,
        description=None,
        language=reader(),
        author_name="Genseki",
        feed_url=whole(request.path),
        feed_guid=news.id,
        updated=news.updated,
    )
    for entry in news.entries:
        feed.add_item(
            title=entry.title,
            link=entry.address,
            description=None,  # type: ignore[arg-type]
            author_name=entry.author or None,
            pubdate=entry.at,
            updateddate=entry.at,
            unique_id=entry.id,
            html=entry.html,
        )
    body = feed.writeString("utf-8")
    return _kept(request, HttpResponse(body, content_type=feed.content_type), news)


def _json(request: HttpRequest, news: News) -> HttpResponse:
    """JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    said = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{news.title} · Genseki",
        "home_page_url": news.page,
        "feed_url": whole(request.path),
        "language": reader(),
        "authors": [{"name": "Genseki", "url": whole(reverse("home"))}],
        "items": [_item(entry) for entry in news.entries],
    }
    answer = JsonResponse(said, json_dumps_params={"ensure_ascii": False})
    answer["Content-Type"] = "application/feed+json"
    return _kept(request, answer, news)


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.id,
        "url": entry.address,
        "title": entry.title,
        "content_html": entry.html,
        "date_published": entry.at.isoformat(),
    }
    return item | ({"authors": [{"name": entry.author}]} if entry.author else {})


def _kept(request: HttpRequest, answer: HttpResponse, news: News) -> HttpResponse:
    answer["Last-Modified"] = http_date(news.updated.timestamp())
    return lasting(request, answer, etag=hashlib.sha256(answer.content).hexdigest()[:16])
