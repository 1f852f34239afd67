"""What may be done with a version: the door through which pages and campaigns ask.

The engine answers, with what the database holds. Nothing here is legal advice, and every page says so.
"""

from lineage.engine.inheritance import Item
from lineage.engine.use_strip import Use
from lineage.engine.verdicts import Answer
from lineage.picture import SHOWS, Wish
from lineage.records import FamilyTooLarge
from lineage.verdicts.asker import DEFAULT_PRESET, ONE_PERSON, OWN, PRESETS, Asker, asker_of
from lineage.verdicts.bearing import cures_of, uses_touched
from lineage.verdicts.days import DayRecord, DayVerdict, record_of_day, records_of_days
from lineage.verdicts.explanations import Ground, Source, Way, by_way, chips, inherited_restrictions, proof
from lineage.verdicts.family import Asked, Family, family_of, family_tree, picture_words
from lineage.verdicts.family_on_page import FamilyView, family_view, note_on
from lineage.verdicts.forecasts import LimitThatCounts, PlannedModel, Prospect, prospects
from lineage.verdicts.in_the_way import InTheWay, Ways
from lineage.verdicts.objections import Objection, clean_or_why, clean_or_why_in
from lineage.verdicts.record import Record, record_in, record_on, records_on
from lineage.verdicts.repairs import NotRepairable, Repair, RepairInput, RepairStep, repair_of, strip_after
from lineage.verdicts.replacements import Affected, ComparedUse, Replacement, found_in_family, replacement
from lineage.verdicts.strip import LimitMet, StripItem, answer_of, eight_uses, strip_of, strip_on, verdict_on
from lineage.verdicts.texts_that_count import TextThatCounts, texts_that_count
from lineage.verdicts.vanishing import Vanished, vanished

__all__ = [
    "DEFAULT_PRESET",
    "ONE_PERSON",
    "OWN",
    "PRESETS",
    "SHOWS",
    "Affected",
    "Answer",
    "Asked",
    "Asker",
    "ComparedUse",
    "DayRecord",
    "DayVerdict",
    "Family",
    "FamilyTooLarge",
    "FamilyView",
    "Ground",
    "InTheWay",
    "Item",
    "LimitMet",
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
    "TextThatCounts",
    "Use",
    "Vanished",
    "Way",
    "Ways",
    "Wish",
    "answer_of",
    "asker_of",
    "by_way",
    "chips",
    "clean_or_why",
    "clean_or_why_in",
    "cures_of",
    "eight_uses",
    "family_of",
    "family_tree",
    "family_view",
    "found_in_family",
    "inherited_restrictions",
    "note_on",
    "picture_words",
    "proof",
    "prospects",
    "record_in",
    "record_of_day",
    "record_on",
    "records_of_days",
    "records_on",
    "repair_of",
    "replacement",
    "strip_after",
    "strip_of",
    "strip_on",
    "texts_that_count",
    "uses_touched",
    "vanished",
    "verdict_on",
]
