"""What trainers write into a file: ModelSpec's fields, and the `ss_` fields of kohya's scripts."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from lineage.engine.document import Artefact, Derivation, Interval
from lineage.engine.fields import shown
from lineage.formats.draft import Draft
from lineage.formats.naming import (
    artefact_of_file,
    artefact_of_name,
    artefact_of_repository,
    as_sha256,
    file_stem,
    is_repository,
    name_of,
)
from lineage.formats.proposals import Certainty

ANY_EARLIER_DAY: Final = date(1970, 1, 1)
"""The beginning of an interval of which only the end is known. It adds nothing: nobody takes what is not offered."""

_FIRST_YEAR: Final = 2020
_LAST_YEAR: Final = 2200
_NO_NAMES: Final = ("", "None", "none", "null")


def read_modelspec(draft: Draft, child: str, metadata: Mapping[str, str]) -> None:
    """`merged_from` holds titles with commas between them, and titles may have commas, too: each is only a claim."""
    place = "__metadata__.modelspec.merged_from"
    titles = [title.strip() for title in metadata.get("modelspec.merged_from", "").split(",")]
    for title in filter(None, titles[:100]):
        parent = draft.artefact(artefact_of_name(title), place, "claimed")
        draft.derivation(Derivation(parent, child, "merge", None), place, "claimed")
    if any(titles):
        draft.remark(place, "titles are divided at commas; a title with a comma in it was read as two")
    elif "modelspec.sai_model_spec" in metadata:
        draft.remark(place, "no parents are named here; that does not mean that there are none")
    if author := name_of(metadata.get("modelspec.author")):
        draft.remark("__metadata__.modelspec.author", "'{name}' is named as the author", name=author)


def read_training(draft: Draft, child: str, metadata: Mapping[str, str]) -> None:
    """The base that kohya's scripts were given. It was there, at the latest, when the training began."""
    base = _base(draft, metadata)
    if base is None:
        return
    parent = draft.artefact(base, "__metadata__.ss_sd_model_name")
    method = "lora-train" if _given(metadata, "ss_network_module") else "finetune"
    certainty: Certainty = "declared" if base.sha256 else "claimed"
    edge = Derivation(parent, child, method, _obtained(draft, metadata))
    draft.derivation(edge, "__metadata__.ss_sd_model_name", certainty)
    if vae := _given(metadata, "ss_vae_name"):
        says = "trained through the VAE '{name}', which is not proposed as a parent"
        draft.remark("__metadata__.ss_vae_name", says, name=shown(vae))


def _base(draft: Draft, metadata: Mapping[str, str]) -> Artefact | None:
    name = _given(metadata, "ss_sd_model_name")
    digest = as_sha256(metadata.get("ss_new_sd_model_hash"))
    short = _given(metadata, "ss_sd_model_hash")
    if digest:
        return Artefact(f"sha256:{digest}", name_of(file_stem(name or "")) or f"{digest[:10]}…", sha256=digest)
    if short:
        says = "the short hash '{short}' is a hint only: other files have it, too"
        draft.remark("__metadata__.ss_sd_model_hash", says, short=shown(short))
    if name and "/" in name and is_repository(name):
        return artefact_of_repository(name)
    return artefact_of_file(name or "unnamed base", short) if name or short else None


def _obtained(draft: Draft, metadata: Mapping[str, str]) -> Interval | None:
    """Any day up to that of the beginning of the training, in UTC."""
    text = metadata.get("ss_training_started_at")
    if text is None:
        return None
    try:
        began = datetime.fromtimestamp(float(text), UTC).date()
    except (ValueError, OverflowError, OSError):
        began = date.min
    if _FIRST_YEAR <= began.year <= _LAST_YEAR:
        return Interval(ANY_EARLIER_DAY, began + timedelta(days=1))
    says = "'{text}' is no time at which a training can have begun; the day is left unknown"
    draft.remark("__metadata__.ss_training_started_at", says, text=shown(text))
    return None


def _given(metadata: Mapping[str, str], key: str) -> str | None:
    """A field that says something: kohya's scripts write Python's None as a text."""
    value = metadata.get(key, "").strip()
    return None if value in _NO_NAMES else value
