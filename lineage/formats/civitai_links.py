"""Links in a description. A page may thank, warn of or compare with what it links to: each is a candidate, no more."""

import re
from functools import lru_cache
from typing import Final

from lineage.engine.document import Artefact, Derivation
from lineage.formats.draft import Draft
from lineage.formats.naming import artefact_of_repository, is_repository

MOST_LINKS: Final = 30
_LONGEST: Final = 500_000

_MODEL = re.compile(r"civitai\.com/models/(\d{1,12})(?:/[\w%-]{0,200})?(?:\?modelVersionId=(\d{1,12}))?", re.ASCII)
_REPOSITORY = re.compile(r"huggingface\.co/([A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})", re.ASCII)
_NO_OWNERS: Final = frozenset({"datasets", "spaces", "docs", "blog", "papers", "collections", "posts", "join"})


def add_links(draft: Draft, child: str, model_id: int, description: str | None, place: str) -> None:
    """Adds what a description links to as candidates for parents, but for the model itself."""
    found = _linked((description or "")[:_LONGEST], model_id)
    for artefact in found[:MOST_LINKS]:
        parent = draft.artefact(artefact, place, "candidate")
        draft.derivation(Derivation(parent, child, "merge", None), place, "candidate")
    if len(found) > MOST_LINKS:
        says = "of {found} links only the first {most} are proposed as candidates"
        draft.remark(place, says, found=len(found), most=MOST_LINKS)


@lru_cache(maxsize=2)
def _linked(text: str, own: int) -> tuple[Artefact, ...]:
    """What a text links to, each once. A model's description counts for all its versions, and is searched once."""
    found = {artefact.id: artefact for artefact in [*_models(text, own), *_repositories(text)]}
    return tuple(found.values())


def _models(text: str, own: int) -> list[Artefact]:
    return [_model(match[1], match[2]) for match in _MODEL.finditer(text) if int(match[1]) != own]


def _model(model_id: str, version_id: str | None) -> Artefact:
    """A model that is only linked to is shown by its number: its name is not known here."""
    url = f"https://civitai.com/models/{model_id}"
    if version_id is None:
        return Artefact(f"civitai:{model_id}", f"Civitai model {model_id}", url=url)
    name = f"Civitai model {model_id}, version {version_id}"
    return Artefact(f"civitai:{model_id}@{version_id}", name, url=f"{url}?modelVersionId={version_id}")


def _repositories(text: str) -> list[Artefact]:
    names = [match[1].rstrip(".") for match in _REPOSITORY.finditer(text)]
    return [
        artefact_of_repository(name)
        for name in names
        if is_repository(name) and name.split("/")[0].lower() not in _NO_OWNERS
    ]
