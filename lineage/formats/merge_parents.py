"""The parents in one merge recipe, by the program that wrote it. A type nobody knows gives every hash, as claims."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lineage.formats.naming import as_sha256
from lineage.formats.proposals import Certainty
from lineage.formats.texts import walked

_ROLES: Final = ("primary_model_hash", "secondary_model_hash", "tertiary_model_hash")
_LETTERS: Final = ("model_a", "model_b", "model_c")
_NO_VAE: Final = ("", "None", "none")


@dataclass(frozen=True, slots=True)
class Parent:
    """One parent as the recipe has it: `says` is a SHA-256 or a name, `field` where it stands in the recipe."""

    says: str
    field: str
    method: str = "merge"
    share: float | None = None
    certainty: Certainty = "declared"


def parents_of(recipe: Mapping[str, Any]) -> list[Parent]:
    """The parents that a recipe names, in its own order."""
    kind = recipe.get("type")
    if kind == "webui":
        return _webui(recipe)
    if kind == "merge-model-chattiori":
        return _by_roles(recipe, _ROLES, str(recipe.get("merge_method", "")))
    if kind == "sd-webui-supermerger":
        return _by_roles(recipe, _LETTERS, str(recipe.get("mode", "")))
    if kind == "sd-webui-model-mixer":
        known = _by_roles(recipe, ("model_a",), "")
        return known + [other for other in _every_hash(recipe) if other.says not in {parent.says for parent in known}]
    return list(_every_hash(recipe))


def _webui(recipe: Mapping[str, Any]) -> list[Parent]:
    """AUTOMATIC1111's merger. A weighted sum is (1-m) of the first and m of the second; "Add difference" adds m times
    what the second has and the third has not."""
    how = recipe.get("interp_method")
    second = _share(recipe.get("multiplier"))
    first = None if second is None or how != "Weighted sum" else round(1 - second, 9)
    alone = how == "No interpolation"
    parents = _by_roles(recipe, _ROLES[:1] if alone else _ROLES, str(how or ""))
    shares = {_ROLES[0]: first, _ROLES[1]: second if how in ("Weighted sum", "Add difference") else None}
    method = "convert" if alone else None
    weighed = [Parent(one.says, one.field, method or one.method, shares.get(one.field)) for one in parents]
    vae = recipe.get("bake_in_vae")
    if isinstance(vae, str) and vae.strip() not in _NO_VAE:
        weighed.append(Parent(vae.strip(), "bake_in_vae", "component", certainty="claimed"))
    return weighed


def _by_roles(recipe: Mapping[str, Any], roles: tuple[str, ...], how: str) -> list[Parent]:
    """Whoever stands in a role. The third is taken away where the method is a difference, else it is mixed in."""
    found = []
    for role in roles:
        said = recipe.get(role)
        if not isinstance(said, str) or not said.strip():
            continue
        digest = as_sha256(said)
        method = "subtract" if role == roles[-1] and len(roles) == 3 and "difference" in how.lower() else "merge"
        found.append(Parent(digest or said.strip(), role, method, certainty="declared" if digest else "claimed"))
    return found


def _every_hash(recipe: Mapping[str, Any]) -> Iterator[Parent]:
    seen = set()
    for value in walked(dict(recipe), ""):
        digest = as_sha256(value)
        if digest and digest not in seen:
            seen.add(digest)
            yield Parent(digest, "*", certainty="claimed")


def _share(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        return None
    return float(value)
