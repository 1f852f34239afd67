"""What feeds tell: the updates of campaigns as their pages tell them, and what changed on the record of a version."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from urllib.parse import urlsplit

import nh3
from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import markdown
from campaigns.lifecycle import PUBLIC
from campaigns.models import Campaign, Update
from campaigns.sharing.plain_text import in_xml, one_line
from campaigns.views.shared import whole
from lineage.models import LogEntry, Version
from lineage.words import told

MOST = 30
LONGEST_TITLE = 200
NAMED_SINCE = 2026
"""The year in which these ids were first given out. It is part of them, so it never changes."""

ON_RECORD = {
    LogEntry.Kind.VERSION_REGISTERED: gettext_lazy("Put on record"),
    LogEntry.Kind.GRANT_RECORDED: gettext_lazy("A licence was put on record"),
    LogEntry.Kind.DERIVATION_RECORDED: gettext_lazy("A parent was put on record"),
    LogEntry.Kind.PLAN_REPLACED: gettext_lazy("The plan was changed"),
    LogEntry.Kind.VERSION_RELEASED: gettext_lazy("Released"),
    LogEntry.Kind.PROPOSAL_DECIDED: gettext_lazy("A proposal was decided"),
    LogEntry.Kind.CLAIM_DISPUTED: gettext_lazy("A statement was disputed"),
    LogEntry.Kind.DISPUTE_SETTLED: gettext_lazy("A dispute was settled"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """`html` can do no harm and its links are whole. `author` is the name that the page shows, empty for the clock."""

    id: str
    address: str
    title: str
    html: str
    at: datetime
    author: str


def site_entries() -> list[Entry]:
    updates = Update.objects.filter(campaign__stage__in=PUBLIC)
    return [_told(update, update.campaign, named=True) for update in _newest(updates)]


def campaign_entries(campaign: Campaign) -> list[Entry]:
    return [_told(update, campaign, named=False) for update in _newest(campaign.updates.all())]


def version_entries(version: Version) -> list[Entry]:
    """Who put something on record is not told."""
    updates = Update.objects.filter(version=version, campaign__stage__in=PUBLIC)
    told = [_told(update, update.campaign, named=True) for update in _newest(updates)]
    log = LogEntry.objects.filter(version=version, kind__in=list(ON_RECORD)).order_by("-at", "-pk")[:MOST]
    entries = [*told, *(_recorded(entry, version) for entry in log)]
    return sorted(entries, key=lambda entry: (entry.at, entry.id), reverse=True)[:MOST]


def id_of(what: str) -> str:
    """A name for ever (RFC 4151), also when the address of the page changes."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{NAMED_SINCE}:{what}"


def _newest(updates: QuerySet[Update]) -> Iterable[Update]:
    with_all = updates.select_related("author", "version", "campaign__clean_version", "campaign__tainted_version")
    return with_all.order_by("-published_at", "-pk")[:MOST]


def _told(update: Update, campaign: Campaign, *, named: bool) -> Entry:
    context = {"update": update, "campaign": campaign, "named": named}
    title = unescape(render_to_string("campaigns/_update_title.html", context)).strip()
    author = (update.author.first_name or _("Somebody")) if update.author else ""
    return Entry(
        id=id_of(f"campaign/{campaign.slug}/update/{update.number}"),
        address=whole(reverse("update", args=[campaign.slug, update.number])),
        title=one_line(f"{campaign.heading}: {title}" if named else title, LONGEST_TITLE),
        html=harmless(render_to_string("campaigns/_update_told.html", context)),
        at=update.published_at,
        author=one_line(author, LONGEST_TITLE),
    )


def _recorded(entry: LogEntry, version: Version) -> Entry:
    what, name = str(ON_RECORD[LogEntry.Kind(entry.kind)]), told(version.name)
    address = whole(reverse("version", args=[version.slug]))
    link = format_html('<p>{}: <a href="{}">{}</a>{}</p>', what, address, name, _detail(entry))
    return Entry(
        id=id_of(f"record/{entry.pk}"),
        address=address,
        title=one_line(f"{name}: {what}", LONGEST_TITLE),
        html=harmless(link),
        at=entry.at,
        author="",
    )


def _detail(entry: LogEntry) -> str:
    """The licence or the parent that it is about, where the log says so."""
    about = entry.data.get("licence") or entry.data.get("parent")
    return f" ({about})" if isinstance(about, str) else ""


def harmless(html: str) -> str:
    """What a reader may show: the tags of what people write, with whole links, and nothing that XML cannot hold."""
    clean = nh3.clean(
        in_xml(html),
        tags=markdown.TAGS,
        clean_content_tags={"script", "style", "template", "svg", "form"},
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        attribute_filter=_whole_link,
        link_rel="nofollow ugc noopener",
    )
    return re.sub(r"\s*\n\s*", "\n", clean).strip()


def _whole_link(tag: str, attribute: str, value: str) -> str:
    return whole(value) if attribute == "href" and value.startswith("/") and not value.startswith("//") else value
