"""Deadlines in templates: the exact moment in the campaign's own zone, and how long it still is."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from campaigns.models import Campaign

register = template.Library()

FORMATS = {"en": "D, M j, H:i", "ja": "n月j日(D) H:i"}
FORMATS_WITH_YEAR = {"en": "D, M j, Y, H:i", "ja": "Y年n月j日(D) H:i"}
DAYS = {"en": "M j, Y", "ja": "Y年n月j日"}


@register.filter
def deadline_words(campaign: Campaign) -> str:
    """As "Sun, Apr 30, 23:59 JST" or 「4月30日(日) 23:59 JST」; with the year when it is not this year."""
    return "" if campaign.deadline is None else moment_words(campaign.deadline, campaign.zone)


@register.filter
def moment_words(moment: datetime, zone: str) -> str:
    """Any moment in the words of a zone ("Asia/Tokyo")."""
    local = moment.astimezone(ZoneInfo(zone))
    this_year = timezone.now().astimezone(ZoneInfo(zone)).year
    formats = FORMATS if local.year == this_year else FORMATS_WITH_YEAR
    name = local.tzname() or ""
    return f"{dateformat.format(local, formats[_reader()])} {name if name.isalpha() else 'UTC' + name}"


@register.filter
def site_moment(moment: datetime) -> SafeString:
    """A moment of the whole site, which has no campaign's zone, as <time> in the zone of the site."""
    words = moment_words(moment, timezone.get_default_timezone_name())
    return format_html('<time datetime="{}">{}</time>', stamp(moment), words)


@register.filter(expects_localtime=True)
def stamp(moment: date | None) -> str:
    """For the attribute `datetime` of <time>: to the second, since HTML refuses a fraction of six digits."""
    if moment is None:
        return ""
    return moment.isoformat(timespec="seconds") if isinstance(moment, datetime) else moment.isoformat()


@register.filter
def day_words(moment: datetime, zone: str) -> str:
    """The day alone, "Apr 30, 2023" or 「2023年4月30日」, as it was in the zone."""
    return dateformat.format(moment.astimezone(ZoneInfo(zone)), DAYS[_reader()])


@register.filter
def clock_words(zone: str) -> str:
    """What the clock shows there now, as "14:05": how long something still is was true then."""
    return f"{timezone.now().astimezone(ZoneInfo(zone)):%H:%M}"


@register.filter
def time_left(campaign: Campaign) -> str:
    """As "3 days left", then hours, then minutes; empty when there is no deadline or it has passed."""
    return time_left_at(campaign.deadline, timezone.now())


def time_left_at(deadline: datetime | None, at: datetime) -> str:
    """Rounded down, so that nobody comes too late: 47 hours are 47 hours, 49 hours are 2 days."""
    if deadline is None or deadline <= at:
        return ""
    left = deadline - at
    if left >= timedelta(days=2):
        return ngettext("%(number)d day left", "%(number)d days left", left.days) % {"number": left.days}
    hours = left // timedelta(hours=1)
    if hours >= 1:
        return ngettext("%(number)d hour left", "%(number)d hours left", hours) % {"number": hours}
    minutes = left // timedelta(minutes=1)
    if minutes >= 1:
        return ngettext("%(number)d minute left", "%(number)d minutes left", minutes) % {"number": minutes}
    return gettext("Less than a minute left")


def _reader() -> str:
    reader = (get_language() or "en")[:2]
    return reader if reader in FORMATS else "en"
