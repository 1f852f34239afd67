"""What may be done with a version: the door through which pages and campaigns ask.

The engine answers, with what the database holds. Nothing here is legal advice, and every page says so.
"""

from lineage.engine.inheritance import Item
from lineage.engine.use_strip import Use
from lineage.engine.verdicts import Answer
from lineage.records import FamilyTooLarge
from lineage.verdicts.explanations import Ground, Source, Way, by_way, chips, inherited_restrictions, proof
from lineage.verdicts.family import Family, family_of, family_tree, picture_words
from lineage.verdicts.forecasts import LimitThatCounts, PlannedModel, Prospect, prospects
from lineage.verdicts.in_the_way import InTheWay, Ways
from lineage.verdicts.objections import Objection, clean_or_why
from lineage.verdicts.record import Record, record_in, record_on
from lineage.verdicts.repairs import NotRepairable, Repair, RepairInput, RepairStep, repair_of, strip_after
from lineage.verdicts.replacements import Affected, ComparedUse, Replacement, found_in_family, replacement
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
    "Affected",
    "Answer",
    "ComparedUse",
    "Family",
    "FamilyTooLarge",
    "Ground",
    "InTheWay",
    "Item",
    "LimitThatCounts",
    "NotRepairable",
    "Objection",
    "PlannedModel",
    "Prospect",
    "Record",
    "Repair",
    "RepairInput",
    "RepairStep",
    "Replacement",
    "Source",
    "StripItem",
    "Use",
    "Way",
    "Ways",
    "answer_of",
    "by_way",
    "chips",
    "clean_or_why",
    "eight_uses",
    "family_of",
    "family_tree",
    "found_in_family",
    "inherited_restrictions",
    "picture_words",
    "proof",
    "prospects",
    "record_in",
    "record_on",
    "repair_of",
    "replacement",
    "strip_after",
    "strip_of",
    "strip_on",
    "verdict_on",
]
