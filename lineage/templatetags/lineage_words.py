"""The words of lineage in templates: the same names as in `lineage.words`, and what a strip of verdicts needs."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol
from urllib.parse import urlsplit

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lineage import words
from lineage.engine import terms
from lineage.formats.training_metadata import ANY_EARLIER_DAY
from lineage.verdicts import (
    Asker,
    Ground,
    LimitMet,
    Record,
    StripItem,
    Way,
    by_way,
    cures_of,
    uses_touched,
)

register = template.Library()

for word in (
    words.action_word,
    words.ask_word,
    words.asker_word,
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
    words.told_name,
    words.use_word,
    words.verdict_icon,
    words.verdict_word,
):
    register.filter(word.__name__, word)

register.filter("by_way", by_way)

MOST_DECIDING = 3
LONGEST_WAY = 40
EACH_END = 12

LOOKS = {"allowed": "ok", "conditional": "cond", "unclear": "unclear", "blocked": "bad"}


class Answered(Protocol):
    """A page with a record and its answers."""

    @property
    def record(self) -> Record: ...

    @property
    def strip(self) -> tuple[StripItem, ...]: ...


@register.filter
def look(item: StripItem | str) -> str:
    """The last part of a chip's class: ok, cond, unclear or bad. What only asks for duties looks like what is free."""
    if isinstance(item, str):
        return LOOKS[item]
    return LOOKS[item.shown]


@register.filter
def answer_icon(item: StripItem) -> str:
    return words.verdict_icon(item.shown)


@register.filter
def answer_word(item: StripItem) -> str:
    """The verdict in a word or two; what only asks for duties is free to do."""
    return words.verdict_word(item.shown)


@register.filter
def tally(strip: Iterable[StripItem]) -> list[tuple[StripItem, int]]:
    """Of each answer that is given, one use that has it and how many have; in the order of the strip."""
    alike: dict[str, list[StripItem]] = {}
    for item in strip:
        alike.setdefault(item.shown, []).append(item)
    return [(items[0], len(items)) for items in alike.values()]


@register.filter
def short_reason(item: StripItem) -> str:
    """The reason that decides, in a few words; for what is free, what is left to say."""
    decides = item.decides
    if decides is None:
        return _("no term speaks against it")
    if item.only_duties:
        return ngettext("%(number)s thing to keep", "%(number)s things to keep", item.duties) % {"number": item.duties}
    return words.reason_word(decides.code, decides.limit)


@register.filter
def is_duty(ground: Ground) -> bool:
    """Whether it only asks for something that everybody can do."""
    return terms.is_obligation(ground.code)


@register.filter
def asker_sentence(asker: Asker) -> str:
    """The figures of who asks."""
    return words.asker_sentence(asker.kind, asker.facts)


@register.filter
def limit_sentence(met: LimitMet) -> str:
    """Whether who asks is inside a limit."""
    return words.limit_sentence(met.fact, met.value, met.limit)


@register.filter
def limit_met(item: StripItem, ground: Ground) -> LimitMet | None:
    """How the figures of who asks stand to the limit of one ground, where it has one."""
    return item.limit_met(ground.code, ground.limit)


@register.filter
def touched_by(strip: Iterable[StripItem], inherited: Ground) -> list[tuple[StripItem, str]]:
    """The uses that a restriction bears on, each with what it alone makes of it."""
    return uses_touched(strip, inherited)


@register.filter
def cured_by(head: Answered, way: Way) -> list[str]:
    """What would remove that which came by one way, in sentences."""
    return cures_of(head.record, head.strip, way)


@register.filter
def deciding(grounds: Iterable[Ground], item: StripItem) -> list[Ground]:
    """The first things that decide a use, each kind once; duties stand apart."""
    first: dict[str, Ground] = {}
    for ground in grounds:
        if ground.verdict == item.verdict and not is_duty(ground):
            first.setdefault(ground.code, ground)
    return list(first.values())[:MOST_DECIDING]


@register.filter
def besides(grounds: Iterable[Ground], item: StripItem) -> list[Ground]:
    """What speaks to a use too, without deciding it; without duties."""
    shown = deciding(grounds := list(grounds), item)
    return [ground for ground in grounds if not is_duty(ground) and ground not in shown]


@register.filter
def folded[Part](way: Sequence[Part]) -> list[tuple[Part, int]]:
    """The parts of a way, of a long one both ends. With each comes how many are left out right before it."""
    left = len(way) - 2 * EACH_END if len(way) > LONGEST_WAY else 0
    shown = [*way[:EACH_END], *way[-EACH_END:]] if left else way
    return [(part, left if at == EACH_END else 0) for at, part in enumerate(shown)]


@register.filter
def is_address(text: str) -> bool:
    """Whether evidence can be a link. Nothing but http and https may be one."""
    return text.startswith(("http://", "https://"))


@register.filter
def told_or_quoted(text: str) -> str:
    """Evidence in the reader's language; what cannot be told in it says that it is in another one."""
    says = words.told(text)
    return says if says != text else words.quoted(text)


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
