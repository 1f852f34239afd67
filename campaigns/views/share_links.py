"""The share box: plain links to where people talk, a code to print, and what to paste into a README or a page."""

from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.lifecycle import GIVING
from campaigns.models import Campaign
from campaigns.sharing.plain_text import one_line
from campaigns.sharing.qr_code import qr_svg
from campaigns.templatetags.money import first_in_words
from campaigns.views.embed_code import campaign_frame
from campaigns.views.shared import drawing, lasting, public_campaign_or_404, reader, whole

# X counts a Japanese character twice, and 280 in all with the address: this leaves room for our words.
LONGEST_TITLE = 80


def share(campaign: Campaign) -> dict[str, str]:
    """Plain links: nothing of these sites is loaded here."""
    address = whole(reverse("campaign", args=[campaign.slug]))
    title = one_line(campaign.heading, LONGEST_TITLE)
    text = _text(campaign, title)
    both = f"{text} {address}"
    return {
        "address": address,
        "x": "https://x.com/intent/post?" + urlencode({"text": text, "url": address}),
        "bluesky": "https://bsky.app/intent/compose?" + urlencode({"text": both}),
        "misskey": "https://misskey-hub.net/share/?" + urlencode({"text": text, "url": address}, quote_via=quote),
        "line": "https://social-plugins.line.me/lineit/share?" + urlencode({"url": address, "text": text}),
        "mail": f"mailto:?subject={quote(title)}&body={quote(both)}",
        "feed": reverse("campaign_feed", args=[campaign.slug]),
        "calendar": reverse("campaign_calendar", args=[campaign.slug]),
        "badge": badge_markdown(campaign),
        "badge_picture": _badge_path(campaign),
        "frame": campaign_frame(campaign),
        "qr_file": reverse("campaign_qr", args=[campaign.slug]),
        "qr": qr_of(campaign, inline=True),
    }


def _text(campaign: Campaign, title: str) -> str:
    """What stands in the box of the other site already; whoever shares may change it there."""
    if campaign.stage in GIVING and campaign.coin:
        coin = first_in_words(campaign.coin, campaign.currency)
        return _("%(title)s – one coin (%(coin)s) helps to make a clean version.") % {"title": title, "coin": coin}
    return _("%(title)s – on Genseki") % {"title": title}


def badge_markdown(campaign: Campaign) -> str:
    picture = whole(_badge_path(campaign))
    # Square brackets and backslashes would end the text of the picture.
    alt = "".join(f"\\{sign}" if sign in "[]\\`*_<>" else sign for sign in one_line(campaign.heading, LONGEST_TITLE))
    return f"[![{alt}]({picture})]({whole(reverse('campaign', args=[campaign.slug]))})"


def _badge_path(campaign: Campaign) -> str:
    return reverse("campaign_badge", args=[campaign.slug]) + ("?lang=ja" if reader() == "ja" else "")


def qr_of(campaign: Campaign, *, inline: bool) -> SafeString:
    """It leads to the address without a language, so that whoever scans a poster gets their own."""
    address = whole(f"/c/{campaign.slug}/")
    title = _("QR code for this campaign")
    return mark_safe(qr_svg(address, title, inline=inline))  # noqa: S308 - of our own drawing


@require_safe
def campaign_qr(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = public_campaign_or_404(slug)
    return lasting(request, drawing(qr_of(campaign, inline=False)), etag=f"qr-{reader()}-{campaign.pk}", seconds=86_400)
