"""What a card tells people of its recipe is a candidate, and counts for nothing before somebody has confirmed it."""

import pytest

from lineage.formats.model_card import CardSource, import_model_card
from lineage.formats.proposals import Proposal
from tests.lineage.formats.hostile import within

TABLE = """
| Model: A | Model: B | Model: C | Interpolation Method | Weight | Merge Name |
| --- | :---: | --- | --- | --- | --- |
| Orange | **Photo** | Base 1.5 | Add Difference @ 1.0 | 0.3 | half |
| half | [Chill](https://huggingface.co/owner/chill) | | Weighted sum | 0.1,0.2,0.3 | whole |

| Model: A | other |
"""

LIST = """
**マージ利用モデル一覧**

- [some mix](https://huggingface.co/owner/some-mix)
・美しい
1. `real_v10`
 - ***

## 別の話
- not a model
"""


def told(text: str) -> Proposal:
    return import_model_card(f"---\nlicense: mit\n---\n{text}", CardSource("a/b"))


def edges(proposal: Proposal) -> set[tuple[str, str, str]]:
    return {(edge.value.parent, edge.value.child, edge.value.method) for edge in proposal.derivations}


def test_a_table_of_merges_tells_what_was_made_of_what() -> None:
    proposal = told(TABLE)

    assert edges(proposal) == {
        ("named:Orange", "named:half", "merge"),
        ("named:Photo", "named:half", "merge"),
        ("named:Base-1.5", "named:half", "subtract"),
        ("named:half", "named:whole", "merge"),
        ("huggingface:owner/chill", "named:whole", "merge"),
    }
    assert {edge.certainty for edge in proposal.derivations} == {"candidate"}
    assert proposal.as_file().derivations == ()
    assert proposal.derivations[0].place == "card, line 7"


def test_a_list_of_merged_models_names_the_parents_of_the_card_s_own_model() -> None:
    assert edges(told(LIST)) == {
        ("huggingface:owner/some-mix", "huggingface:a/b", "merge"),
        ("named:美しい", "huggingface:a/b", "merge"),
        ("named:real_v10", "huggingface:a/b", "merge"),
    }


def test_other_tables_and_lists_are_left_alone() -> None:
    assert edges(told("| a | b |\n|---|---|\n| c | d |\n- e\n- f\n")) == set()


def test_no_more_is_proposed_than_people_can_look_through() -> None:
    proposal = told(LIST + "マージ利用モデル一覧\n" + "".join(f"- model {number}\n" for number in range(300)))

    assert len(proposal.derivations) == 100
    assert any("only the first 100 entries" in remark.says for remark in proposal.remarks)


@pytest.mark.parametrize(
    "text",
    [
        TABLE.splitlines()[1] + "\n" + "|" * 1_900_000,
        (TABLE.splitlines()[1] + "\n") * 20_000,
        "マージ利用モデル一覧\n" + "- [" * 600_000,
        "マージ利用モデル一覧\n" + ("- " + "[" * 1_900 + "\n") * 900,
    ],
    ids=["cells", "heads", "long", "brackets"],
)
def test_a_text_that_was_made_to_take_long_does_not(text: str) -> None:
    with within(20):
        told(text)
