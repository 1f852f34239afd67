"""Words for people, in the reader's language. The calculus speaks in ids; pages speak through here."""

from lineage.words.askers import asker_sentence, asker_word, limit_sentence
from lineage.words.compatibility import (
    compatibility_icon,
    compatibility_look,
    compatibility_meaning,
    compatibility_word,
    explanation,
    finding_sentence,
)
from lineage.words.own_texts import quoted, told, told_name
from lineage.words.reasons import ask_word, cure_word, fault_word, reason_word
from lineage.words.repairs import handling_word, no_repair_word
from lineage.words.states import state_sentence, state_word, verdict_icon, verdict_word
from lineage.words.terms import carries_word, control_word, figure, outbound_word, term_word
from lineage.words.uses import USES, action_word, fact_word, method_word, preset_sentence, preset_word, use_word

__all__ = [
    "USES",
    "action_word",
    "ask_word",
    "asker_sentence",
    "asker_word",
    "carries_word",
    "compatibility_icon",
    "compatibility_look",
    "compatibility_meaning",
    "compatibility_word",
    "control_word",
    "cure_word",
    "explanation",
    "fact_word",
    "fault_word",
    "figure",
    "finding_sentence",
    "handling_word",
    "limit_sentence",
    "method_word",
    "no_repair_word",
    "outbound_word",
    "preset_sentence",
    "preset_word",
    "quoted",
    "reason_word",
    "state_sentence",
    "state_word",
    "term_word",
    "told",
    "told_name",
    "use_word",
    "verdict_icon",
    "verdict_word",
]
