"""Everything that the calculus can say has words, in both languages."""

import pytest
from django.utils import translation

from lineage import words
from lineage.engine import terms
from lineage.templatetags.lineage_words import is_address, percent, site_of
from lineage.verdicts import PRESETS, eight_uses
from lineage.words.reasons import ASKS, CURES, FAULTS, REASONS
from lineage.words.terms import CARRIES, CONTROLS, OUTBOUND, TERMS, WITHOUT_LIMIT
from lineage.words.uses import ACTIONS, FACTS, METHODS, USES
from lineage.words.uses import PRESETS as WORDS_FOR_PRESETS

FURTHER_REASONS = {
    "undisclosed-parents",
    "too-large",
    "prohibited",
    "conflict-superset",
    "conflict-same-permissions",
    "conflict-copyleft",
}


FAULT_CODES = {"cycle", "taken-before-offered", "child-older-than-parent", "ineffective-label"}


def every_word() -> dict[str, str]:
    said = {f"term {kind}": words.term_word(kind, 10 if terms.takes_limit(kind) else None) for kind in terms.TERMS}
    said |= {f"term without limit {kind}": words.term_word(kind) for kind in terms.LIMIT_FACTS}
    said |= {f"action {action}": words.action_word(action) for action in terms.ACTIONS}
    said |= {f"method {method}": words.method_word(method) for method in terms.METHODS}
    said |= {f"control {control}": words.control_word(control) for control in terms.CONTROLS}
    said |= {f"outbound {demand}": words.outbound_word(demand) for demand in terms.OUTBOUND}
    said |= {f"carries {carries}": words.carries_word(carries) for carries in terms.CARRIES}
    said |= {f"verdict {verdict}": words.verdict_word(verdict) for verdict in terms.VERDICTS}
    said |= {f"state {state}": words.state_word(state) for state in ("tainted", "suspect", "clean")}
    said |= {f"sentence {state}": words.state_sentence(state) for state in ("tainted", "suspect", "clean")}
    said |= {f"fact {fact}": words.fact_word(fact) for fact in terms.FACTS}
    said |= {f"ask {fact}": words.ask_word(fact) for fact in terms.FACTS}
    said |= {f"use {key}": words.use_word(key) for key, _use in eight_uses()}
    said |= {f"preset {preset}": words.preset_word(preset) for preset in PRESETS}
    said |= {f"figures {preset}": words.preset_sentence(preset) for preset in PRESETS}
    said |= {f"reason {code}": words.reason_word(code) for code in FURTHER_REASONS}
    said |= {f"cure {do}": words.cure_word(do, model="M", licence="L") for do in CURES}
    said |= {f"fault {code}": words.fault_word(code) for code in FAULTS}
    return said


def test_every_id_of_the_calculus_has_words() -> None:
    assert set(TERMS) == terms.TERMS and set(WITHOUT_LIMIT) == set(terms.LIMIT_FACTS)
    assert set(OUTBOUND) == terms.OUTBOUND and set(CONTROLS) == terms.CONTROLS and set(CARRIES) == set(terms.CARRIES)
    assert set(ACTIONS) == terms.ACTIONS and set(METHODS) == terms.METHODS and set(FACTS) == set(terms.FACTS)
    assert set(USES) == {key for key, _use in eight_uses()} and set(WORDS_FOR_PRESETS) == set(PRESETS)
    assert set(REASONS) == FURTHER_REASONS and set(ASKS) == set(terms.FACTS) and set(FAULTS) == FAULT_CODES
    assert all(word and "%(" not in word for word in every_word().values())


def test_everything_has_japanese_words() -> None:
    with translation.override("ja"):
        for what, word in every_word().items():
            assert any("\u3040" <= sign <= "\u9fff" for sign in word) and "%(" not in word, what


@pytest.mark.parametrize(
    ("limit", "says"), [(10, "up to 10"), (10.0, "up to 10"), (2.5, "up to 2.5"), (1_000_000, "up to 1,000,000")]
)
def test_a_limit_is_said_as_people_write_it(limit: float, says: str) -> None:
    assert words.term_word("team-size-max", limit).endswith(says)


def test_a_kind_that_nobody_knows_stands_for_itself() -> None:
    assert words.term_word("no-such-term") == "no-such-term"
    assert words.cure_word("no-such-cure") == ""


def test_only_web_addresses_become_links() -> None:
    given = {
        "https://example.com/a": True,
        "http://example.com": True,
        "javascript:alert(1)": False,
        "data:text/html,x": False,
        " https://example.com": False,
        "a talk": False,
    }

    assert {text: is_address(text) for text in given} == given
    assert site_of("https://example.com/a?b=c") == "example.com"


@pytest.mark.parametrize(("share", "says"), [(0.5, "50%"), (0.0037, "0.37%"), (1, "100%"), (0, "0%")])
def test_a_share_is_said_in_percent(share: float, says: str) -> None:
    assert percent(share) == says
