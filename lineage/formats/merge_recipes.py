"""What mergers write into a file: `sd_merge_recipe` says how, and `sd_merge_models` says the same of the parents.

A parent's recipe may hold its own parents', so that one file can tell a whole family tree, every member of it known by
the SHA-256 of its file. Values are JSON in texts, or plain; both are met.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lineage.engine.document import Artefact, Derivation
from lineage.engine.fields import shown
from lineage.formats.draft import Draft
from lineage.formats.merge_parents import Parent, parents_of
from lineage.formats.naming import artefact_of_file, artefact_of_hash, as_sha256
from lineage.formats.proposals import FormatError
from lineage.formats.texts import json_value

_LARGEST_RECIPE: Final = 2_000_000
_MOST_WRAPPINGS: Final = 3


def read_recipes(draft: Draft, child: str, metadata: Mapping[str, str]) -> None:
    """Adds the parents of the file, and of every ancestor whose recipe came along."""
    place = "__metadata__.sd_merge_models"
    models = _unwrapped(draft, metadata.get("sd_merge_models"), place)
    named = dict(_ancestors(draft, models, place))
    for digest, entry in named.items():
        draft.artefact(artefact_of_hash(digest, entry.get("name")), f"{place}.{digest}")
    top = _unwrapped(draft, metadata.get("sd_merge_recipe"), "__metadata__.sd_merge_recipe")
    _add_parents(draft, child, top, "__metadata__.sd_merge_recipe", named)
    for digest, entry in named.items():
        where = f"{place}.{digest}.sd_merge_recipe"
        recipe = _unwrapped(draft, entry.get("sd_merge_recipe"), where)
        _add_parents(draft, f"sha256:{digest}", recipe, where, named)
    if named and not isinstance(top, dict):
        draft.remark(place, "ancestors are named, but not how the file was made of them; nothing joins them to it")


def _ancestors(draft: Draft, models: object, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, entry in (models if isinstance(models, dict) else {}).items():
        digest = as_sha256(key)
        if digest is None:
            draft.remark(place, "'{text}' is no whole SHA-256, so nothing can be said of that file", text=shown(key))
        else:
            yield digest, entry if isinstance(entry, dict) else {}


def _add_parents(draft: Draft, child: str, recipe: object, place: str, named: Mapping[str, dict[str, Any]]) -> None:
    if not isinstance(recipe, dict):
        return
    for parent in parents_of(recipe):
        artefact = _parent_artefact(parent, named)
        known = draft.artefact(artefact, place, parent.certainty)
        edge = Derivation(known, child, parent.method, None, share=parent.share)
        draft.derivation(edge, f"{place}.{parent.field}", parent.certainty)
    kind = recipe.get("type")
    if isinstance(kind, str):
        draft.remark(place, "written by '{program}'", program=shown(kind))
    else:
        draft.remark(place, "the recipe does not say its type")


def _parent_artefact(parent: Parent, named: Mapping[str, dict[str, Any]]) -> Artefact:
    if digest := as_sha256(parent.says):
        return artefact_of_hash(digest, named.get(digest, {}).get("name"))
    return artefact_of_file(parent.says)


def _unwrapped(draft: Draft, value: object, place: str) -> object:
    """The value inside texts of JSON. What is too long or is no JSON is left out, with a remark."""
    for _ in range(_MOST_WRAPPINGS):
        if not isinstance(value, str):
            return value
        if len(value) > _LARGEST_RECIPE:
            draft.remark(place, "this has more than {most} characters and was not read", most=_LARGEST_RECIPE)
            return None
        try:
            value = json_value(value, place)
        except FormatError as error:
            draft.left_out(error)
            return None
    return value
