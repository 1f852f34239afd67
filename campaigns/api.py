"""The JSON API, which only tells. Amounts are integer minor units with the currency beside them; days are ISO 8601.

It lives here and not in lineage because a version's updates are campaigns': lineage does not know them.
"""

from typing import Any
from urllib.parse import unquote

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from campaigns import api_shapes as shapes
from campaigns import public_ledger
from campaigns.lifecycle import PUBLIC
from campaigns.models import Campaign, Update
from campaigns.totals import Totals, totals, totals_of
from lineage.models import Version
from lineage.verdicts import record_on

MOST, FARTHEST = 100, 1_000_000


class Api(NinjaAPI):
    """The addresses below, and in its document also those that lineage answers by itself."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**options)
        document["paths"][reverse("judge")] = {"post": shapes.JUDGE}
        document["paths"][reverse("what_if_file")] = {"post": shapes.WHAT_IF}
        document["paths"][unquote(reverse("what_if_answer", args=["{slug}"]))] = {"get": shapes.WHAT_IF_ON_FILE}
        return document


api = Api(
    title="Genseki",
    version="1",
    description="Campaigns that free AI image models from inherited licences, and the lineage behind them. "
    "Nothing here changes anything. Amounts are integer minor units of the currency beside them. "
    "Verdicts are not legal advice.",
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="api",
)


@api.get("/campaigns", response=shapes.Campaigns, summary="Campaigns that have opened, newest first")
def campaigns(request: HttpRequest, stage: str | None = None, offset: int = 0, limit: int = MOST) -> dict[str, Any]:
    found = Campaign.objects.filter(stage__in=PUBLIC).select_related("tainted_version", "clean_version")
    if stage is not None:
        found = found.filter(stage=_storable(stage))
    page = list(found[_part(offset, limit, MOST)])
    sums = totals_of(page)
    return {"count": found.count(), "items": [_campaign(campaign, sums[campaign.pk]) for campaign in page]}


@api.get("/campaigns/{slug}", response=shapes.CampaignShape, summary="One campaign, as it stands now")
def campaign(request: HttpRequest, slug: str) -> dict[str, Any]:
    shown = _public(slug)
    return _campaign(shown, totals(shown))


@api.get("/campaigns/{slug}/updates", response=list[shapes.UpdateShape], summary="Its updates, newest first")
def updates(request: HttpRequest, slug: str) -> list[dict[str, Any]]:
    found = Update.objects.filter(campaign=_public(slug)).select_related("campaign", "version")
    return [_update(update) for update in found[:MOST]]


@api.get("/campaigns/{slug}/ledger", response=shapes.Ledger, summary="Every journal entry; nobody is named")
def ledger(request: HttpRequest, slug: str, offset: int = 0, limit: int = 1000) -> dict[str, Any]:
    shown = _public(slug)
    entries = public_ledger.rows(shown)
    page = (public_ledger.as_public(shown, row) for row in entries[_part(offset, limit, 1000)])
    return {
        "campaign": shown.slug,
        "currency": shown.currency,
        "count": entries.count(),
        "entries": [
            {
                "number": one.entry.number,
                "kind": one.entry.kind,
                "day": one.entry.day,
                "currency": one.entry.currency,
                "mark": one.entry.mark,
                "memo": one.entry.memo,
                "postings": [
                    {"account": account, "amount": amount} for account, amount in sorted(one.entry.postings.items())
                ],
                "hash": one.hash,
            }
            for one in page
        ],
    }


@api.get(
    "/versions/{slug}", response=shapes.VersionShape, summary="A model version: what it inherits, and by which path"
)
def version(request: HttpRequest, slug: str) -> dict[str, Any]:
    shown = _version(slug)
    record = record_on(shown, timezone.localdate())
    return {
        "slug": shown.slug,
        "name": shown.name,
        "planned": shown.planned,
        "illustration": shown.illustration,
        "sha256": shown.sha256 or None,
        "released_at": shown.released_at,
        "as_of": record.on,
        "lineage": record.state,
        "inherited_restrictions": [
            {
                "term": item.term.id,
                "limit": item.term.limit,
                "licence": item.licence,
                "origin": item.origin,
                "certain": item.certain,
                "path": list(item.path),
                "clause": item.term.clause,
                "quote": item.term.quote,
            }
            for item in record.restrictions
        ],
        "disclaimer": "A model of licence texts, not legal advice.",
    }


@api.get("/versions/{slug}/updates", response=list[shapes.UpdateShape], summary="What campaigns told of a version")
def version_updates(request: HttpRequest, slug: str) -> list[dict[str, Any]]:
    found = Update.objects.filter(version=_version(slug), campaign__stage__in=PUBLIC)
    return [_update(update) for update in found.select_related("campaign", "version")[:MOST]]


def _part(offset: int, limit: int, most: int) -> slice:
    """What was asked for, as far as a database counts."""
    start = min(max(offset, 0), FARTHEST)
    return slice(start, start + min(max(limit, 1), most))


def _storable(text: str) -> str:
    """PostgreSQL takes no NUL, not even to say that it has found nothing."""
    return text.replace("\x00", "\ufffd")


def _public(slug: str) -> Campaign:
    found = Campaign.objects.select_related("tainted_version", "clean_version").filter(stage__in=PUBLIC)
    shown = found.filter(slug=_storable(slug)).first()
    if shown is None:
        raise Http404(f"There is no campaign {slug!r}.")
    return shown


def _version(slug: str) -> Version:
    shown = Version.objects.filter(slug=_storable(slug)).first()
    if shown is None:
        raise Http404(f"There is no version {slug!r}.")
    return shown


def _campaign(shown: Campaign, sums: Totals) -> dict[str, Any]:
    return {
        "slug": shown.slug,
        "title": shown.heading,
        "stage": shown.stage,
        "kind": shown.kind,
        "currency": shown.currency,
        "goal": shown.goal,
        "ceiling": shown.ceiling,
        "coin": shown.coin,
        "raised": sums.raised,
        "promised": sums.promised,
        "matched": sums.matched,
        "supporters": sums.supporters,
        "fees": sums.fees,
        "refunded": sums.refunded,
        "deadline": shown.deadline,
        "opened_at": shown.opened_at,
        "closed_at": shown.closed_at,
        "tainted_version": shown.tainted_version.slug if shown.tainted_version else None,
        "clean_version": shown.clean_version.slug if shown.clean_version else None,
    }


def _update(update: Update) -> dict[str, Any]:
    return {
        "number": update.number,
        "kind": update.kind,
        "campaign": update.campaign.slug,
        "version": update.version.slug,
        "published_at": update.published_at,
        "title": update.title,
        "body": update.body,
        "data": update.data,
    }
