"""ComfyUI's workflows as one kind of graph: nodes with their values, and which node each input comes from.

There are two forms. The one for the API maps the number of a node to `class_type` and `inputs`. The one that the page
saves lists nodes and links; there the values of a node stand in a list, and what each means depends on its type.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lineage.engine.fields import shown
from lineage.formats.draft import Draft
from lineage.formats.json_fields import object_of
from lineage.formats.proposals import FormatError

MOST_NODES: Final = 2_000
"""The largest workflows that people share have some hundreds."""

MOST_LINKS: Final = 5_000

_MUTED: Final = 2
_BYPASSED: Final = 4
_THROUGH: Final = "Reroute"

_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "CheckpointLoaderSimple": ("ckpt_name",),
    "CheckpointLoader": ("config_name", "ckpt_name"),
    "unCLIPCheckpointLoader": ("ckpt_name",),
    "ImageOnlyCheckpointLoader": ("ckpt_name",),
    "UNETLoader": ("unet_name", "weight_dtype"),
    "VAELoader": ("vae_name",),
    "CLIPLoader": ("clip_name", "type"),
    "DualCLIPLoader": ("clip_name1", "clip_name2", "type"),
    "LoraLoader": ("lora_name", "strength_model", "strength_clip"),
    "LoraLoaderModelOnly": ("lora_name", "strength_model"),
    "ModelMergeSimple": ("ratio",),
    "ModelMergeBlocks": ("input", "middle", "out"),
    "ModelMergeSubtract": ("multiplier",),
    "CLIPMergeSimple": ("ratio",),
    "CLIPMergeSubtract": ("multiplier",),
    "CheckpointSave": ("filename_prefix",),
    "ModelSave": ("filename_prefix",),
    "LoraSave": ("filename_prefix", "rank", "lora_type", "bias_diff"),
    "SaveLoRA": ("prefix", "steps"),
}

type Slot = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Node:
    """One node: `values` are what was typed in, `links` where each other input comes from (a node and its output)."""

    kind: str
    place: str
    values: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, Slot] = field(default_factory=dict)


type Graph = Mapping[str, Node]


def graph_of(value: object, place: str, draft: Draft) -> Graph:
    """The graph in a workflow of either form. Of a source with both, that for the API: it is what was run.

    Raises FormatError.
    """
    fields = object_of(value, place)
    for key in ("prompt", "workflow"):
        if isinstance(fields.get(key), dict):
            return graph_of_form(fields[key], _at(place, key), draft)
    return graph_of_form(fields, place, draft)


def graph_of_form(fields: dict[str, Any], place: str, draft: Draft) -> Graph:
    """The graph of one form. Raises FormatError for what is neither."""
    nodes = fields.get("nodes")
    entries = nodes if isinstance(nodes, list) else fields
    if len(entries) > MOST_NODES:
        raise FormatError(place, "this workflow has more than {most} nodes; give a smaller one", most=MOST_NODES)
    graph = _of_page(fields, nodes, place, draft) if isinstance(nodes, list) else _of_calls(fields, place)
    if not graph:
        raise FormatError(place, "this is no workflow of ComfyUI: it has neither `nodes` nor nodes with a `class_type`")
    if sum(len(node.links) for node in graph.values()) > MOST_LINKS:
        raise FormatError(place, "this workflow has more than {most} links; give a smaller one", most=MOST_LINKS)
    return graph


def _of_calls(fields: dict[str, Any], place: str) -> Graph:
    return {
        key: _of_api(entry, _at(place, shown(key)))
        for key, entry in fields.items()
        if isinstance(entry, dict) and isinstance(entry.get("class_type"), str)
    }


def _of_api(entry: dict[str, Any], place: str) -> Node:
    inputs = entry.get("inputs", {})
    if not isinstance(inputs, dict):
        raise FormatError(f"{place}.inputs", "the inputs of a node must be an object")
    links = {key: link for key, value in inputs.items() if (link := _link(value))}
    values = {key: value for key, value in inputs.items() if key not in links}
    return Node(entry["class_type"], place, values, links)


def _link(value: object) -> Slot | None:
    """`["4", 0]` is the first output of node 4."""
    if not isinstance(value, list) or len(value) != 2 or isinstance(value[1], bool) or not isinstance(value[1], int):
        return None
    return (str(value[0]), value[1]) if isinstance(value[0], str | int) else None


def _of_page(fields: dict[str, Any], nodes: list[Any], place: str, draft: Draft) -> Graph:
    links = _links(fields.get("links"))
    if fields.get("definitions"):
        draft.remark(_at(place, "definitions"), "nodes that stand for a workflow of their own are not looked into")
    graph = {}
    for number, entry in enumerate(nodes):
        where = f"{_at(place, 'nodes')}[{number}]"
        node = object_of(entry, where)
        name, kind, mode = node.get("id"), node.get("type"), node.get("mode")
        if isinstance(name, bool) or not isinstance(name, int | str) or not isinstance(kind, str):
            raise FormatError(where, "a node has an `id` and a `type`")
        if mode != _MUTED:
            linked = _linked(node, links)
            graph[str(name)] = (
                Node(_without_work(kind), where, links=linked)
                if mode == _BYPASSED
                else Node(kind, where, _values(kind, node), linked)
            )
    return graph


def _without_work(kind: str) -> str:
    """What is left of a node that is passed by: what comes in goes out, the model as model and the encoder as such."""
    return kind if kind == "LoraLoader" else _THROUGH


def _links(value: object) -> dict[int, Slot]:
    """By their number: where a link comes from. Written as `[number, from, output, to, input, type]` or an object."""
    found = {}
    for entry in value if isinstance(value, list) else []:
        parts = entry
        if isinstance(entry, dict):
            parts = [entry.get("id"), entry.get("origin_id"), entry.get("origin_slot")]
        if isinstance(parts, list) and len(parts) >= 3 and isinstance(parts[0], int) and (link := _link(parts[1:3])):
            found[parts[0]] = link
    return found


def _linked(node: dict[str, Any], links: Mapping[int, Slot]) -> dict[str, Slot]:
    found = {}
    inputs = node.get("inputs")
    for entry in inputs if isinstance(inputs, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            number = entry.get("link")
            if isinstance(number, int) and number in links:
                found[entry["name"]] = links[number]
    return found


def _values(kind: str, node: dict[str, Any]) -> dict[str, Any]:
    values = node.get("widgets_values")
    if isinstance(values, list):
        names = _VALUES.get(kind, ())
        return {names[n] if n < len(names) else f"value {n + 1}": value for n, value in enumerate(values)}
    return values if isinstance(values, dict) else {}


def _at(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
