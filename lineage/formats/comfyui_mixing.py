"""How much of which file reaches a node of a workflow, as far as it can be computed.

Merging is linear: a result is a sum of files, each times a number. What a file adds and what is taken of it away are
kept apart, so that nothing is lost where the two cancel out. None is an amount that cannot be told.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, Final, Literal

from lineage.formats.comfyui_graph import Graph, Node, Slot
from lineage.formats.texts import walked

Part = Literal["model", "lora", "component"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A file that a node loads, as the workflow names it."""

    file: str
    part: Part


@dataclass(frozen=True, slots=True)
class Amount:
    added: float | None = 1.0
    taken: float | None = 0.0


type Mix = Mapping[Leaf, Amount]

_MOST_FILES: Final = 100
_ENDINGS: Final = (".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".bin", ".gguf")
_SAME: Final = frozenset(
    {"Reroute", "CLIPSetLastLayer", "ModelSamplingDiscrete", "ModelSamplingContinuousEDM", "ModelSamplingSD3"}
    | {"ModelSamplingFlux", "ModelSamplingAuraFlow", "RescaleCFG", "FreeU", "FreeU_V2", "PatchModelAddDownscale"}
)
# A LoRA is put on a model and on a text encoder, apart from each other: its outputs, by the inputs they are made of.
_APART: Final[Mapping[str, tuple[str, str]]] = {"LoraLoader": ("model", "clip")}
_TWO: Final = (("model1", "clip1"), ("model2", "clip2"))


def mix_at(graph: Graph, slot: Slot, known: dict[Slot, Mix], cut: set[str]) -> Mix:
    """What reaches an output. Every output is computed once; where the graph runs in a circle, or a node is missing,
    nothing more comes from there, and the place is put into `cut`."""
    slot = _output(graph, slot)
    work: list[tuple[Slot, bool]] = [(slot, False)]
    open_slots: set[Slot] = set()
    while work:
        here, ready = work.pop()
        if here in known or (here in open_slots and not ready):
            continue
        node = graph.get(here[0])
        if node is None:
            cut.add(here[0])
            known[here] = {}
            continue
        inputs = {name: _output(graph, source) for name, source in _followed(node, here[1])}
        if ready:
            cut |= {node.place for source in inputs.values() if source not in known}
            known[here] = _mixed(node, {name: known.get(source, {}) for name, source in inputs.items()})
            open_slots.discard(here)
        else:
            open_slots.add(here)
            work.append((here, True))
            work += [(source, False) for source in inputs.values()]
    return known[slot]


def _output(graph: Graph, slot: Slot) -> Slot:
    """One name for all outputs of a node that are made of the same."""
    node = graph.get(slot[0])
    return slot if node is not None and node.kind in _APART and 0 <= slot[1] < 2 else (slot[0], 0)


def total(mixes: Iterable[Mix]) -> Mix:
    """All of several mixes on top of each other."""
    found: dict[Leaf, Amount] = {}
    for mix in mixes:
        found = _sum(found, mix)
    return found


def _followed(node: Node, output: int) -> Iterator[tuple[str, Slot]]:
    """The inputs that an output is made of."""
    wanted = _APART.get(node.kind)
    if wanted is None:
        yield from node.links.items()
    elif wanted[output] in node.links:
        yield wanted[output], node.links[wanted[output]]


def _mixed(node: Node, inputs: Mapping[str, Mix]) -> Mix:
    first, second = (next((inputs[name] for name in names if name in inputs), {}) for names in _TWO)
    kind = node.kind.removeprefix("Model").removeprefix("CLIP")
    if kind in ("MergeSimple", "MergeBlocks"):
        ratio = _ratio(node, ("ratio",) if kind == "MergeSimple" else ("input", "middle", "out"))
        return _sum(_times(first, ratio), _times(second, None if ratio is None else 1 - ratio))
    if kind == "MergeAdd":
        return _sum(first, second)
    if kind == "MergeSubtract":
        by = _number(node.values.get("multiplier", 1.0))
        return _sum(_times(first, by), _turned(_times(second, by)))
    if node.kind in _SAME and len(inputs) == 1:
        return next(iter(inputs.values()))
    own = {Leaf(file, part): Amount(1.0 if part == "model" else None) for file, part in files_of(node)}
    puts_on = node.kind == "LoraLoader" or any(leaf.part == "lora" for leaf in own)
    reached = [mix if puts_on else _times(mix, None) for mix in inputs.values()]
    return total([*reached, own])


def files_of(node: Node) -> Iterator[tuple[str, Part]]:
    """The files that a node names, at most a hundred. What a file is, is told by what the field and the node are
    called."""
    named = (
        (text, _part(f"{node.kind} {key}".lower()))
        for key, value in node.values.items()
        for text in walked(value, node.place)
        if isinstance(text, str) and PurePosixPath(text.lower()).suffix in _ENDINGS
    )
    yield from islice(named, _MOST_FILES)


def _part(called: str) -> Part:
    if "lora" in called or "lycoris" in called:
        return "lora"
    if "ckpt" in called or "unet" in called or "checkpoint" in called:
        return "model"
    return "component" if any(word in called for word in ("vae", "clip", "control", "upscale", "embed")) else "model"


def _ratio(node: Node, names: tuple[str, ...]) -> float | None:
    """One number for all of a model, or None where its parts are mixed in several ways."""
    numbers = {_number(node.values.get(name)) for name in names}
    ratio = numbers.pop() if len(numbers) == 1 else None
    return ratio if ratio is not None and 0 <= ratio <= 1 else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1000 <= value <= 1000:
        return None
    return float(value)


def _times(mix: Mix, by: float | None) -> Mix:
    if by is not None and by < 0:
        return _turned(_times(mix, -by))
    return {leaf: Amount(_product(one.added, by), _product(one.taken, by)) for leaf, one in mix.items()}


def _turned(mix: Mix) -> Mix:
    """What was added is taken away, and the other way round. Of a LoRA no more is told than that it is there."""
    return {leaf: one if leaf.part == "lora" else Amount(one.taken, one.added) for leaf, one in mix.items()}


def _product(one: float | None, other: float | None) -> float | None:
    if one == 0 or other == 0:
        return 0.0
    return None if one is None or other is None else one * other


def _sum(one: Mix, other: Mix) -> dict[Leaf, Amount]:
    found = dict(one)
    for leaf, more in other.items():
        had = found.get(leaf, Amount(0.0, 0.0))
        found[leaf] = Amount(_plus(had.added, more.added), _plus(had.taken, more.taken))
    return found


def _plus(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other
