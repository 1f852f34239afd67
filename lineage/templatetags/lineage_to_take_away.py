"""All files that a version's lineage can be taken away in, and the two that people copy into a model card."""

from django import template

from lineage.verdicts import Record
from lineage.verdicts.exports import WRITERS, exported_family

register = template.Library()


@register.inclusion_tag("lineage/_take_away.html")
def take_away(record: Record) -> dict[str, object]:
    # These two texts speak of plans for the version itself alone, so nobody has to be asked about its ancestors.
    family = exported_family(record, frozenset({record.version.slug} if record.version.planned else ()))
    return {
        "version": record.version,
        "card_block": WRITERS["hugging-face"](family),
        "card_markdown": WRITERS["markdown"](family),
    }
