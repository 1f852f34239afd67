"""What mergers wrote into a file gives its parents, their parents, and what each of them gave."""

import json
from typing import Any

import pytest

from lineage.formats.proposals import FormatError, Proposal
from lineage.formats.safetensors import KnownFile, import_safetensors
from tests.lineage.formats.headers import head, recipe
from tests.lineage.formats.hostile import within

A, B, C, D = ("a" * 64, "b" * 64, "c" * 64, "d" * 64)


def edges(proposal: Proposal) -> set[tuple[str, str, str, float | None, str]]:
    return {
        (e.value.parent[7:8], e.value.child[-1:], e.value.method, e.value.share, e.certainty)
        for e in proposal.derivations
    }


def merged(how: object, models: object = None) -> Proposal:
    metadata: dict[str, Any] = {"format": "pt", "sd_merge_recipe": how}
    return import_safetensors(head(metadata | ({} if models is None else {"sd_merge_models": models})), KnownFile("x"))


def webui(**fields: Any) -> str:
    return recipe(
        **({"type": "webui", "primary_model_hash": A, "secondary_model_hash": B, "bake_in_vae": "None"} | fields)
    )


def test_a_weighted_sum_shares_out_what_the_multiplier_says() -> None:
    proposal = merged(webui(interp_method="Weighted sum", multiplier=0.3, tertiary_model_hash=None))

    assert edges(proposal) == {("a", "x", "merge", 0.7, "declared"), ("b", "x", "merge", 0.3, "declared")}


def test_a_difference_takes_the_third_away() -> None:
    proposal = merged(webui(interp_method="Add difference", multiplier=1, tertiary_model_hash=C))

    assert edges(proposal) == {
        ("a", "x", "merge", None, "declared"),
        ("b", "x", "merge", 1.0, "declared"),
        ("c", "x", "subtract", None, "declared"),
    }


def test_a_copy_without_interpolation_is_a_conversion_and_a_baked_vae_a_component() -> None:
    proposal = merged(webui(interp_method="No interpolation", multiplier=0.3, bake_in_vae="kl-f8.vae.pt"))

    assert [(e.value.parent, e.value.method, e.certainty) for e in proposal.derivations] == [
        (f"sha256:{A}", "convert", "declared"),
        ("named:kl-f8.vae", "component", "claimed"),
    ]


@pytest.mark.parametrize("wrap", [lambda value: value, json.dumps], ids=["object", "text"])
def test_recipes_of_parents_give_a_tree_of_several_levels(wrap: Any) -> None:
    nested = json.loads(
        webui(primary_model_hash=C, secondary_model_hash=D, interp_method="Weighted sum", multiplier=0.5)
    )
    models = {
        A: {"name": "first.safetensors", "legacy_hash": "4763671c", "sd_merge_recipe": wrap(nested)},
        B: {"name": "second", "legacy_hash": "", "sd_merge_recipe": None},
        C: {"name": "third", "legacy_hash": ""},
    }

    proposal = merged(webui(interp_method="Weighted sum", multiplier=0.5), json.dumps(models))

    assert {(parent, child) for parent, child, *_ in edges(proposal)} == {
        ("a", "x"),
        ("b", "x"),
        ("c", "a"),
        ("d", "a"),
    }
    names = {artefact.value.sha256: artefact.value.name for artefact in proposal.artefacts}
    assert (names[A], names[B], names[C], names[D]) == ("first.safetensors", "second", "third", "dddddddddd…")


def test_supermerger_names_its_models_by_letters() -> None:
    plus = {"type": "sd-webui-supermerger", "model_a": A, "model_b": B, "model_c": C}

    difference = merged(recipe(**plus, mode="Add difference:A+(B-C)*alpha"))
    triple = merged(recipe(**plus, mode="Triple sum:A*(1-alpha-beta)+B*alpha+C*beta"))

    assert {(parent, method) for parent, _, method, *_ in edges(difference)} == {
        ("a", "merge"),
        ("b", "merge"),
        ("c", "subtract"),
    }
    assert {method for _, _, method, *_ in edges(triple)} == {"merge"}


def test_the_mixer_names_its_first_model_and_others_are_claims() -> None:
    proposal = merged(recipe(type="sd-webui-model-mixer", model_a=A, models=[{"hash": B}], mode=["Sum"], alpha=[0.5]))

    assert edges(proposal) == {("a", "x", "merge", None, "declared"), ("b", "x", "merge", None, "claimed")}


def test_chattiori_names_its_models_by_rank() -> None:
    ranks = {"primary_model_hash": A, "secondary_model_hash": B, "tertiary_model_hash": C}

    proposal = merged(recipe(type="merge-model-chattiori", merge_method="Train Difference", **ranks))

    assert {(parent, method) for parent, _, method, *_ in edges(proposal)} == {
        ("a", "merge"),
        ("b", "merge"),
        ("c", "subtract"),
    }


def test_every_hash_in_a_recipe_of_an_unknown_type_is_a_claimed_parent() -> None:
    proposal = merged(recipe(type="tomorrow", steps=[{"in": [A, {"x": B.upper()}], "note": "f" * 63}]))

    assert edges(proposal) == {("a", "x", "merge", None, "claimed"), ("b", "x", "merge", None, "claimed")}


def test_a_model_that_is_given_twice_has_a_share_that_is_not_guessed() -> None:
    proposal = merged(webui(secondary_model_hash=A, interp_method="Weighted sum", multiplier=0.3))

    assert edges(proposal) == {("a", "x", "merge", None, "declared")}


def test_a_share_of_nothing_is_pointed_out() -> None:
    proposal = merged(webui(interp_method="Weighted sum", multiplier=0))

    assert ("b", "x", "merge", 0.0, "declared") in edges(proposal)
    assert any("share of nothing" in remark.says for remark in proposal.remarks)


@pytest.mark.parametrize("multiplier", [-1, 2, True, "0.5", None, [1]])
def test_a_multiplier_that_is_no_share_gives_none(multiplier: object) -> None:
    proposal = merged(webui(interp_method="Weighted sum", multiplier=multiplier))

    assert {share for _, _, _, share, _ in edges(proposal)} == {None}


def test_a_recipe_that_names_its_own_file_makes_no_loop() -> None:
    models = {A: {"name": "a", "sd_merge_recipe": json.loads(webui())}}

    proposal = merged(webui(), models=json.dumps(models))

    assert ("a", "a") not in {(parent, child) for parent, child, *_ in edges(proposal)}
    assert any("made from itself" in remark.says for remark in proposal.remarks)


@pytest.mark.parametrize(
    "how",
    ["{", "[" * 100_000, '{"a": NaN}', '{"a": 1, "a": 2}', "5", "null", '"' + "\\" * 51, "x" * 2_000_001, "{}", "[]"],
)
def test_a_vile_recipe_gives_no_parents_and_no_crash(how: str) -> None:
    with within(20):
        proposal = merged(how, models=how)

    assert proposal.derivations == ()


def test_thousands_of_ancestors_are_read_and_more_than_people_can_look_through_are_refused() -> None:
    models: dict[str, object] = {f"{number:064x}": {} for number in range(12_000)}
    fewer = dict(list(models.items())[:5_000])

    with within(20):
        proposal = merged(webui(), models=json.dumps(fewer))
        with pytest.raises(FormatError, match="more than 10,000 things"):
            merged(webui(), models=json.dumps(models))

    assert len(proposal.artefacts) == 5_003
