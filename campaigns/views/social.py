"""What sites show beside a link to a page of ours: a title, a sentence, a picture; and where its feeds are."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.sharing.canvas import HEIGHT, WIDTH
from campaigns.sharing.plain_text import one_line
from campaigns.views.faces import Judged, campaign_face, site_face, version_face
from campaigns.views.pictures import picture_address
from campaigns.views.shared import reader, whole
from campaigns.views.standing import Standing
from lineage.models import Licence
from lineage.words import state_sentence, state_word, told

LOCALES = {"en": "en_US", "ja": "ja_JP"}
LONGEST_TITLE, LONGEST_DESCRIPTION = 120, 300
ATOM, JSON_FEED = "application/atom+xml", "application/feed+json"


@dataclass(frozen=True, slots=True)
class Social:
    """`kind` is Open Graph's (website, article). `feeds` are (address, media type, title); `oembed` may be empty."""

    title: str
    description: str
    picture: str
    picture_alt: str
    kind: str = "website"
    feeds: tuple[tuple[str, str, str], ...] = ()
    oembed: str = ""

    @property
    def locale(self) -> str:
        return LOCALES[reader()]

    @property
    def other_locales(self) -> tuple[str, ...]:
        return tuple(locale for language, locale in LOCALES.items() if language != reader())

    @property
    def picture_size(self) -> tuple[int, int]:
        return WIDTH, HEIGHT


def of_home() -> Social:
    face = site_face()
    return Social(
        title=f"Genseki · {face.headline}",
        description=face.sentence,
        picture=picture_address("site_picture", face),
        picture_alt=face.headline,
        feeds=site_feeds(),
    )


def of_campaign(now: Standing, *, update: str = "") -> Social | None:
    """None for a campaign that is not public. `update` is the title of one of its updates, where the page is that's."""
    campaign = now.campaign
    if not campaign.is_public:
        return None
    face = campaign_face(now)
    sums = f"{face.raised} {face.of_goal} ({face.percent}%)"
    summary = one_line(campaign.text("summary"), LONGEST_DESCRIPTION)
    return Social(
        title=one_line(f"{update} – {face.title}" if update else face.title, LONGEST_TITLE),
        description=summary or sums,
        picture=picture_address("campaign_picture", face, campaign.slug),
        picture_alt=one_line(f"{face.title}: {face.stage}, {sums}", LONGEST_DESCRIPTION),
        kind="article" if update else "website",
        feeds=campaign_feeds(campaign) + site_feeds(),
        oembed=oembed_address(reverse("campaign", args=[campaign.slug])),
    )


def of_version(found: Judged) -> Social:
    face = version_face(found)
    slug = found.version.slug
    answers = ", ".join(f"{answer.use}: {answer.verdict}" for answer in face.answers)
    title = _("Updates and changes on record: %(name)s") % {"name": face.name}
    return Social(
        title=f"{face.name}: {state_word(found.state)}",
        description=one_line(state_sentence(found.state), LONGEST_DESCRIPTION),
        picture=picture_address("version_picture", face, slug),
        picture_alt=one_line(f"{face.name}: {face.state}. {answers}", 2 * LONGEST_DESCRIPTION),
        feeds=((whole(reverse("version_feed", args=[slug])), ATOM, title),),
        oembed=oembed_address(reverse("version", args=[slug])),
    )


def of_licence(licence: Licence) -> Social:
    face = site_face()
    return Social(
        title=one_line(told(licence.name or licence.slug), LONGEST_TITLE),
        description=_("What this licence asks and forbids, in plain words, and which models carry it."),
        picture=picture_address("site_picture", face),
        picture_alt=face.headline,
    )


def site_feeds() -> tuple[tuple[str, str, str], ...]:
    title = _("Updates of all campaigns")
    return (
        (whole(reverse("site_feed")), ATOM, title),
        (whole(reverse("site_feed_json")), JSON_FEED, title),
    )


def campaign_feeds(campaign: Campaign) -> tuple[tuple[str, str, str], ...]:
    title = one_line(_("Updates: %(campaign)s") % {"campaign": campaign.heading}, LONGEST_TITLE)
    args = [campaign.slug]
    return (
        (whole(reverse("campaign_feed", args=args)), ATOM, title),
        (whole(reverse("campaign_feed_json", args=args)), JSON_FEED, title),
    )


def oembed_address(path: str) -> str:
    return f"{whole(reverse('oembed'))}?{urlencode({'url': whole(path), 'format': 'json'})}"
