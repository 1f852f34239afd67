"""What may be done with a version: the door through which pages and campaigns ask.

The engine answers, with what the database holds. Nothing here is legal advice, and every page says so.
"""

from lineage.engine.inheritance import Item
from lineage.engine.use_strip import Use
from lineage.engine.verdicts import Answer
from lineage.verdicts.explanations import Ground, Source, Way, by_way, chips, inherited_restrictions, proof
from lineage.verdicts.family import Family, family_of, family_tree, picture_words
from lineage.verdicts.objections import Objection, clean_or_why
from lineage.verdicts.record import Record, record_in, record_on
from lineage.verdicts.strip import (
    DEFAULT_PRESET,
    PRESETS,
    StripItem,
    answer_of,
    eight_uses,
    strip_of,
    strip_on,
    verdict_on,
)

__all__ = [
    "DEFAULT_PRESET",
    "PRESETS",
    "Answer",
    "Family",
    "Ground",
    "Item",
    "Objection",
    "Record",
    "Source",
    "StripItem",
    "Use",
    "Way",
    "answer_of",
    "by_way",
    "chips",
    "clean_or_why",
    "eight_uses",
    "family_of",
    "family_tree",
    "inherited_restrictions",
    "picture_words",
    "proof",
    "record_in",
    "record_on",
    "strip_of",
    "strip_on",
    "verdict_on",
]
