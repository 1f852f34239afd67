"""Workflows of ComfyUI: a model that a workflow saves was made of the files that reach the node which saves it.

Only the names of files stand in a workflow, and anybody can give any file any name: every parent is a claim.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from lineage.engine.document import Artefact, Derivation
from lineage.engine.fields import shown
from lineage.formats.comfyui_graph import Graph, graph_of
from lineage.formats.comfyui_mixing import Amount, Leaf, Mix, Part, files_of, mix_at, total
from lineage.formats.draft import Draft, draft_of
from lineage.formats.json_fields import object_of
from lineage.formats.naming import artefact_of_file, artefact_of_name, file_stem
from lineage.formats.proposals import FormatError, Proposal
from lineage.formats.texts import as_bytes, decoded, json_object, json_value

_SAVES: Final = frozenset(
    {"CheckpointSave", "ModelSave", "CLIPSave", "VAESave", "LoraSave", "SaveLoRA", "SaveLoRANode"}
)
_TRAINED: Final = "SaveLoRA"
_METHODS: Final[Mapping[Part, str]] = {"model": "merge", "lora": "lora-merge", "component": "component"}
_NEARLY: Final = 1e-6

MOST_FILES: Final = 500


def import_comfyui(data: bytes | str, *, name: str = "", about: str | None = None) -> Proposal:
    """The parents of the model that a workflow saves; `name` is what the model is called. Raises FormatError."""
    draft = draft_of(as_bytes(data), "comfyui")
    graph = graph_of(_unwrapped(decoded(data)), "", draft)
    saves = _saves(graph, name)
    child = _child(graph, saves, name, about)
    draft.artefact(child, "")
    if not saves:
        draft.remark("", "no node saves a model, so every file that the workflow loads is taken for a parent")
    add_workflow(draft, child.id, graph, saves)
    return draft.done()


def read_workflow(draft: Draft, child: str, metadata: Mapping[str, str], name: str) -> None:
    """Adds the parents from the workflow in the header of the file that it saved, if there is one. `name` is that of
    the file: of several nodes that save, it tells which one saved this."""
    for key in ("prompt", "workflow"):
        if key not in metadata:
            continue
        place = f"__metadata__.{key}"
        try:
            graph = graph_of(json_value(metadata[key], place), place, draft)
            if saves := _saves(graph, name):
                add_workflow(draft, child, graph, saves)
                return
        except FormatError as error:
            draft.left_out(error)
            continue
        draft.remark(place, "a workflow is here, but no node in it saves a model, so it names no parents")


def add_workflow(draft: Draft, child: str, graph: Graph, saves: list[str]) -> None:
    """Adds the files that reach the nodes which save, or all that are loaded where none does."""
    if sum(1 for node in graph.values() for _ in files_of(node)) > MOST_FILES:
        raise FormatError("", "this workflow names more than {most} files; give a smaller one", most=MOST_FILES)
    cut: set[str] = set()
    mix, components = _reaching(graph, saves, cut)
    for place in sorted(cut)[:5]:
        draft.remark(place, "the workflow runs in a circle or breaks off here; what comes from further up is not known")
    if len(saves) > 1:
        draft.remark("", "several nodes save a model; the files that reach any of them are taken together")
    trained = bool(saves) and all(graph[save].kind == _TRAINED for save in saves)
    shares = _shares(mix) if len(saves) == 1 and not trained else {}
    found = [(leaf, amount) for leaf, amount in mix.items() if leaf.part != "component"]
    for leaf, amount in found:
        method = "lora-train" if trained and leaf.part == "model" else _method(leaf, amount)
        _add(draft, child, leaf, method, shares.get(leaf))
        if leaf.part == "model" and amount.added != 0 and amount.taken != 0:
            _add(draft, child, leaf, "subtract", None)
    files = {leaf.file for leaf, _ in found}
    for leaf in components:
        if leaf.file not in files:
            _add(draft, child, leaf, "lora-merge" if leaf.part == "lora" else "component", None)
    if not mix and not components:
        draft.remark("", "no file reaches the node that saves; that does not make the model an original")


def _reaching(graph: Graph, saves: list[str], cut: set[str]) -> tuple[Mix, list[Leaf]]:
    """What reaches the models that are saved, and what only reaches their text encoder and their VAE."""
    if not saves:
        every = [Leaf(file, part) for node in graph.values() for file, part in files_of(node)]
        return {leaf: Amount(None) for leaf in every if leaf.part != "component"}, _parts(every)
    known: dict[tuple[str, int], Mix] = {}
    mixes: list[Mix] = []
    others: list[Leaf] = []
    for node in (graph[save] for save in saves):
        for name, slot in node.links.items():
            mix = mix_at(graph, slot, known, cut)
            if name.startswith(("clip", "vae", "text_encoder")):
                others += mix
            else:
                mixes.append(mix)
                others += _parts(mix)
    return total(mixes), others


def _parts(leaves: Mapping[Leaf, Amount] | list[Leaf]) -> list[Leaf]:
    return [leaf for leaf in leaves if leaf.part == "component"]


def _shares(mix: Mix) -> dict[Leaf, float]:
    """The shares of a merge. Where something is taken away, or the numbers do not make a whole, a share is only given
    for what is less than one whole."""
    models = {leaf: amount for leaf, amount in mix.items() if leaf.part == "model"}
    added = [amount.added for amount in models.values()]
    taken = any(amount.taken != 0 for amount in models.values())
    whole = None not in added and abs(sum(one for one in added if one is not None) - 1) < _NEARLY
    if not taken and not whole:
        return {}
    return {
        leaf: round(amount.added, 9)
        for leaf, amount in models.items()
        if amount.added is not None and amount.taken == 0 and (amount.added < 1 or not taken)
    }


def _method(leaf: Leaf, amount: Amount) -> str:
    return "subtract" if leaf.part == "model" and amount.added == 0 and amount.taken != 0 else _METHODS[leaf.part]


def _add(draft: Draft, child: str, leaf: Leaf, method: str, share: float | None) -> None:
    place = shown(leaf.file)
    parent = draft.artefact(artefact_of_file(leaf.file), place, "claimed")
    draft.derivation(Derivation(parent, child, method, None, share=share), place, "claimed")


def _saves(graph: Graph, name: str) -> list[str]:
    """The nodes that save. Of several, the one that gave the file its name, where that can be told."""
    found = [key for key, node in graph.items() if node.kind in _SAVES]
    stem = file_stem(name)
    named = [key for key in found if (prefix := _prefix(graph, key)) and stem.startswith(prefix)]
    return named if len(named) == 1 else found


def _prefix(graph: Graph, key: str) -> str:
    values = graph[key].values
    text = next((values[name] for name in ("filename_prefix", "prefix") if isinstance(values.get(name), str)), "")
    return PurePosixPath(text.replace("\\", "/")).name


def _child(graph: Graph, saves: list[str], name: str, about: str | None) -> Artefact:
    prefixes: Iterator[str] = (prefix for save in saves if (prefix := _prefix(graph, save)))
    called = file_stem(name) or next(prefixes, "")
    if about is not None:
        return Artefact(about, shown(called) or shown(about))
    if not called:
        raise FormatError("", "the workflow does not say which model it made; name the model it is about")
    return artefact_of_name(called)


def _unwrapped(text: str) -> object:
    """Some tools write the two forms as texts inside the JSON."""
    fields = object_of(json_value(text), "")
    for key in ("prompt", "workflow"):
        if isinstance(fields.get(key), str):
            fields = {**fields, key: json_object(fields[key], key)}
    return fields
