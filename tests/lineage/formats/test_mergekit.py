"""Every model that a configuration refers to is an ancestor."""

import pytest

from lineage.engine.reading import read
from lineage.engine.writing import write
from lineage.formats.mergekit import import_mergekit
from lineage.formats.proposals import FormatError, Proposal
from tests.lineage.formats.hostile import JAPANESE, within
from tests.lineage.formats.hostile_yaml import REFUSED


def imported(text: str) -> Proposal:
    return import_mergekit(text, name="mine")


def parents(proposal: Proposal) -> dict[str, tuple[str, float | None, str]]:
    return {e.value.parent: (e.value.method, e.value.share, e.certainty) for e in proposal.derivations}


def test_the_weights_of_a_linear_merge_are_shares() -> None:
    proposal = imported(
        "models:\n- model: a/b\n  parameters: {weight: 0.3}\n- model: c/d\n  parameters: {weight: 0.9}\n"
        "merge_method: linear\n"
    )

    assert parents(proposal) == {
        "huggingface:a/b": ("merge", 0.25, "declared"),
        "huggingface:c/d": ("merge", 0.75, "declared"),
    }


@pytest.mark.parametrize("weight", ["[0.1, 0.2]", "[{filter: mlp, value: 0.5}, {value: 0}]", "nan", "-1", "x", "inf"])
def test_weights_that_are_no_shares_give_none(weight: str) -> None:
    proposal = imported(
        f"models:\n- model: a/b\n  parameters: {{weight: {weight}}}\n- model: c/d\n  parameters: {{weight: 1}}\n"
        "merge_method: linear\n"
    )

    assert {share for _, share, _ in parents(proposal).values()} == {None}


def test_the_base_of_task_vectors_is_an_ancestor() -> None:
    proposal = imported(
        "models:\n- model: a/b\n  parameters: {weight: 0.5, density: 0.5}\nbase_model: o/base\nmerge_method: ties\n"
    )

    assert parents(proposal) == {
        "huggingface:a/b": ("merge", None, "declared"),
        "huggingface:o/base": ("merge", None, "declared"),
    }


def test_slices_modules_and_tokenizers_name_ancestors_too() -> None:
    proposal = imported(
        "modules:\n  text:\n    slices:\n    - sources:\n      - {model: a/b, layer_range: [0, 40]}\n"
        "      - {model: c/d, layer_range: [0, 40]}\n  vision:\n    models: [{model: e/f}]\n"
        "tokenizer_source: g/h\nmerge_method: slerp\n"
    )

    assert {parent: method for parent, (method, *_) in parents(proposal).items()} == {
        "huggingface:a/b": "merge",
        "huggingface:c/d": "merge",
        "huggingface:e/f": "merge",
        "huggingface:g/h": "component",
    }


@pytest.mark.parametrize("source", ["union", "base"])
def test_a_tokenizer_of_its_own_is_no_ancestor(source: str) -> None:
    proposal = imported(f"models: [{{model: a/b}}]\ntokenizer: {{source: {source}}}\nmerge_method: linear\n")

    assert set(parents(proposal)) == {"huggingface:a/b"}


@pytest.mark.parametrize(
    "reference",
    ["a/b@v1.0+l/ora@main", "{model: {path: a/b, revision: v1.0}, lora: {path: l/ora, revision: main}}"],
)
def test_a_reference_may_pin_a_revision_and_add_a_lora(reference: str) -> None:
    proposal = imported(f"models:\n- model: {reference}\nmerge_method: ties\n")

    assert {parent: method for parent, (method, *_) in parents(proposal).items()} == {
        "huggingface:a/b@v1.0": "merge",
        "huggingface:l/ora@main": "lora-merge",
    }


def test_of_a_folder_only_the_last_part_is_kept() -> None:
    proposal = imported("models: [{model: /home/someone/models/secret-7b}]\nmerge_method: linear\n")

    assert parents(proposal) == {"named:secret-7b": ("merge", None, "claimed")}
    assert "someone" not in write(proposal.as_file())


def test_the_end_result_has_its_name_and_can_be_written() -> None:
    file = import_mergekit("models: [{model: a/b}]\nmerge_method: linear\n", name=JAPANESE).as_file()

    assert read(write(file)) == file
    assert file.artefacts[0].name == JAPANESE


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("", "", "no model is named"),
        ("merge_method: linear", "", "no model is named"),
        ("models: a/b", "models", "must be a list"),
        ("models: [a/b]", "models[0]", "must be an object"),
        ("models: [{}]", "models[0].model", "named by a text"),
        ("models: [{model: [x]}]", "models[0].model", "named by a text"),
        ("models: [{model: {revision: x}}]", "models[0].model", "has a `path`"),
        ("models: [{model: '@main'}]", "models[0].model", "is empty"),
        ("models: [{model: 'a/b@../x'}]", "models[0].model", "not a revision"),
        ("slices: [{sources: 5}]", "slices[0].sources", "must be a list"),
        ("models: [{model: a/b}]\n---\nmodels: []", "line 2, column 1", "not YAML"),
    ],
)
def test_what_is_no_configuration_is_refused_with_its_place(text: str, place: str, says: str) -> None:
    with pytest.raises(FormatError) as refusal:
        imported(text)

    assert (refusal.value.place, says in refusal.value.says) == (place, True)


@pytest.mark.parametrize(("yaml", "says"), REFUSED)
def test_hostile_yaml_is_refused_within_seconds(yaml: bytes, says: str) -> None:
    with within(20), pytest.raises(FormatError) as refusal:
        import_mergekit(yaml, name="x")

    assert says in str(refusal.value)
