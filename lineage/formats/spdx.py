"""A family as an SPDX 3.0.1 document with its AI profile, in JSON-LD.

Grants and derivations are relationships; the days on which they begin and end are the relationships' times. What nobody
knows is NoAssertion, and what was concluded is never asserted: a verdict is no legal advice.
"""

import json

from lineage.engine.document import Artefact, Derivation
from lineage.formats.addresses import web_address
from lineage.formats.exported_family import ExportedFamily, bounds, inherited_terms
from lineage.formats.naming import as_sha256
from lineage.formats.spdx_elements import Elements, moment_of
from lineage.formats.spdx_licences import relate_licences


def spdx(family: ExportedFamily) -> str:
    """The document as JSON text, created on the day for which the lineage was solved."""
    elements = Elements(family.subject, family.on)
    packages = {artefact.id: _package(elements, family, artefact) for artefact in family.artefacts}
    for artefact in family.artefacts:
        relate_licences(elements, family, artefact.id, packages[artefact.id])
        _annotate(elements, family, artefact.id, packages[artefact.id])
    for made in family.derivations:
        _relate(elements, family, made, packages)
    elements.add(
        "SpdxDocument",
        name=f"Lineage of {family.head.name or family.subject}",
        rootElement=[packages[family.subject]],
        element=elements.ids,
        profileConformance=_profiles(family),
    )
    return elements.written()


def _package(elements: Elements, family: ExportedFamily, artefact: Artefact) -> str:
    digest = as_sha256(artefact.sha256)
    supplier = elements.add("Agent", name=artefact.licensor) if artefact.licensor else None
    planned = "Planned: nobody has made it yet." if artefact.id in family.planned else ""
    return elements.add(
        "ai_AIPackage",
        name=artefact.name or artefact.id,
        comment=planned,
        software_packageVersion=artefact.id,
        software_primaryPurpose="model",
        software_homePage=web_address(family.link(artefact.id)),
        software_downloadLocation=web_address(artefact.url),
        suppliedBy=supplier,
        releaseTime=moment_of(artefact.published_on),
        verifiedUsing=[{"type": "Hash", "algorithm": "sha256", "hashValue": digest}] if digest else None,
        ai_limitation=_limits(family) if artefact.id == family.subject else None,
    )


def _limits(family: ExportedFamily) -> str:
    items = family.inheritance.restrictions(family.subject)
    lines = [f"{item.term.id}, from {item.origin} under {item.licence}" for item in items]
    return "By licence: " + "; ".join(dict.fromkeys(lines)) if lines else ""


def _annotate(elements: Elements, family: ExportedFamily, id: str, package: str) -> None:
    """The lineage state, and for the subject the terms that it inherits, which SPDX has no fields for."""
    state = family.state(id)
    if state is None:
        return
    said: dict[str, object] = {"genseki:lineage-state": state, "genseki:seen-on": str(family.on)}
    if id == family.subject:
        said["genseki:inherited"] = inherited_terms(family)
    statement = json.dumps(said, ensure_ascii=False)
    fields = {"annotationType": "other", "contentType": "application/json", "statement": statement}
    elements.add("Annotation", subject=package, **fields)


def _relate(elements: Elements, family: ExportedFamily, made: Derivation, packages: dict[str, str]) -> None:
    """From child to parent, but for a copy, which SPDX tells the other way round."""
    parent, child = packages[made.parent], packages[made.child]
    undisclosed = family.pedigree.artefacts[made.child].undisclosed_parents
    fields = {
        "startTime": moment_of(bounds(made.obtained_on)[0]),
        "completeness": "incomplete" if undisclosed else "noAssertion",
        "comment": _comment(made),
    }
    if made.method == "mirror":
        elements.relate("copiedTo", parent, [child], **fields)
    elif made.method == "component":
        elements.relate("contains", child, [parent], **fields)
    elif made.method == "train-on-outputs":
        name = family.pedigree.artefacts[made.parent].name or made.parent
        outputs = elements.add(
            "dataset_DatasetPackage",
            name=f"Outputs of {name}",
            software_primaryPurpose="data",
            dataset_datasetType=["noAssertion"],
            comment=f"The outputs of {made.parent} that {made.child} was trained on.",
        )
        elements.relate("generates", parent, [outputs], completeness="noAssertion")
        elements.relate("trainedOn", child, [outputs], **fields)
    else:
        elements.relate("descendantOf", child, [parent], **fields)


def _comment(made: Derivation) -> str:
    starts, until = bounds(made.obtained_on)
    said = [
        f"method: {made.method}",
        "" if made.share is None else f"share: {made.share}",
        "" if made.certain else "claimed, not certain",
        f"the parent was obtained from {starts} on and before {until}" if until else "",
        f"terms accepted again on {made.reaccepted_on}" if made.reaccepted_on else "",
    ]
    return "; ".join(filter(None, said))


def _profiles(family: ExportedFamily) -> list[str]:
    """The AI profile asks for a supplier, a day of release and a place to get every model. Only then is it claimed."""
    told = all(a.licensor and a.published_on and web_address(a.url) for a in family.artefacts)
    return ["core", "software", *(["ai"] if told else [])]
