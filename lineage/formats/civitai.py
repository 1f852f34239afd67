"""Models as Civitai's API gives them. It knows permissions and files, and nothing of ancestors.

What a page shows on a day is what was offered on that day: permissions begin on the day on which they were seen, and
are not carried back. Who uploads a model need not have made it, so nobody is proposed as the licensor.
"""

import re
from datetime import date
from typing import Any, Final

from lineage.engine.document import Artefact, Derivation, Grant
from lineage.engine.fields import shown
from lineage.formats.civitai_links import add_links
from lineage.formats.civitai_permissions import Permissions, exemption_of, licence_of, permissions_of
from lineage.formats.draft import Draft, draft_of
from lineage.formats.json_fields import day_at, entries_at, name_at, number_at, object_of, text_at
from lineage.formats.naming import artefact_of_hash, as_sha256, id_of, nearest
from lineage.formats.proposals import FormatError, Proposal
from lineage.formats.texts import as_bytes, decoded, json_value

_MODEL_FILES: Final = ("Model", "Pruned Model")
_METHODS: Final = {"LORA": "lora-train", "LoCon": "lora-train", "DoRA": "lora-train"}
_AUTO_V2: Final = re.compile(r"[0-9A-Fa-f]{10}")


def import_civitai(data: bytes | str, *, seen_on: date | None = None) -> Proposal:
    """The versions of a model, of a list of models, or one version alone, as the API gave them on a day. Where that day
    is not known, no permissions are proposed.

    Raises FormatError.
    """
    value = json_value(decoded(data))
    draft = draft_of(as_bytes(data), "civitai")
    reading = _Reading(draft, seen_on)
    if isinstance(value, dict) and "items" in value:
        value = value["items"]
        place = "items"
    else:
        place = ""
    if isinstance(value, list):
        for number, model in enumerate(value):
            reading.model(object_of(model, f"{place}[{number}]"), f"{place}[{number}]")
    else:
        reading.model(object_of(value, ""), "")
    return draft.done()


