"""A model card names bases and a licence; its history tells since when."""

from datetime import date

import pytest

from lineage.engine.reading import read
from lineage.engine.writing import write
from lineage.formats.model_card import CardCommit, CardSource, import_model_card
from lineage.formats.proposals import FormatError, Proposal
from tests.lineage.formats.hostile import JAPANESE, within
from tests.lineage.formats.hostile_yaml import REFUSED

REPOSITORY = "somebody/some-model"


def imported(head: str, *history: CardCommit, seen_on: date | None = None, body: str = "# A model\n") -> Proposal:
    return import_model_card(f"---\n{head}\n---\n{body}", CardSource(REPOSITORY, seen_on, history))


def commit(day: str, name: str, head: str) -> CardCommit:
    return CardCommit(date.fromisoformat(day), name, f"---\n{head}\n---\n")


def stretches(proposal: Proposal) -> list[tuple[str, str, str | None]]:
    return [
        (g.value.licence, str(g.value.starts), str(g.value.until) if g.value.until else None) for g in proposal.grants
    ]


@pytest.mark.parametrize(
    ("relation", "method"),
    [("adapter", "lora-train"), ("merge", "merge"), ("quantized", "convert"), ("finetune", "finetune")],
)
def test_the_relation_says_how_the_model_was_made(relation: str, method: str) -> None:
    proposal = imported(f"base_model: owner/base\nbase_model_relation: {relation}")

    (edge,) = proposal.derivations
    assert (edge.value.parent, edge.value.child) == ("huggingface:owner/base", f"huggingface:{REPOSITORY}")
    assert (edge.value.method, edge.certainty, edge.value.certain) == (method, "declared", False)
    assert edge.value.obtained_on is None


@pytest.mark.parametrize(
    ("head", "method"),
    [
        ("base_model: owner/base", "finetune"),
        ("base_model: [owner/base]\ntags: [mergekit]", "merge"),
        ("base_model:\n- owner/base\n- owner/other", "merge"),
        ("base_model: owner/base\nlibrary_name: peft", "lora-train"),
        ("base_model: owner/base\ntags:\n- lora", "lora-train"),
        ("base_model: owner/base\nbase_model_relation: cousin", "finetune"),
    ],
)
def test_a_relation_that_is_not_given_is_a_claim(head: str, method: str) -> None:
    proposal = imported(head)

    assert {(e.value.method, e.certainty) for e in proposal.derivations} == {(method, "claimed")}


def test_a_base_that_is_no_repository_is_kept_as_a_name() -> None:
    proposal = imported(f'base_model: ["{JAPANESE}", null, ""]\nbase_model_relation: merge')

    (edge,) = proposal.derivations
    assert (edge.value.parent, edge.certainty) == (f"named:{JAPANESE}", "claimed")


def test_a_licence_without_a_day_is_a_label_and_no_grant() -> None:
    proposal = imported("license: creativeml-openrail-m")

    assert proposal.artefacts[0].value.claimed_label == "creativeml-openrail-m"
    assert proposal.grants == ()
    assert any("give the history" in remark.says for remark in proposal.remarks)


def test_the_day_on_which_a_card_was_seen_begins_its_grant() -> None:
    proposal = imported("license: openrail++", seen_on=date(2024, 1, 1))

    assert stretches(proposal) == [("label:openrail++", "2024-01-01", None)]
    assert proposal.unread_licences == ("label:openrail++",)
    assert proposal.as_file().grants == ()


@pytest.mark.parametrize("name", ["faipl-1.0-sd", "fair-ai-public-license-1.0-sd", "Fair-AI-Public-License"])
def test_one_licence_has_many_labels(name: str) -> None:
    proposal = imported(f"license: other\nlicense_name: {name}\nlicense_link: https://x.org", seen_on=date(2024, 1, 1))

    assert [grant[0] for grant in stretches(proposal)] == ["faipl-1.0-sd"]


def test_commits_that_change_the_licence_are_the_boundaries_of_grants() -> None:
    proposal = imported(
        "license: other\nlicense_name: basil-nc",
        commit("2023-04-17", "c3", "license: other\nlicense_name: basil-nc"),
        commit("2023-01-04", "c1", "license: creativeml-openrail-m"),
        commit("2023-02-01", "c2", "license: creativeml-openrail-m\ntags: [x]"),
        commit("2023-04-16", "1403d37", "tags: [x]"),
    )

    assert stretches(proposal) == [
        ("creativeml-openrail-m", "2023-01-04", "2023-04-16"),
        ("label:basil-nc", "2023-04-17", None),
    ]
    assert [grant.place for grant in proposal.grants] == ["commit c1", "commit c3"]


