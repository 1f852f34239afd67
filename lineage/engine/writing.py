"""From a lineage file to JSON, always the same way: fields in a fixed order, defaults left out.

`read(write(file)) == file` for every file that `read` accepts, and what was written is written the same again.
"""

import json
from datetime import date
from typing import Any

from lineage.engine.document import (
    FORMAT,
    Artefact,
    Derivation,
    Exemption,
    Facts,
    Grant,
    Interval,
    Licence,
    LineageFile,
    Prohibition,
    Question,
    Term,
)

_Object = dict[str, Any]


def write(file: LineageFile) -> str:
    """The canonical JSON text of a file, with a newline at its end. To be stored as UTF-8."""
    return json.dumps(to_json(file), ensure_ascii=False, indent=1) + "\n"


def to_json(file: LineageFile) -> _Object:
    """A file as plain JSON values. The four lists that a file must have are there even if they are empty."""
    written: _Object = {
        "format": FORMAT,
        "licences": [_licence(licence) for licence in file.licences],
        "artefacts": [_artefact(artefact) for artefact in file.artefacts],
        "grants": [_grant(grant) for grant in file.grants],
        "derivations": [_derivation(derivation) for derivation in file.derivations],
    }
    further: _Object = {
        "exemptions": [_exemption(exemption) for exemption in file.exemptions],
        "prohibitions": [_prohibition(prohibition) for prohibition in file.prohibitions],
        "questions": [_question(question) for question in file.questions],
    }
    return written | {key: entries for key, entries in further.items() if entries}


def _without_defaults(fields: _Object, **defaults: Any) -> _Object:
    """The fields that say something: not None, and not what would be assumed if they were left out."""
    return {
        key: value
        for key, value in fields.items()
        if value is not None and not (key in defaults and value == defaults[key])
    }


def _licence(licence: Licence) -> _Object:
    fields = {
        "id": licence.id,
        "name": licence.name,
        "url": licence.url,
        "spdx": licence.spdx,
        "family": licence.family,
        "or_later": licence.or_later,
        "terms": [_term(term) for term in licence.terms],
        "outbound": list(licence.outbound),
        "control": list(licence.control),
    }
    return _without_defaults(fields, or_later=False)


def _term(term: Term) -> _Object:
    fields = {
        "id": term.id,
        "limit": term.limit,
        "carries": term.carries,
        "reaches_outputs": term.reaches_outputs,
        "clause": term.clause,
        "quote": term.quote,
    }
    return _without_defaults(fields, carries="derivatives", reaches_outputs=False)


def _artefact(artefact: Artefact) -> _Object:
    fields = {
        "id": artefact.id,
        "name": artefact.name,
        "licensor": artefact.licensor,
        "published_on": _day(artefact.published_on),
        "sha256": artefact.sha256,
        "url": artefact.url,
        "undisclosed_parents": artefact.undisclosed_parents,
        "claimed_label": artefact.claimed_label,
    }
    return _without_defaults(fields, undisclosed_parents=False)


def _grant(grant: Grant) -> _Object:
    fields = {
        "artefact": grant.artefact,
        "licence": grant.licence,
        "from": _day(grant.starts),
        "until": _day(grant.until),
        "optional": grant.optional,
        "certain": grant.certain,
        "evidence": _evidence(grant.evidence),
    }
    return _without_defaults(fields, optional=False, certain=True)


def _derivation(derivation: Derivation) -> _Object:
    fields = {
        "share": derivation.share,
        "certain": derivation.certain,
        "reaccepted_on": _day(derivation.reaccepted_on),
        "evidence": _evidence(derivation.evidence),
    }
    return {
        "parent": derivation.parent,
        "child": derivation.child,
        "method": derivation.method,
        "obtained_on": _obtained_on(derivation.obtained_on),
    } | _without_defaults(fields, certain=True)


def _obtained_on(when: date | Interval | None) -> _Object | str | None:
    """A day nobody knows is written as null: the field must be there."""
    if isinstance(when, Interval):
        return {"from": _day(when.starts), "until": _day(when.until)}
    return _day(when)


def _exemption(exemption: Exemption) -> _Object:
    return {"artefact": exemption.artefact, "term": exemption.term, "actors": list(exemption.actors)}


def _prohibition(prohibition: Prohibition) -> _Object:
    return {"artefact": prohibition.artefact, "on": _day(prohibition.on)}


def _question(question: Question) -> _Object:
    fields = {
        "id": question.id,
        "artefact": question.artefact,
        "action": question.action,
        "on": _day(question.on),
        "acquired_on": _day(question.acquired_on),
        "actor": question.actor,
        "facts": _facts(question.facts),
        "holds": dict(question.holds),
        "policy": question.policy,
        "note": question.note,
        "expect": question.expect,
    }
    return _without_defaults(fields, facts={}, holds={}, policy="strict")


def _facts(facts: Facts) -> _Object:
    fields = {
        "team_size": facts.team_size,
        "annual_revenue_usd": facts.annual_revenue_usd,
        "monthly_active_users": facts.monthly_active_users,
        "images_per_month": facts.images_per_month,
        "monetised": facts.monetised,
        "commercial": facts.commercial,
    }
    return _without_defaults(fields, commercial=False)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _evidence(evidence: str | tuple[str, ...] | None) -> str | list[str] | None:
    return list(evidence) if isinstance(evidence, tuple) else evidence
