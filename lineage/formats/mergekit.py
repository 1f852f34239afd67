"""mergekit's configuration: which models a merge was made of, in whatever way.

Every model that it refers to is an ancestor, the base of a method with task vectors, too: that is both added and taken
away. A tokenizer from elsewhere is a component.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from lineage.engine.document import Artefact, Derivation
from lineage.engine.fields import shown
from lineage.formats.draft import Draft, draft_of
from lineage.formats.mergekit_references import artefact_of, parse_reference
from lineage.formats.naming import artefact_of_name
from lineage.formats.proposals import Certainty, FormatError, Proposal
from lineage.formats.texts import as_bytes, decoded
from lineage.formats.yaml_texts import LARGEST_YAML, yaml_object

_OWN_TOKENIZERS: Final = ("union", "base")


def import_mergekit(data: bytes | str, *, name: str = "", about: str | None = None) -> Proposal:
    """The parents of the merge that a configuration describes; `name` is what it is called, `about` its id where that
    is known. Raises FormatError."""
    if not name and about is None:
        raise FormatError("", "the configuration does not say which model it made; name the model it is about")
    draft = draft_of(as_bytes(data), "mergekit")
    fields = yaml_object(decoded(data, largest=4 * LARGEST_YAML))
    named = artefact_of_name(name or about or "")
    child = draft.artefact(replace(named, id=about or named.id), "")
    add_configuration(draft, child, fields, "")
    return draft.done()


def add_configuration(draft: Draft, child: str, fields: dict[str, Any], place: str) -> None:
    """Adds what one configuration refers to. Raises FormatError where it refers to nothing."""
    shares = _shares(fields, place)
    found = list(_references(fields, place))
    if not found:
        raise FormatError(place, "no model is named; a configuration of mergekit has models, slices or modules")
    for where, reference, method in found:
        parts = parse_reference(reference, where)
        model = artefact_of(parts.model, parts.revision)
        _add(draft, Derivation(model.id, child, method, None, share=shares.get(where)), where, model)
        if parts.lora:
            lora = artefact_of(parts.lora, parts.lora_revision)
            _add(draft, Derivation(lora.id, child, "lora-merge", None), where, lora)
    draft.remark(_at(place, "merge_method"), "merged by '{method}'", method=shown(str(fields.get("merge_method"))))


def _add(draft: Draft, edge: Derivation, place: str, parent: Artefact) -> None:
    certainty: Certainty = "declared" if parent.url else "claimed"
    draft.artefact(parent, place, certainty)
    draft.derivation(edge, place, certainty)


def _references(fields: dict[str, Any], place: str) -> Iterator[tuple[str, object, str]]:
    """(place, reference, method) of everything that a configuration, or one module of it, refers to."""
    for key in ("models", "slices"):
        for number, entry in enumerate(_entries(fields, key, place)):
            yield from _of_entry(entry, f"{_at(place, key)}[{number}]")
    if fields.get("base_model") is not None:
        yield _at(place, "base_model"), fields["base_model"], "merge"
    yield from _tokenizer(fields, place)
    modules = fields.get("modules")
    for name, module in (modules if isinstance(modules, dict) else {}).items():
        if isinstance(module, dict):
            yield from _references(module, _at(place, f"modules.{shown(name)}"))


def _of_entry(entry: object, where: str) -> Iterator[tuple[str, object, str]]:
    if not isinstance(entry, dict):
        raise FormatError(where, "this must be an object such as `model: owner/name`")
    if "sources" in entry:
        for number, source in enumerate(_entries(entry, "sources", where)):
            yield from _of_entry(source, f"{where}.sources[{number}]")
    else:
        yield f"{where}.model", entry.get("model"), "merge"
    if entry.get("base_model") is not None:
        yield f"{where}.base_model", entry["base_model"], "merge"


def _tokenizer(fields: dict[str, Any], place: str) -> Iterator[tuple[str, object, str]]:
    newer = fields.get("tokenizer")
    source = newer.get("source") if isinstance(newer, dict) else fields.get("tokenizer_source")
    if source is not None and source not in _OWN_TOKENIZERS:
        yield _at(place, "tokenizer"), source, "component"


def _entries(fields: dict[str, Any], key: str, place: str) -> list[Any]:
    value = fields.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise FormatError(_at(place, key), "this must be a list: each entry on a line that begins with -")
    return value


def _shares(fields: dict[str, Any], place: str) -> dict[str, float]:
    """The shares of a plain linear merge, by place. In every other method the weights are no shares."""
    models = fields.get("models")
    if fields.get("merge_method") != "linear" or not isinstance(models, list):
        return {}
    weights = [_weight(entry) for entry in models]
    plain = [weight for weight in weights if weight is not None]
    if len(plain) < len(weights) or not sum(plain) > 0:
        return {}
    return {
        f"{_at(place, 'models')}[{number}].model": round(weight / sum(plain), 9) for number, weight in enumerate(plain)
    }


def _weight(entry: object) -> float | None:
    """A single weight; None for a gradient, a filter, a weight below zero or none at all."""
    parameters = entry.get("parameters") if isinstance(entry, dict) else None
    text = parameters.get("weight") if isinstance(parameters, dict) else None
    try:
        weight = float(text) if isinstance(text, str) else math.nan
    except ValueError:
        return None
    return weight if 0 <= weight < 1e9 else None


def _at(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
