"""The compatibility of licences in the two JSON shapes of OSADL's matrix, so that tools for that one read this one.

`matrix.json` maps each leading licence, the one of the combined work, to each subordinate one, that of a part, to an
answer: Same, Yes, No, Unknown or Check dependency. `matrixseqexpl.json` is the same as lists, with explanations.
Beside the licences both have `timeformat` and `timestamp`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from lineage.engine.document import Licence
from lineage.engine.terms import UNKNOWN_LICENCE
from lineage.formats.licence_ids import licence_name, own_reference

TIME_FORMAT: Final = "%Y-%m-%dT%H:%M:%S%z"

# Leading to subordinate to (answer, explanation).
Answers = Mapping[str, Mapping[str, tuple[str, str]]]


def matrix(answers: Answers, at: datetime) -> dict[str, Any]:
    """The shape of `matrix.json`."""
    rows = {
        leading: {subordinate: word for subordinate, (word, _) in row.items()}
        for leading, row in sorted(answers.items())
    }
    return {**_head(at), **rows}


def matrix_with_explanations(answers: Answers, at: datetime) -> dict[str, Any]:
    """The shape of `matrixseqexpl.json`."""
    licences = [
        {
            "name": leading,
            "compatibilities": [
                {"name": subordinate, "compatibility": word, "explanation": explanation}
                for subordinate, (word, explanation) in sorted(row.items())
            ],
        }
        for leading, row in sorted(answers.items())
    ]
    return {**_head(at), "licenses": licences}


def _head(at: datetime) -> dict[str, str]:
    return {"timeformat": TIME_FORMAT, "timestamp": at.astimezone(UTC).strftime(TIME_FORMAT)}


def names(licences: Iterable[Licence]) -> dict[str, str]:
    """Id to name: the one that other tools know, where only one of the texts has it, else a LicenseRef of the id."""
    known = {licence.id: licence_name(licence) for licence in licences}
    shared = Counter(name.expression.lower() for name in known.values())
    found = {
        id: name.expression if name.kind != "joined" and shared[name.expression.lower()] == 1 else own_reference(id)
        for id, name in known.items()
    }
    return {**found, UNKNOWN_LICENCE: own_reference(UNKNOWN_LICENCE)}
