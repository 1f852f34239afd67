"""One version as a component of CycloneDX: its file, its licences with their days, and what it was made from."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from lineage.engine.document import Artefact, Derivation, Grant
from lineage.formats.addresses import web_address
from lineage.formats.exported_family import ExportedFamily, bounds
from lineage.formats.licence_ids import licence_name
from lineage.formats.naming import as_sha256

_Object = dict[str, Any]


def component(family: ExportedFamily, artefact: Artefact) -> _Object:
    """Everything that may be said of a version in any BOM; the model card is the subject's alone."""
    licences, further = _licences(family, artefact.id)
    digest = as_sha256(artefact.sha256)
    values: _Object = {
        "type": "machine-learning-model",
        "bom-ref": reference(artefact.id),
        "name": artefact.name or artefact.id,
        "publisher": artefact.licensor,
        "hashes": [{"alg": "SHA-256", "content": digest}] if digest else None,
        "licenses": licences,
        "pedigree": _pedigree(family, artefact.id),
        "externalReferences": _references(family, artefact),
        "properties": [*_facts(family, artefact), *further],
    }
    return {key: value for key, value in values.items() if value}


def reference(id: str) -> str:
    """The `bom-ref` of an artefact, the same in every BOM."""
    return f"artefact:{id}"


def properties(*pairs: tuple[str, object]) -> list[_Object]:
    """Properties of our own namespace; what is not known, None, is left out."""
    return [{"name": f"genseki:{name}", "value": _text(value)} for name, value in pairs if value is not None]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _facts(family: ExportedFamily, artefact: Artefact) -> list[_Object]:
    return properties(
        ("id", artefact.id),
        ("lineage-state", family.state(artefact.id)),
        ("published-on", artefact.published_on),
        ("claimed-label", artefact.claimed_label),
        ("undisclosed-parents", True if artefact.undisclosed_parents else None),
        ("planned", True if artefact.id in family.planned else None),
    )


def _references(family: ExportedFamily, artefact: Artefact) -> list[_Object]:
    found = (("website", web_address(artefact.url)), ("documentation", web_address(family.link(artefact.id))))
    return [{"type": type, "url": url} for type, url in found if url]


def _pedigree(family: ExportedFamily, child: str) -> _Object | None:
    """The parents, each as a stub that names the component meant: how it was used belongs to this child alone."""
    made = family.derivations_of(child)
    return {"ancestors": [_ancestor(family, one) for one in made]} if made else None


def _ancestor(family: ExportedFamily, made: Derivation) -> _Object:
    starts, until = bounds(made.obtained_on)
    parent = family.pedigree.artefacts[made.parent]
    return {
        "type": "machine-learning-model",
        "name": parent.name or parent.id,
        "properties": properties(
            ("ref", reference(parent.id)),
            ("method", made.method),
            ("share", made.share),
            ("certain", made.certain),
            ("obtained-from", starts),
            ("obtained-until", until),
            ("reaccepted-on", made.reaccepted_on),
        ),
    }


def _licences(family: ExportedFamily, id: str) -> tuple[list[_Object], list[_Object]]:
    """The licences of a version with their days, and properties for what this list cannot hold.

    An expression of several licences may only stand alone, and then has no room for days.
    """
    spans = family.standing(id)
    dated = [(span.grant, span.until) for span in spans if span.grant]
    dated += [(grant, grant.until) for grant in family.offers(id)]
    gaps = [p for span in spans if not span.grant for p in _days("unknown-licence", span.starts, span.until)]
    if len(dated) == 1 and licence_name(family.licence(dated[0][0].licence)).kind == "joined":
        grant, until = dated[0]
        name = licence_name(family.licence(grant.licence))
        return [{"expression": name.expression, "acknowledgement": "declared"}], [*_grant(grant, until), *gaps]
    return [{"license": _licence(family, grant, until)} for grant, until in dated], gaps


def _licence(family: ExportedFamily, grant: Grant, until: date | None) -> _Object:
    licence = family.licence(grant.licence)
    name = licence_name(licence)
    if name.listed:
        values: _Object = {"id": name.expression}
    else:
        values = {"name": licence.name or name.expression}
    values["acknowledgement"] = "declared"
    if url := web_address(licence.url):
        values["url"] = url
    values["properties"] = [*properties(("spdx-expression", name.expression)), *_grant(grant, until)]
    return values


def _grant(grant: Grant, until: date | None) -> list[_Object]:
    return [
        *properties(("licence", grant.licence)),
        *_days("granted", grant.starts, until),
        *properties(("certain", grant.certain), ("optional", True if grant.optional else None)),
    ]


def _days(what: str, starts: date, until: date | None) -> Iterator[_Object]:
    """The day `until` is the first that is not covered any more."""
    yield from properties((f"{what}-from", starts), (f"{what}-until", until))
