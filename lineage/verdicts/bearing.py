"""What an inherited restriction does to the eight uses, and what would take it away, read from their answers."""

from collections.abc import Iterable

from lineage.engine import terms
from lineage.engine.verdicts import Reason
from lineage.verdicts.explanations import Ground, Way, cure_sentence
from lineage.verdicts.record import Record
from lineage.verdicts.strip import StripItem


def uses_touched(strip: Iterable[StripItem], inherited: Ground) -> list[tuple[StripItem, str]]:
    """The uses that a restriction bears on, each with what it alone makes of it. What all uses must keep is a duty."""
    if terms.is_obligation(inherited.code):
        return []
    return [(item, terms.worst(says)) for item in strip if (says := [r.verdict for r in _about(item, inherited)])]


def cures_of(record: Record, strip: Iterable[StripItem], way: Way) -> list[str]:
    """What would remove that which came by one way, in sentences, each once."""
    path = tuple(slug for slug, _name in reversed(way.source.path))
    reasons = (reason for item in strip for ground in way.grounds for reason in _about(item, ground))
    wanted = (reason.cure for reason in reasons if reason.path == path and reason.cure)
    cures = dict.fromkeys(cure for cure in wanted if cure.do != "keep-duty")
    return [sentence for cure in cures if (sentence := cure_sentence(record, cure))]


def _about(item: StripItem, ground: Ground) -> Iterable[Reason]:
    return (r for r in item.answer.reasons if (r.code, r.limit) == (ground.code, ground.limit))
