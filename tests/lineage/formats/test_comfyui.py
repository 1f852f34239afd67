"""A workflow names the files that a model was made of, and how much of each where that can be computed."""

import json
from typing import Any

import pytest

from lineage.engine.reading import read
from lineage.engine.writing import write
from lineage.formats.comfyui import import_comfyui
from lineage.formats.proposals import FormatError, Proposal
from lineage.formats.safetensors import KnownFile, import_safetensors
from tests.lineage.formats.headers import head
from tests.lineage.formats.hostile import within
from tests.lineage.formats.workflows import NESTED, NESTED_PAGE, Nodes, loader, merge, node, save


def imported(workflow: Any, **known: str) -> Proposal:
    return import_comfyui(json.dumps(workflow), **known)


def parents(proposal: Proposal) -> dict[tuple[str, str], float | None]:
    return {
        (edge.value.parent.removeprefix("named:"), edge.value.method): edge.value.share for edge in proposal.derivations
    }


def said(proposal: Proposal) -> str:
    return "\n".join(remark.says for remark in proposal.remarks)


@pytest.mark.parametrize(
    "workflow",
    [
        NESTED,
        {"prompt": NESTED},
        {"prompt": NESTED, "workflow": {}},
        {"prompt": json.dumps(NESTED)},
        NESTED_PAGE,
        {"workflow": NESTED_PAGE},
    ],
)
def test_shares_are_computed_through_nested_merges_in_both_forms(workflow: object) -> None:
    proposal = imported(workflow)

    assert parents(proposal) == {("a", "merge"): 0.375, ("b", "merge"): 0.375, ("c", "merge"): 0.25}
    assert {edge.certainty for edge in proposal.derivations} == {"claimed"}
    assert {edge.value.certain for edge in proposal.derivations} == {False}
    assert {edge.value.child for edge in proposal.derivations} == {"named:mine"}


def test_a_ratio_of_one_is_the_first_model_alone() -> None:
    proposal = imported({"a": loader("a.ckpt"), "b": loader("b.ckpt"), "m": merge("a", "b", 1.0), "s": save("m")})

    assert parents(proposal) == {("a", "merge"): 1.0, ("b", "merge"): 0.0}
    assert "share of nothing" in said(proposal)


def test_a_difference_is_taken_away() -> None:
    """a + 0.3 * (b - c)"""
    nodes: Nodes = {
        "a": loader("a.ckpt"),
        "b": loader("b.ckpt"),
        "c": loader("c.ckpt"),
        "d": node("ModelMergeSubtract", model1=["b", 0], model2=["c", 0], multiplier=0.3),
        "m": node("ModelMergeAdd", model1=["a", 0], model2=["d", 0]),
        "s": node("ModelSave", model=["m", 0], filename_prefix="x"),
    }

    assert parents(imported(nodes)) == {("a", "merge"): None, ("b", "merge"): 0.3, ("c", "subtract"): None}


def test_what_a_model_gives_and_takes_again_is_still_its_ancestor() -> None:
    """a + (b - a) is b, as numbers go; that nothing of a is left is nothing that a reader should decide."""
    nodes: Nodes = {
        "a": loader("a.ckpt"),
        "b": loader("b.ckpt"),
        "d": node("ModelMergeSubtract", model1=["b", 0], model2=["a", 0], multiplier=1.0),
        "m": node("ModelMergeAdd", model1=["a", 0], model2=["d", 0]),
        "s": save("m"),
    }

    assert set(parents(imported(nodes))) == {("a", "merge"), ("a", "subtract"), ("b", "merge")}


def test_a_negative_multiplier_turns_the_difference_round() -> None:
    nodes: Nodes = {
        "a": loader("a.ckpt"),
        "b": loader("b.ckpt"),
        "d": node("ModelMergeSubtract", model1=["a", 0], model2=["b", 0], multiplier=-0.5),
        "s": save("d"),
    }

    assert parents(imported(nodes)) == {("a", "subtract"): None, ("b", "merge"): 0.5}


@pytest.mark.parametrize(("blocks", "share"), [((0.2, 0.2, 0.2), 0.2), ((0.2, 0.5, 0.2), None), ((0.2, None, 2), None)])
def test_blocks_in_several_ways_give_no_share(blocks: tuple[float, ...], share: float | None) -> None:
    ratios = dict(zip(("input", "middle", "out"), blocks, strict=True))
    nodes = {
        "a": loader("a.ckpt"),
        "b": loader("b.ckpt"),
        "m": node("ModelMergeBlocks", model1=["a", 0], model2=["b", 0], **ratios),
        "s": save("m"),
    }

    assert parents(imported(nodes))["a", "merge"] == share


