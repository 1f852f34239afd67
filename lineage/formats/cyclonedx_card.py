"""The model card inside a BOM: what may be done with the version, and the terms that limit it."""

import json
from typing import Any

from lineage.engine.use_strip import answers_to
from lineage.engine.verdicts import Answer
from lineage.formats.cyclonedx_components import properties, reference
from lineage.formats.exported_family import ExportedFamily, inherited_terms


def model_card(family: ExportedFamily) -> dict[str, Any]:
    """Uses, each with its verdict for somebody of whom nothing is known, and the limits that come from licences."""
    considerations = {"useCases": _uses(family), "technicalLimitations": _limits(family)}
    card: dict[str, Any] = {
        "modelParameters": {"datasets": _datasets(family)},
        "considerations": {key: texts for key, texts in considerations.items() if texts},
        "properties": properties(*[("inherited", _line(term)) for term in inherited_terms(family)]),
    }
    if not card["modelParameters"]["datasets"]:
        del card["modelParameters"]
    return card


def _datasets(family: ExportedFamily) -> list[dict[str, Any]]:
    """Outputs of a parent that the version was trained on. Other data is not on record."""
    parents = {made.parent for made in family.derivations_of(family.subject) if made.method == "train-on-outputs"}
    names = {parent: family.pedigree.artefacts[parent].name or parent for parent in sorted(parents)}
    return [
        {
            "type": "dataset",
            "name": f"Outputs of {name}",
            "contents": {"properties": properties(("outputs-of", reference(parent)))},
        }
        for parent, name in names.items()
    ]


def _uses(family: ExportedFamily) -> list[str]:
    answers = answers_to(family.inheritance, family.subject)
    return [f"{use}: {given.verdict}{_why(given)}" for use, given in answers.items()]


def _why(given: Answer) -> str:
    codes = sorted({reason.code for reason in given.reasons if reason.verdict == given.verdict})
    return f" ({', '.join(codes)})" if codes else ""


def _limits(family: ExportedFamily) -> list[str]:
    """CycloneDX has no field for limits by licence, so each says that it is one."""
    found = []
    for item in family.inheritance.restrictions(family.subject):
        limit = "" if item.term.limit is None else f" {item.term.limit:,}"
        sure = "" if item.certain else " (possible, not certain)"
        said = f"{item.term.id}{limit}, from {item.origin} under {item.licence}{sure}"
        found.append(f"By licence, not by technique: {said}")
    return list(dict.fromkeys(found))


def _line(term: dict[str, Any]) -> str:
    return json.dumps(term, ensure_ascii=False)
