"""Which licences go together: a table of some of them, and one pair with its reasons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lineage.engine.compatibility import CHECK, Compatibility, Finding, compatibility, matrix
from lineage.models import Licence, Term
from lineage.views.licence_choice import choices, documents, most_carried, named, texts
from lineage.views.texts_together import MatrixRow, answers_of
from lineage.words import finding_sentence

AT_FIRST = 8
MOST_SHOWN = 20
MILD = frozenset({"duty-inherited", "gap-inherited"})


@dataclass(frozen=True, slots=True)
class Found:
    """One finding as the page tells it. `terms` are of the text `source`, with clause and quote."""

    answer: str
    sentence: str
    source: Licence
    terms: tuple[Term, ...]


@require_safe
def licence_matrix(request: HttpRequest) -> HttpResponse:
    """`l` is given once for each text. One alone has nothing to go together with, and the page asks for another."""
    asked = [slug for each in request.GET.getlist("l") if (slug := each.replace("\0", "").strip()[:120])]
    known = texts(asked)
    shown = known[:MOST_SHOWN] or list(_most_carried())
    shown.sort(key=lambda row: (str(row).casefold(), row.slug))
    context = {
        "rows": _rows(shown) if len(shown) > 1 else [],
        "alone": shown[0] if len(shown) == 1 else None,
        "missing": [slug for slug in dict.fromkeys(asked) if slug not in {row.slug for row in known}],
        "choices": choices(shown),
        "chosen": {row.pk for row in shown},
        "most": MOST_SHOWN,
        "too_many": len(known) > MOST_SHOWN,
    }
    return render(request, "lineage/licence_matrix.html", context)


@require_safe
def licence_pair(request: HttpRequest) -> HttpResponse:
    """`in` is the licence of the model that is there, `out` that of the one to be made.

    With the first alone the page tells which others go together with it.
    """
    asked = [named(request, "in"), named(request, "out")]
    rows = {row.slug: row for row in texts(slug for slug in asked if slug)}
    inbound, outbound = (rows.get(slug) for slug in asked)
    context: dict[str, object] = {
        "inbound": inbound,
        "outbound": outbound,
        "missing": [slug for slug in dict.fromkeys(asked) if slug and slug not in rows],
        "choices": choices(rows.values()),
    }
    if inbound and outbound:
        context |= _pair(inbound, outbound)
    elif inbound:
        context["row"] = _row(inbound)
    return render(request, "lineage/licence_pair.html", context)


def _most_carried() -> Iterable[Licence]:
    return most_carried()[:AT_FIRST].prefetch_related("terms")


def _rows(shown: Sequence[Licence]) -> list[MatrixRow]:
    answers = matrix(documents(shown))
    return [
        MatrixRow(number, inbound, tuple((outbound, answers[outbound.slug][inbound.slug]) for outbound in shown))
        for number, inbound in enumerate(shown, start=1)
    ]


def _row(inbound: Licence) -> MatrixRow:
    """The answers for one text against the most carried ones."""
    others = [row for row in most_carried()[:MOST_SHOWN].prefetch_related("terms") if row.pk != inbound.pk]
    others.sort(key=lambda row: (str(row).casefold(), row.slug))
    return MatrixRow(1, inbound, answers_of(inbound, others))


def _pair(inbound: Licence, outbound: Licence) -> dict[str, object]:
    one, other = documents([inbound, outbound])
    given, back = compatibility(one, other), compatibility(other, one)
    return {"given": given, "back": back, "found": _found(given, [inbound, outbound])}


def _found(given: Compatibility, rows: Sequence[Licence]) -> list[Found]:
    """What forbids or limits comes before what is only to be kept or asked."""
    by_slug = {row.slug: row for row in rows}
    names = {row.slug: str(row) for row in rows}
    in_order = sorted(given.findings, key=lambda finding: finding.code in MILD if finding.answer == CHECK else False)
    return [
        Found(
            finding.answer,
            finding_sentence(finding, names),
            by_slug[_speaker(finding)],
            _terms(finding, by_slug[_speaker(finding)]),
        )
        for finding in in_order
    ]


def _speaker(finding: Finding) -> str:
    """The text whose terms a finding names: in a conflict it is the other one that brings them."""
    return finding.other if finding.code.startswith("conflict-") else finding.licence


def _terms(finding: Finding, source: Licence) -> tuple[Term, ...]:
    kinds = {kind for kind, _limit in finding.terms}
    return tuple(term for term in source.terms.all() if term.kind in kinds)