def test_the_last_commit_of_a_day_counts() -> None:
    proposal = imported(
        "license: mit", commit("2023-01-04", "c1", "license: apache-2.0"), commit("2023-01-04", "c2", "license: mit")
    )

    assert stretches(proposal) == [("mit", "2023-01-04", None)]


def test_no_is_a_word_and_numbers_stay_as_written() -> None:
    proposal = imported("license: no", seen_on=date(2024, 1, 1))

    assert stretches(proposal) == [("label:no", "2024-01-01", None)]


def test_several_licences_are_one_label_with_a_remark() -> None:
    proposal = imported("license: [mit, apache-2.0]")

    assert proposal.artefacts[0].value.claimed_label == "mit, apache-2.0"
    assert any("several licences" in remark.says for remark in proposal.remarks)


def test_a_card_without_a_head_declares_nothing() -> None:
    proposal = import_model_card("# A model\n---\nlicense: mit\n---\n", CardSource(REPOSITORY))

    assert proposal.derivations == ()
    assert any("declares nothing" in remark.says for remark in proposal.remarks)


@pytest.mark.parametrize("text", ["---\n---\n", "---\r\nlicense: mit\r\n---\r\ntext", "\ufeff---\nlicense: mit\n---"])
def test_odd_but_good_heads_are_read(text: str) -> None:
    proposal = import_model_card(text, CardSource(REPOSITORY))

    assert proposal.artefacts[0].value.claimed_label == ("mit" if "mit" in text else None)


def test_the_configuration_of_mergekit_in_a_card_is_read() -> None:
    body = "### Configuration\n```yaml\nmodels:\n  - model: a/b\n  - model: c/d\nmerge_method: linear\n```\n"
    broken = "```yaml\nmerge_method: [\n```\n"

    proposal = imported("license: mit", body=body + broken)

    assert {e.value.parent for e in proposal.derivations} == {"huggingface:a/b", "huggingface:c/d"}
    assert any("was left out" in remark.says for remark in proposal.remarks)


@pytest.mark.parametrize(("yaml", "says"), REFUSED)
def test_hostile_yaml_is_refused_within_seconds(yaml: bytes, says: str) -> None:
    with within(20), pytest.raises(FormatError) as refusal:
        import_model_card(b"---\n" + yaml + b"\n---\n", CardSource(REPOSITORY))

    assert says in str(refusal.value)


@pytest.mark.parametrize(("yaml", "says"), REFUSED[:3])
def test_hostile_yaml_in_the_history_names_its_commit(yaml: bytes, says: str) -> None:
    history = [CardCommit(date(2023, 1, 1), "c0ffee", b"---\n" + yaml + b"\n---\n")]

    with pytest.raises(FormatError, match="commit c0ffee") as refusal:
        import_model_card("---\n---\n", CardSource(REPOSITORY, history=history))

    assert says in str(refusal.value)


@pytest.mark.parametrize(
    "text", ["---\n" + "--- \n-" * 800_000, "x```yaml\n" * 500_000, "```yaml\n" * 500_000, " " * 4_900_000 + "-"]
)
def test_long_cards_are_looked_through_once(text: str) -> None:
    with within(20):
        try:
            proposal = import_model_card(text, CardSource(REPOSITORY))
        except FormatError:
            return

    assert proposal.derivations == ()


@pytest.mark.parametrize("repository", ["a b", "../etc", "a/b/c", "a/..", "https://x.org/a"])
def test_what_is_no_repository_is_refused(repository: str) -> None:
    with pytest.raises(FormatError, match="owner/name"):
        import_model_card("---\n---\n", CardSource(repository))


def test_too_many_bases_and_commits_are_refused() -> None:
    with pytest.raises(FormatError, match="more than 200 bases"):
        imported("base_model:\n" + "".join(f"- a/b{number}\n" for number in range(201)))
    with pytest.raises(FormatError, match="more than 1,000 commits"):
        imported("license: mit", *[commit("2023-01-01", "c", "license: mit")] * 1_001)


def test_what_is_proposed_can_be_written() -> None:
    file = imported("base_model: [a/b, c]\nlicense: mit", seen_on=date(2024, 1, 1)).as_file()

    assert read(write(file)) == file
