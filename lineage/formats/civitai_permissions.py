"""Civitai's permissions as the terms of a dated licence.

`allowCommercialUse` has been written in three shapes. As one word, of 2023, each use contains those before it; as a
list, and as the list of PostgreSQL inside a text, every use stands for itself.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from lineage.engine.document import Exemption, Licence, Term
from lineage.formats.draft import Draft
from lineage.formats.json_fields import flag_at

USES: Final = ("Image", "RentCivit", "Rent", "Sell")
"""What may be done for money: sell pictures, run it on Civitai, run it anywhere, sell it. In the old order of more."""

_FORBIDS: Final = {"Image": "no-commercial-outputs", "Rent": "no-monetised-hosting", "Sell": "no-selling-weights"}


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a page allows everybody."""

    uses: tuple[str, ...]
    no_credit: bool
    derivatives: bool
    other_permissions: bool


def permissions_of(draft: Draft, model: dict[str, Any], place: str) -> Permissions | None:
    """The permissions of a model, or None with a remark if one of the four is missing or unknown: none is guessed."""
    names = ("allowNoCredit", "allowDerivatives", "allowDifferentLicense")
    no_credit, derivatives, other = (flag_at(model, name, place) for name in names)
    uses = _uses(model.get("allowCommercialUse"))
    if uses is None or no_credit is None or derivatives is None or other is None:
        missing = [name for name in names if model.get(name) is None]
        missing += ["allowCommercialUse"] if uses is None else []
        says = "the permissions are not complete ({missing} is missing or not known), so none is proposed"
        draft.remark(place, says, missing=", ".join(missing))
        return None
    return Permissions(uses, no_credit, derivatives, other)


def licence_of(permissions: Permissions, seen_on: date) -> Licence:
    """The licence that a set of permissions amounts to. Its terms bind derivatives only if these must have the same
    permissions; that merges may not be shared speaks of derivatives, and so binds them anyway."""
    carries = "copies" if permissions.other_permissions else "derivatives"
    terms = [Term(_FORBIDS[use], carries=carries) for use in _FORBIDS if use not in permissions.uses]
    terms += [] if permissions.no_credit else [Term("attribution", carries=carries)]
    terms += [] if permissions.derivatives else [Term("no-sharing-merges")]
    words = _words(permissions)
    return Licence(
        id="-".join(["civitai", *words, seen_on.isoformat()]).lower(),
        name=f"Civitai permissions seen on {seen_on.isoformat()}: {', '.join(words)}",
        terms=tuple(terms),
        outbound=() if permissions.other_permissions else ("same-permissions",),
    )


def exemption_of(permissions: Permissions, artefact: str) -> Exemption | None:
    """Civitai itself may run for money what nobody else may."""
    if "RentCivit" in permissions.uses and "Rent" not in permissions.uses:
        return Exemption(artefact, "no-monetised-hosting", ("civitai",))
    return None


def _words(permissions: Permissions) -> list[str]:
    words = list(permissions.uses) or ["None"]
    words += [] if permissions.no_credit else ["credit"]
    words += [] if permissions.derivatives else ["no-merges"]
    return words + ([] if permissions.other_permissions else ["same-permissions"])


def _uses(value: object) -> tuple[str, ...] | None:
    """The uses in the order of USES, or None where a word is not known."""
    if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
        value = [word.strip().strip('"') for word in value[1:-1].split(",")] if value[1:-1].strip() else []
    if isinstance(value, list):
        named = {word for word in value if isinstance(word, str)}
        if len(named) < len(value) or not named <= {*USES, "None"}:
            return None
        return tuple(use for use in USES if use in named)
    if value == "None":
        return ()
    return USES[: USES.index(value) + 1] if isinstance(value, str) and value in USES else None