class _Reading:
    """One source being read. Files are known by their hash: two versions with one file are one artefact."""

    def __init__(self, draft: Draft, seen_on: date | None) -> None:
        self._draft = draft
        self._seen_on = seen_on
        self._of_hash: dict[str, str] = {}

    def model(self, model: dict[str, Any], place: str) -> None:
        if "modelVersions" not in model:
            self._version_alone(model, place)
            return
        model_id = number_at(model, "id", place)
        permissions = permissions_of(self._draft, model, place)
        self._say_who_published(model, place)
        for number, version in enumerate(entries_at(model, "modelVersions", place)):
            where = _at(place, f"modelVersions[{number}]")
            self._version(object_of(version, where), where, model, model_id, permissions)

    def _version_alone(self, version: dict[str, Any], place: str) -> None:
        if "modelId" not in version:
            if near := nearest("modelVersions", version):
                says = "a model of Civitai has 'modelVersions', and a version 'modelId'; is '{near}' meant to be one?"
                raise FormatError(place, says, near=near)
            raise FormatError(place, "a model of Civitai has 'modelVersions', and a version 'modelId'")
        self._draft.remark(place, "a version alone does not tell its permissions; import the whole model for them")
        inner = version.get("model")
        model = inner if isinstance(inner, dict) else {}
        self._version(version, place, model, number_at(version, "modelId", place), None)

    def _version(
        self, version: dict[str, Any], place: str, model: dict[str, Any], model_id: int, permissions: Permissions | None
    ) -> None:
        artefact = self._artefact(version, place, model, model_id)
        if artefact is None:
            return
        self._draft.artefact(artefact, place)
        if permissions is not None:
            self._grant(artefact, permissions, place)
        self._base(version, place, artefact.id, name_at(model, "type", place) or "")
        self._other_files(version, place, artefact)
        for holder, where in ((model, "description of the model"), (version, f"{place}.description")):
            add_links(self._draft, artefact.id, model_id, text_at(holder, "description", where), where)

    def _artefact(self, version: dict[str, Any], place: str, model: dict[str, Any], model_id: int) -> Artefact | None:
        version_id = number_at(version, "id", place)
        new_id = f"civitai:{model_id}@{version_id}"
        digest = self._primary_hash(version, place)
        if digest in self._of_hash:
            says = "this is the same file as that of {other}, and proposed only once"
            self._draft.remark(place, says, other=self._of_hash[digest])
            return None
        if digest:
            self._of_hash[digest] = new_id
        return Artefact(
            id=new_id,
            name=self._name(version, place, model, model_id),
            published_on=day_at(version, "publishedAt", place) or day_at(version, "createdAt", place),
            sha256=digest,
            url=f"https://civitai.com/models/{model_id}?modelVersionId={version_id}",
        )

    def _name(self, version: dict[str, Any], place: str, model: dict[str, Any], model_id: int) -> str:
        """Models for adults are shown by their number, never by their name."""
        name = name_at(model, "name", place)
        if model.get("nsfw") is True or not name:
            return f"Civitai model {model_id}, version {number_at(version, 'id', place)}"
        return shown(f"{name} {name_at(version, 'name', place) or ''}".strip())

    def _primary_hash(self, version: dict[str, Any], place: str) -> str | None:
        files = [file for file, _ in _model_files(version, place)]
        primary = next((file for file in files if file.get("primary") is True), files[0] if files else {})
        digest = _hash_of(primary)
        if digest is None:
            self._draft.remark(place, "no SHA-256 is given for this version, so its file cannot be recognised")
            return None
        short = primary["hashes"].get("AutoV2")
        if isinstance(short, str) and _AUTO_V2.fullmatch(short) and not digest.startswith(short.lower()):
            says = "AutoV2 {short} is not the beginning of the SHA-256; one of the two is wrong"
            self._draft.remark(place, says, short=short)
        return digest

    def _other_files(self, version: dict[str, Any], place: str, artefact: Artefact) -> None:
        """Another file of weights in one version is most likely the same in another precision, or without its EMA."""
        for file, where in _model_files(version, place):
            digest = _hash_of(file)
            if digest is None or digest in self._of_hash:
                continue
            other = artefact_of_hash(digest, f"{artefact.name}, another file")
            self._of_hash[digest] = self._draft.artefact(other, where)
            edge = Derivation(artefact.id, other.id, "convert", artefact.published_on)
            self._draft.derivation(edge, where, "claimed")

    def _grant(self, artefact: Artefact, permissions: Permissions, place: str) -> None:
        if self._seen_on is None:
            self._draft.remark(
                "", "no day is known on which these permissions were seen, so none are proposed; give the day"
            )
            return
        licence = self._draft.licence(licence_of(permissions, self._seen_on), place)
        self._draft.grant(Grant(artefact.id, licence, self._seen_on, evidence=artefact.url), place)
        exemption = exemption_of(permissions, artefact.id)
        if exemption is not None:
            self._draft.exemption(exemption, place)
        if artefact.published_on and artefact.published_on > self._seen_on:
            says = "this was published on {day}, after the day on which it is said to have been seen"
            self._draft.remark(place, says, day=artefact.published_on.isoformat())

    def _base(self, version: dict[str, Any], place: str, child: str, kind: str) -> None:
        """The base that a page names is a family of models, chosen from a list: no more than a candidate."""
        base = name_at(version, "baseModel", place)
        if base and base != "Other":
            where = f"{place}.baseModel"
            parent = self._draft.artefact(Artefact(id_of("base-model", base), base), where, "candidate")
            self._draft.derivation(Derivation(parent, child, _METHODS.get(kind, "finetune"), None), where, "candidate")

    def _say_who_published(self, model: dict[str, Any], place: str) -> None:
        creator = model.get("creator")
        if isinstance(creator, dict) and (name := name_at(creator, "username", place)):
            says = "published by '{name}', who need not be the maker; no licensor is proposed"
            self._draft.remark(_at(place, "creator"), says, name=name)


def _model_files(version: dict[str, Any], place: str) -> list[tuple[dict[str, Any], str]]:
    """The files of weights of a version with their places: no VAE, no training data, no configuration."""
    if version.get("files") is None:
        return []
    found = []
    for number, entry in enumerate(entries_at(version, "files", place)):
        where = f"{place}.files[{number}]"
        file = object_of(entry, where)
        if file.get("type", "Model") in _MODEL_FILES:
            found.append((file, where))
    return found


def _hash_of(file: dict[str, Any]) -> str | None:
    hashes = file.get("hashes")
    return as_sha256(hashes.get("SHA256")) if isinstance(hashes, dict) else None


def _at(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
