"""Model cards of Hugging Face: the YAML between two lines of `---` at the head of a README.md.

A card says what a repository holds now. Only its history tells since when: the commit that changes the licence is the
boundary between two grants.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from lineage.engine.document import Derivation
from lineage.engine.fields import shown
from lineage.formats.card_licences import add_grants, label_of
from lineage.formats.draft import Draft, draft_of
from lineage.formats.mergekit import add_configuration
from lineage.formats.naming import artefact_of_name, artefact_of_repository, is_repository, name_of
from lineage.formats.proposals import Certainty, FormatError, Proposal
from lineage.formats.texts import as_bytes, decoded
from lineage.formats.told_recipes import add_told_recipes
from lineage.formats.yaml_texts import yaml_object

MOST_BASES: Final = 200
MOST_COMMITS: Final = 1_000

_HEAD = re.compile(r"\s*---[ \t]*\r?\n(.*?)(?<=\n)---[ \t]*(?:\r?\n|$)", re.DOTALL)
# A block begins at the head of a line: so the next one ends it at the latest, and no text is looked through twice.
_RECIPE = re.compile(r"^```ya?ml[ \t]*\r?\n(.*?)\r?\n```", re.DOTALL | re.MULTILINE)
_METHODS: Final = {"adapter": "lora-train", "merge": "merge", "quantized": "convert", "finetune": "finetune"}


@dataclass(frozen=True, slots=True)
class CardCommit:
    """The card as one commit left it, or the fields at its head. The last commit of a day counts for that day."""

    on: date
    commit: str
    card: bytes | str | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CardSource:
    """Where a card comes from: a repository (`owner/name`), or the id of the artefact that it is `about`, or both.

    Without a history, `seen_on` is the first day for which its licence can be told.
    """

    repository: str = ""
    seen_on: date | None = None
    history: Sequence[CardCommit] = ()
    about: str | None = None


def import_model_card(card: bytes | str, source: CardSource) -> Proposal:
    """What a card says of the bases and the licence of its repository. Raises FormatError."""
    return card_proposal(decoded(card), source, draft_of(as_bytes(card), "hugging-face-card"))


def card_proposal(text: str, source: CardSource, draft: Draft) -> Proposal:
    """The same of a card whose evidence is something else, such as a file that holds its history, too."""
    if not source.repository and source.about is None:
        raise FormatError("", "a card does not say which model it is about; name the model, or its repository")
    if source.repository and not is_repository(source.repository):
        says = "'{text}' is not the name of a repository: owner/name"
        raise FormatError("repository", says, text=shown(source.repository))
    if len(source.history) > MOST_COMMITS:
        says = "more than {most} commits; give only those that change the licence"
        raise FormatError("history", says, most=MOST_COMMITS)
    fields = _front_matter(text, "card", draft)
    child = _child(draft, source, fields)
    _add_bases(draft, child, fields)
    labels = [(commit.on, _label_then(commit, draft), commit.commit) for commit in source.history]
    if not labels and source.seen_on is not None:
        labels = [(source.seen_on, label_of(fields, draft), "")]
    add_grants(draft, child, labels)
    _add_recipes(draft, child, text)
    add_told_recipes(draft, child, text)
    return draft.done()


def _front_matter(text: str, place: str, draft: Draft) -> dict[str, Any]:
    match = _HEAD.match(text)
    if match is None:
        draft.remark(place, "there is no YAML between two lines of --- at the head, so the card declares nothing")
        return {}
    return yaml_object(match[1], place)


def _child(draft: Draft, source: CardSource, fields: dict[str, Any]) -> str:
    known = artefact_of_repository(source.repository) if source.repository else artefact_of_name(source.about or "")
    known = replace(known, id=source.about or known.id, claimed_label=label_of(fields, draft))
    draft.remark("", "a repository may hold several files, and others tomorrow: say which version is meant")
    if newer := name_of(fields.get("new_version")):
        draft.remark("card.new_version", "the card names '{name}' as a newer version", name=newer)
    return draft.artefact(known, "card")


def _add_bases(draft: Draft, child: str, fields: dict[str, Any]) -> None:
    bases = _texts(fields.get("base_model"))
    if len(bases) > MOST_BASES:
        says = "more than {most} bases are named; give the file of the merge instead"
        raise FormatError("card.base_model", says, most=MOST_BASES)
    method, certainty = _method(draft, fields, len(bases))
    for base in bases:
        named = artefact_of_repository(base) if is_repository(base) else artefact_of_name(base)
        sure: Certainty = certainty if is_repository(base) else "claimed"
        parent = draft.artefact(named, "card.base_model", sure)
        draft.derivation(Derivation(parent, child, method, None), "card.base_model", sure)


def _method(draft: Draft, fields: dict[str, Any], bases: int) -> tuple[str, Certainty]:
    """How the model was made of its bases: as the card says, or else as its other fields suggest."""
    relation = fields.get("base_model_relation")
    if isinstance(relation, str) and relation in _METHODS:
        return _METHODS[relation], "declared"
    if relation is not None:
        says = "'{relation}' is none of {known}; how the model was made is a guess"
        draft.remark("card.base_model_relation", says, relation=shown(str(relation)), known=", ".join(_METHODS))
    tags = {tag.lower() for tag in _texts(fields.get("tags"))}
    if bases > 1 or tags & {"merge", "mergekit"}:
        return "merge", "claimed"
    if fields.get("library_name") == "peft" or "lora" in tags:
        return "lora-train", "claimed"
    return "finetune", "claimed"


def _texts(value: object) -> list[str]:
    """A text or a list of texts, as YAML has it; nothing else counts."""
    entries = value if isinstance(value, list) else [value]
    return [entry.strip() for entry in entries if isinstance(entry, str) and entry.strip()]


def _label_then(commit: CardCommit, draft: Draft) -> str | None:
    place = f"commit {shown(commit.commit)}" if commit.commit else f"commit of {commit.on}"
    if isinstance(commit.card, Mapping):
        return label_of(dict(commit.card), draft)
    return label_of(_front_matter(decoded(commit.card, place=place), place, draft), draft)


def _add_recipes(draft: Draft, child: str, text: str) -> None:
    """mergekit writes its configuration into the card. A block that cannot be read is left out, with a remark."""
    for match in list(_RECIPE.finditer(text))[:10]:
        if "merge_method" not in match[1]:
            continue
        place = f"card, configuration at line {text.count(chr(10), 0, match.start()) + 2}"
        try:
            add_configuration(draft, child, yaml_object(match[1], place), place)
        except FormatError as error:
            draft.left_out(error)
