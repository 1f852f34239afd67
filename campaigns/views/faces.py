"""Campaigns, versions and the site in the words that their pictures and badges show, in the language that is spoken."""

from dataclasses import dataclass
from datetime import date

from django.utils import dateformat
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.sharing.campaign_picture import CampaignFace
from campaigns.sharing.plain_text import one_line
from campaigns.sharing.site_picture import SiteFace
from campaigns.sharing.version_picture import Answer, VersionFace
from campaigns.templatetags.deadlines import DAYS, day_words, moment_words
from campaigns.templatetags.money import code_beside, figure
from campaigns.views.shared import reader
from campaigns.views.standing import Standing
from lineage.models import Version
from lineage.verdicts import FamilyTooLarge, StripItem, record_on, strip_of
from lineage.words import state_word, told, use_word, verdict_word

LOOKS = {"allowed": "ok", "conditional": "cond", "unclear": "unclear", "blocked": "bad"}
STATES = {"clean": "ok", "suspect": "unclear", "tainted": "bad"}
STAGES = {
    "open": ("live", gettext_lazy("Open for coins")),
    "paused": ("cond", gettext_lazy("Paused")),
    "closing": ("cond", gettext_lazy("Closing")),
    "funded": ("ok", gettext_lazy("Funded")),
    "unfunded": ("cond", gettext_lazy("Closed below the goal")),
    "training": ("ok", gettext_lazy("Funded, in training")),
    "released": ("ok", gettext_lazy("Released")),
    "abandoned": ("bad", gettext_lazy("Given up")),
    "cancelled": ("bad", gettext_lazy("Cancelled")),
}
TITLE, NAME = 120, 120
LARGEST_FAMILY = 1_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A version's state on a day, and its eight answers; no answers where the family is too large to be asked here."""

    version: Version
    state: str
    on: date
    strip: tuple[StripItem, ...]


def judged(version: Version, on: date, *, with_answers: bool = True) -> Judged:
    """What is too large to be looked at for a picture has open questions: unknown is never clean."""
    try:
        record = record_on(version, on, largest=LARGEST_FAMILY)
    except FamilyTooLarge:
        return Judged(version, "suspect", on, ())
    return Judged(version, record.state, on, strip_of(record) if with_answers else ())


def stage_of(campaign: Campaign) -> tuple[str, str]:
    """How the stage of a public campaign looks, and its word."""
    look, word = STAGES["paused" if campaign.giving_paused and campaign.stage == "open" else campaign.stage]
    return look, str(word)


def campaign_face(now: Standing) -> CampaignFace:
    campaign = now.campaign
    look, stage = stage_of(campaign)
    models = (campaign.tainted_version, campaign.clean_version)
    return CampaignFace(
        title=one_line(campaign.heading, TITLE),
        fallback=campaign.slug,
        models=one_line(" → ".join(told(model.name) for model in models if model), 2 * NAME),
        look=look,
        stage=stage,
        raised=figure(now.progress.raised, campaign.currency),
        of_goal=f"{code_beside(campaign.currency)} {_of_goal(now)}".strip(),
        percent=now.progress.percent,
        supporters=supporters_of(now),
        until=_until(now),
    )


def _of_goal(now: Standing) -> str:
    return gettext("of %(goal)s") % {"goal": figure(now.progress.goal, now.campaign.currency)}


def supporters_of(now: Standing) -> str:
    people = now.progress.supporters
    if now.promising:
        words = ngettext("Promised by %(people)s supporter", "Promised by %(people)s supporters", people)
    else:
        words = ngettext("%(people)s supporter", "%(people)s supporters", people)
    return words % {"people": f"{people:,}"}


def _until(now: Standing) -> str:
    """When it ends, as a moment that stays true, or when it ended."""
    campaign = now.campaign
    if campaign.closed_at:
        return _("closed on %(day)s") % {"day": day_words(campaign.closed_at, campaign.zone)}
    if campaign.deadline and now.giving:
        return _("until %(moment)s") % {"moment": moment_words(campaign.deadline, campaign.zone)}
    return ""


def version_face(found: Judged) -> VersionFace:
    name = told(found.version.name)
    return VersionFace(
        name=one_line(name, NAME),
        fallback=one_line(found.version.slug, NAME),
        look=STATES[found.state],
        state=state_word(found.state),
        answers=tuple(answer_of(item) for item in found.strip),
        as_of=_("as of %(day)s") % {"day": dateformat.format(found.on, DAYS[reader()])},
        disclaimer=_("Not legal advice."),
    )


def answer_of(item: StripItem) -> Answer:
    """What only asks for duties is free to do."""
    verdict = "allowed" if item.only_duties else item.verdict
    return Answer(LOOKS[verdict], verdict_word(verdict), use_word(item.key))


def site_face() -> SiteFace:
    return SiteFace(
        headline=_("One coin to clean a model’s family tree"),
        sentence=_(
            "Licences pass from model to model. Give one coin, and a model is trained again on a base that is free of "
            "what it inherited."
        ),
    )
