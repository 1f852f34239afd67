"""The words of lineage in templates: the same names as in `lineage.words`, and what a strip of verdicts needs."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lineage import words
from lineage.engine import terms
from lineage.formats.training_metadata import ANY_EARLIER_DAY
from lineage.verdicts import Ground, StripItem, Way, by_way

register = template.Library()

for word in (
    words.action_word,
    words.ask_word,
    words.carries_word,
    words.control_word,
    words.fact_word,
    words.fault_word,
    words.handling_word,
    words.method_word,
    words.outbound_word,
    words.preset_sentence,
    words.preset_word,
    words.reason_word,
    words.state_sentence,
    words.state_word,
    words.term_word,
    words.use_word,
    words.verdict_icon,
    words.verdict_word,
):
    register.filter(word.__name__, word)

register.filter("by_way", by_way)

LOOKS = {"allowed": "ok", "conditional": "cond", "unclear": "unclear", "blocked": "bad"}


@register.filter
def look(item: StripItem | str) -> str:
    """The last part of a chip's class: ok, cond, unclear or bad. What only asks for duties looks like what is free."""
    if isinstance(item, str):
        return LOOKS[item]
    return "ok" if item.only_duties else LOOKS[item.verdict]


@register.filter
def answer_icon(item: StripItem) -> str:
    return words.verdict_icon("allowed" if item.only_duties else item.verdict)


@register.filter
def answer_word(item: StripItem) -> str:
    """The verdict in a word or two; what only asks for duties is free to do."""
    return words.verdict_word("allowed" if item.only_duties else item.verdict)


@register.filter
def short_reason(item: StripItem) -> str:
    """The reason that decides, in a few words; for what is free, what is left to say."""
    deciding = [reason for reason in item.answer.reasons if reason.verdict == item.verdict]
    deciding.sort(key=lambda reason: (terms.is_obligation(reason.code), reason.code, reason.limit or 0))
    if not deciding:
        return _("no term speaks against it")
    if item.only_duties:
        return ngettext("%(number)s thing to keep", "%(number)s things to keep", item.duties) % {"number": item.duties}
    return words.reason_word(deciding[0].code, deciding[0].limit)


@register.filter
def is_duty(ground: Ground) -> bool:
    """Whether it only asks for something that everybody can do."""
    return terms.is_obligation(ground.code)


Answers = Iterable[tuple[StripItem, tuple[Ground, ...]]]


@register.filter
def touched_by(answers: Answers, inherited: Ground) -> list[tuple[StripItem, str]]:
    """The uses that a restriction bears on, each with what it alone makes of it. What all uses must keep is a duty."""
    if is_duty(inherited):
        return []
    return [(item, ground.verdict) for item, grounds in answers for ground in grounds if _says(ground, inherited)]


@register.filter
def cures_of(answers: Answers, way: Way) -> list[str]:
    """What would remove that which came by one way, in sentences, each once."""
    grounds = [ground for _item, grounds in answers for ground in grounds]
    counting = [ground for ground in grounds if any(_says(ground, inherited) for inherited in way.grounds)]
    sources = (source for ground in counting for source in ground.sources if source.path == way.source.path)
    return list(dict.fromkeys(source.cure for source in sources if source.cure and source.do != "keep-duty"))


def _says(ground: Ground, inherited: Ground) -> bool:
    return (ground.code, ground.limit) == (inherited.code, inherited.limit)


@register.filter
def is_address(text: str) -> bool:
    """Whether evidence can be a link. Nothing but http and https may be one."""
    return text.startswith(("http://", "https://"))


@register.filter
def site_of(address: str) -> str:
    """The name of the site that an address leads to, for the text of a link."""
    return urlsplit(address).hostname or address


@register.filter
def any_earlier(day: date) -> bool:
    """Whether a span begins on the day that stands for all earlier ones: only its end says something."""
    return day <= ANY_EARLIER_DAY


@register.filter
def percent(share: float) -> str:
    """0.5 as 50%; a share below one percent keeps digits that say something."""
    return f"{share * 100:.3g}%"


@register.filter
def as_list(evidence: str | list[str]) -> list[str]:
    """Evidence as a row keeps it, one text or several, as a list."""
    return [evidence] if isinstance(evidence, str) else evidence


@register.filter
def times(number: int) -> range:
    """So many turns of a loop."""
    return range(number)