def test_loras_encoders_and_vaes_are_what_they_are() -> None:
    nodes: Nodes = {
        "a": loader("a.ckpt"),
        "b": loader("b.ckpt"),
        "l": node("LoraLoader", model=["a", 0], clip=["a", 1], lora_name="l.safetensors", strength_model=0.8),
        "o": node("LoraLoaderModelOnly", model=["l", 0], lora_name="o.safetensors", strength_model=1),
        "t": node("LoraLoader", model=["b", 0], clip=["b", 1], lora_name="t.safetensors", strength_clip=1),
        "k": node("CLIPMergeSimple", clip1=["l", 1], clip2=["t", 1], ratio=0.5),
        "v": node("VAELoader", vae_name="v.pt"),
        "s": node("CheckpointSave", model=["o", 0], clip=["k", 0], vae=["v", 0], filename_prefix="x"),
    }

    assert parents(imported(nodes)) == {
        ("a", "merge"): 1.0,
        ("l", "lora-merge"): None,
        ("o", "lora-merge"): None,
        ("b", "component"): None,
        ("t", "lora-merge"): None,
        ("v", "component"): None,
    }


def test_a_lora_on_the_encoder_alone_does_not_reach_the_model() -> None:
    nodes = {
        "a": loader("a.ckpt"),
        "l": node("LoraLoader", model=["a", 0], clip=["a", 1], lora_name="l.safetensors"),
        "s": save("a"),
    }

    assert parents(imported(nodes)) == {("a", "merge"): 1.0}


def test_a_node_that_nobody_knows_gives_its_files_without_shares() -> None:
    nodes: Nodes = {
        "a": loader("a.ckpt"),
        "b": node("CheckpointLoader|custom", ckpt_name={"content": "b.safetensors", "image": "b.png"}),
        "m": node("ModelMergeOfTomorrow", model1=["a", 0], model2=["b", 0], **{"block.1": 0.3}),
        "d": node("ModelSamplingDiscrete", model=["m", 0], sampling="v_prediction"),
        "s": save("d"),
    }

    assert parents(imported(nodes)) == {("a", "merge"): None, ("b", "merge"): None}


def test_only_what_reaches_the_node_that_saves_counts() -> None:
    proposal = imported({**NESTED, "x": loader("x.ckpt"), "k": node("KSampler", model=["x", 0])})

    assert ("x", "merge") not in parents(proposal)


def test_without_a_node_that_saves_every_file_is_taken() -> None:
    proposal = imported({"a": loader("a.ckpt"), "v": node("VAELoader", vae_name="v.pt")}, name="mine")

    assert parents(proposal) == {("a", "merge"): None, ("v", "component"): None}
    assert "no node saves" in said(proposal)


def test_of_several_nodes_that_save_the_name_tells_which_it_was() -> None:
    nodes = {"a": loader("a.ckpt"), "b": loader("b.ckpt"), "s": save("a", prefix="x/one"), "t": save("b", prefix="two")}

    assert parents(imported(nodes, name="two_00001_.safetensors")) == {("b", "merge"): 1.0}
    assert parents(imported(nodes, name="other")) == {("a", "merge"): None, ("b", "merge"): None}


def test_a_bypassed_node_lets_through_what_it_gets() -> None:
    nodes = [
        {"id": 1, "type": "CheckpointLoaderSimple", "widgets_values": ["a.ckpt"]},
        {
            "id": 2,
            "type": "LoraLoaderModelOnly",
            "mode": 4,
            "widgets_values": ["l.safetensors", 1],
            "inputs": [{"name": "model", "link": 1}],
        },
        {"id": 3, "type": "ModelSave", "widgets_values": ["x"], "inputs": [{"name": "model", "link": 2}]},
    ]
    links = [[1, 1, 0, 2, 0, "MODEL"], [2, 2, 0, 3, 0, "MODEL"]]

    assert parents(imported({"nodes": nodes, "links": links})) == {("a", "merge"): 1.0}


def test_a_bypassed_lora_keeps_model_and_encoder_apart() -> None:
    lora = {
        "id": 3,
        "type": "LoraLoader",
        "mode": 4,
        "widgets_values": ["l.safetensors", 1, 1],
        "inputs": [{"name": "model", "link": 1}, {"name": "clip", "link": 2}],
    }
    nodes = [
        {"id": 1, "type": "CheckpointLoaderSimple", "widgets_values": ["a.ckpt"]},
        {"id": 2, "type": "CheckpointLoaderSimple", "widgets_values": ["b.ckpt"]},
        {"id": 5, "type": "CheckpointLoaderSimple", "widgets_values": ["bypassed.ckpt"], "mode": 4},
        lora,
        {"id": 4, "type": "ModelSave", "widgets_values": ["x"], "inputs": [{"name": "model", "link": 3}]},
    ]
    links = [[1, 1, 0, 3, 0, "MODEL"], [2, 2, 1, 3, 1, "CLIP"], [3, 3, 0, 4, 0, "MODEL"]]

    assert parents(imported({"nodes": nodes, "links": links})) == {("a", "merge"): 1.0}
    assert parents(imported({"nodes": nodes[:-1], "links": links}, name="x")) == {
        ("a", "merge"): None,
        ("b", "merge"): None,
    }


