"""The block of YAML that heads a model card on Hugging Face: the licence, and the models it was made from.

Only keys that Hugging Face knows are written, and only what is certain. The rest stands in comments, for a person to
decide about: there a base must be a repository, and all bases share one word for how they were used.
"""

import json
from collections.abc import Iterator
from typing import Final

from lineage.engine.document import Derivation, Grant
from lineage.formats.addresses import repository_at, web_address
from lineage.formats.exported_family import ExportedFamily
from lineage.formats.hugging_face_labels import hub_label
from lineage.formats.licence_ids import OWN, licence_name
from lineage.picture.xml_text import plain

_RELATIONS: Final = {
    "finetune": "finetune",
    "continue": "finetune",
    "distill": "finetune",
    "train-on-outputs": "finetune",
    "merge": "merge",
    "lora-merge": "merge",
    "lora-train": "adapter",
    "convert": "quantized",
}
#: Ways of deriving after which Hugging Face would not speak of a base.
_NO_BASE: Final = frozenset({"component", "subtract"})
MOST_BASES: Final = 100


def hugging_face_block(family: ExportedFamily) -> str:
    """The block with its lines of `---`, to be put at the head of a README.md."""
    lines = [*_planned(family), *_licence(family), *_bases(family)]
    return "\n".join(["---", *lines, "---", ""])


def _planned(family: ExportedFamily) -> Iterator[str]:
    if family.subject in family.planned:
        yield "# Planned: nobody has made this version yet."


def _licence(family: ExportedFamily) -> Iterator[str]:
    grant = family.own_grant()
    if grant is None:
        yield f"# license: not known on {family.on}"
    elif grant.certain:
        yield from _label(family, grant)
    else:
        yield f"# license: claimed to be {_words(grant.licence)}, which is not certain"


def _label(family: ExportedFamily, grant: Grant) -> Iterator[str]:
    licence = family.licence(grant.licence)
    expression = licence_name(licence).expression
    label = hub_label(expression)
    if label:
        yield f"license: {label}"
        return
    yield "license: other"
    yield f"license_name: {json.dumps(expression.removeprefix(OWN).removeprefix('LicenseRef-'))}"
    if address := web_address(licence.url):
        yield f"license_link: {json.dumps(address)}"


def _bases(family: ExportedFamily) -> Iterator[str]:
    made = family.derivations_of(family.subject)
    bases: dict[str, set[str]] = {}
    for one in made:
        repository = repository_at(family.pedigree.artefacts[one.parent].url)
        if repository and one.certain and one.method not in _NO_BASE and len(bases) < MOST_BASES:
            bases.setdefault(repository, set()).add(one.method)
        else:
            yield f"# {_remark(family, one, repository)}"
    if family.head.undisclosed_parents:
        yield "# It has further parents, which are not disclosed."
    if bases:
        yield "base_model:"
        yield from (f"- {json.dumps(repository)}" for repository in sorted(bases))
        yield from _relation({method for methods in bases.values() for method in methods})


def _remark(family: ExportedFamily, made: Derivation, repository: str | None) -> str:
    name = _words(family.pedigree.artefacts[made.parent].name or made.parent)
    where = f" ({repository})" if repository else ", which has no repository on record here"
    sure = "Made from" if made.certain else "Said to be made from"
    return f"{sure} {name}{where}, by {made.method}."


def _relation(methods: set[str]) -> Iterator[str]:
    """One word for all bases: a merge is one of everything in it; other mixtures have no word."""
    relations = {_RELATIONS[method] for method in methods if method in _RELATIONS}
    if len(relations) == 1 and methods <= _RELATIONS.keys():
        yield f"base_model_relation: {relations.pop()}"
    elif "merge" in relations:
        yield "base_model_relation: merge"
    else:
        yield f"# base_model_relation: no one word fits {', '.join(sorted(methods))}"


def _words(text: str) -> str:
    """A stranger's text on the one line of a comment."""
    line = plain(text)
    return line if len(line) <= 200 else line[:199] + "…"
