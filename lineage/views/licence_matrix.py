"""Which licences go together: a table of some of them, and one pair with its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lineage.engine.compatibility import Compatibility, Finding, compatibility, matrix
from lineage.models import Licence, Term
from lineage.views.licence_choice import choices, documents, most_carried, named, texts
from lineage.words import finding_sentence

AT_FIRST = 8
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Found:
    """One finding as the page tells it. `terms` are of the text `source`, with clause and quote."""

    answer: str
    sentence: str
    source: Licence
    terms: tuple[Term, ...]


@require_safe
def licence_matrix(request: HttpRequest) -> HttpResponse:
    asked = [slug.replace("\0", "") for slug in request.GET.getlist("l")]
    shown = texts(asked)[:MOST_SHOWN] or list(most_carried()[:AT_FIRST].prefetch_related("terms"))
    shown.sort(key=lambda row: (str(row).casefold(), row.slug))
    answers = matrix(documents(shown))
    context = {
        "rows": [
            (number, inbound, [(outbound, answers[outbound.slug][inbound.slug]) for outbound in shown])
            for number, inbound in enumerate(shown, start=1)
        ],
        "choices": choices(shown),
        "chosen": {row.pk for row in shown},
        "most": MOST_SHOWN,
        "too_many": len(set(asked)) > MOST_SHOWN,
    }
    return render(request, "lineage/licence_matrix.html", context)


@require_safe
def licence_pair(request: HttpRequest) -> HttpResponse:
    """`in` is the licence of the model that is there, `out` that of the one to be made."""
    asked = [named(request, "in"), named(request, "out")]
    rows = {row.slug: row for row in texts(slug for slug in asked if slug)}
    inbound, outbound = (rows.get(slug) for slug in asked)
    context: dict[str, object] = {
        "inbound": inbound,
        "outbound": outbound,
        "missing": [slug for slug in asked if slug and slug not in rows],
        "choices": choices(rows.values()),
    }
    if inbound and outbound:
        context |= _pair(inbound, outbound)
    return render(request, "lineage/licence_pair.html", context)


def _pair(inbound: Licence, outbound: Licence) -> dict[str, object]:
    one, other = documents([inbound, outbound])
    given, back = compatibility(one, other), compatibility(other, one)
    return {"given": given, "back": back, "found": _found(given, [inbound, outbound])}


def _found(given: Compatibility, rows: Sequence[Licence]) -> list[Found]:
    by_slug = {row.slug: row for row in rows}
    names = {row.slug: str(row) for row in rows}
    return [
        Found(
            finding.answer,
            finding_sentence(finding, names),
            by_slug[_speaker(finding)],
            _terms(finding, by_slug[_speaker(finding)]),
        )
        for finding in given.findings
    ]


def _speaker(finding: Finding) -> str:
    """The text whose terms a finding names: in a conflict it is the other one that brings them."""
    return finding.other if finding.code.startswith("conflict-") else finding.licence


def _terms(finding: Finding, source: Licence) -> tuple[Term, ...]:
    kinds = {kind for kind, _limit in finding.terms}
    return tuple(term for term in source.terms.all() if term.kind in kinds)