def test_a_lora_that_a_workflow_trains_is_trained_on_its_model() -> None:
    nodes: Nodes = {
        "a": loader("a.ckpt"),
        "t": node("TrainLoraNode", model=["a", 0], steps=100),
        "s": node("SaveLoRA", lora=["t", 0], prefix="loras/mine"),
    }

    assert parents(imported(nodes)) == {("a", "lora-train"): None}


@pytest.mark.parametrize(
    "nodes",
    [
        {"m": merge("m", "m", 0.5), "s": save("m")},
        {"m": merge("n", "a", 0.5), "n": merge("m", "a", 0.5), "a": loader("a.ckpt"), "s": save("m")},
        {"m": merge("gone", "a", 0.5), "a": loader("a.ckpt"), "s": save("m")},
    ],
)
def test_a_circle_or_a_missing_node_ends_the_way_and_is_said(nodes: Nodes) -> None:
    proposal = imported(nodes)

    assert "runs in a circle or breaks off" in said(proposal)
    assert all(edge.value.share is None for edge in proposal.derivations)


def test_the_workflow_in_a_header_names_the_parents_of_its_file() -> None:
    data = head({"prompt": json.dumps(NESTED), "workflow": "{", "modelspec.sai_model_spec": "1.0.0"})

    proposal = import_safetensors(data, KnownFile("mine_00001_.safetensors"))

    assert parents(proposal)["c", "merge"] == 0.25
    assert {edge.value.child for edge in proposal.derivations} == {"file:mine_00001_"}


def test_a_broken_workflow_in_a_header_is_left_out_with_a_remark() -> None:
    data = head({"prompt": "{", "workflow": json.dumps(NESTED_PAGE), "ss_sd_model_name": "base"})

    proposal = import_safetensors(data, KnownFile("mine.safetensors"))

    assert len(proposal.derivations) == 4
    assert "was left out" in said(proposal)


def test_a_model_that_is_known_is_the_child() -> None:
    proposal = imported(NESTED, about="bra-v4")

    assert {edge.value.child for edge in proposal.derivations} == {"bra-v4"}
    file = proposal.as_file()
    assert read(write(file)) == file


@pytest.mark.parametrize(
    ("workflow", "place", "says"),
    [
        ([], "", "must be an object"),
        ({}, "", "no workflow of ComfyUI"),
        ({"a": 5}, "", "no workflow of ComfyUI"),
        ({"prompt": {}}, "prompt", "no workflow of ComfyUI"),
        ({"prompt": "5"}, "prompt", "must be a JSON object"),
        ({"a": {"class_type": "X", "inputs": []}}, "a.inputs", "must be an object"),
        ({"nodes": [5]}, "nodes[0]", "must be an object"),
        ({"nodes": [{"id": 1}]}, "nodes[0]", "`id` and a `type`"),
        ({"nodes": []}, "", "no workflow of ComfyUI"),
        ({"a": node("X")}, "", "does not say which model"),
        ({str(n): loader("a.ckpt") for n in range(2_001)}, "", "more than 2,000 nodes"),
        ({"nodes": [{}] * 2_001}, "", "more than 2,000 nodes"),
        ({"a": node("X", **{f"i{n}": ["a", n] for n in range(5_001)})}, "", "more than 5,000 links"),
        (
            {**{str(n): node("X", **{f"f{m}": f"{n}.{m}.pt" for m in range(90)}) for n in range(6)}, "s": save("1")},
            "",
            "more than 500 files",
        ),
    ],
)
def test_what_is_no_workflow_is_refused_with_its_place(workflow: object, place: str, says: str) -> None:
    with pytest.raises(FormatError) as refusal:
        imported(workflow)

    assert (refusal.value.place, says in refusal.value.says) == (place, True)


def test_a_chain_of_two_thousand_merges_is_read_within_seconds() -> None:
    nodes: Nodes = {f"f{n}": loader(f"{n}.ckpt") for n in range(490)}
    nodes["m0"] = loader("0.ckpt")
    nodes |= {f"m{n}": merge(f"m{n - 1}", f"f{n % 490}", 0.99) for n in range(1, 1_500)}
    nodes["s"] = save("m1499")

    with within(20):
        proposal = imported(nodes)

    assert len(proposal.derivations) == 490
    assert abs(sum(edge.value.share or 0 for edge in proposal.derivations) - 1) < 1e-5


def test_a_tangle_in_which_each_node_meets_each_other_is_read_within_seconds() -> None:
    nodes: Nodes = {f"f{n}": node("X", **{f"x{m}": f"{n}.{m}.pt" for m in range(4)}) for n in range(100)}
    nodes |= {f"n{n}": node("Y", **{f"i{m}": [f"n{m}", m] for m in range(n)}, j=[f"f{n}", 0]) for n in range(95)}
    nodes["s"] = save("n94")

    with within(20):
        proposal = imported(nodes)

    assert len(proposal.derivations) == 380
