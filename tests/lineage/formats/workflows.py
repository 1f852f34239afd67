"""Workflows of ComfyUI for tests, in the form for the API and in that of the page."""

from typing import Any

type Nodes = dict[str, dict[str, Any]]


def node(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs}


def loader(name: str) -> dict[str, Any]:
    return node("CheckpointLoaderSimple", ckpt_name=name)


def merge(one: str, other: str, ratio: float) -> dict[str, Any]:
    return node("ModelMergeSimple", model1=[one, 0], model2=[other, 0], ratio=ratio)


def save(model: str, clip: str = "", vae: str = "", prefix: str = "checkpoints/mine") -> dict[str, Any]:
    others = {"clip": [clip, 1]} if clip else {}
    others |= {"vae": [vae, 2 if vae and vae != "v" else 0]} if vae else {}
    return node("CheckpointSave", model=[model, 0], filename_prefix=prefix, **others)


#: (a + b) / 2, then three quarters of that and a quarter of c.
NESTED: Nodes = {
    "a": loader("sub\\a.safetensors"),
    "b": loader("b.ckpt"),
    "c": loader("c.safetensors"),
    "ab": merge("a", "b", 0.5),
    "abc": merge("ab", "c", 0.75),
    "s": save("abc", clip="a", vae="b"),
}

#: The same, as the page of ComfyUI saves it.
NESTED_PAGE: dict[str, Any] = {
    "nodes": [
        {"id": 1, "type": "CheckpointLoaderSimple", "widgets_values": ["sub\\a.safetensors"], "mode": 0},
        {"id": 2, "type": "CheckpointLoaderSimple", "widgets_values": ["b.ckpt"]},
        {"id": 3, "type": "CheckpointLoaderSimple", "widgets_values": ["c.safetensors"]},
        {
            "id": 4,
            "type": "ModelMergeSimple",
            "widgets_values": [0.5],
            "inputs": [
                {"name": "model1", "type": "MODEL", "link": 10},
                {"name": "model2", "type": "MODEL", "link": 11},
            ],
        },
        {
            "id": 5,
            "type": "ModelMergeSimple",
            "widgets_values": [0.75],
            "inputs": [{"name": "model1", "link": 12}, {"name": "model2", "link": 13}],
        },
        {
            "id": 6,
            "type": "CheckpointSave",
            "widgets_values": ["checkpoints/mine"],
            "inputs": [{"name": "model", "link": 14}, {"name": "clip", "link": 15}, {"name": "vae", "link": None}],
        },
        {"id": 7, "type": "LoraLoader", "widgets_values": ["muted.safetensors", 1, 1], "mode": 2},
    ],
    "links": [
        [10, 1, 0, 4, 0, "MODEL"],
        [11, 2, 0, 4, 1, "MODEL"],
        {"id": 12, "origin_id": 4, "origin_slot": 0, "target_id": 5, "target_slot": 0, "type": "MODEL"},
        [13, 3, 0, 5, 1, "MODEL"],
        [14, 5, 0, 6, 0, "MODEL"],
        [15, 1, 1, 6, 1, "CLIP"],
    ],
    "version": 0.4,
}
