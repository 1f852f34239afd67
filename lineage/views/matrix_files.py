"""The compatibility of all licences on file for machines, in the two shapes of OSADL's matrix.

The texts themselves are the key under which a matrix is kept, so that it is never older than they are, however they
were changed. What is sent here says nothing of anybody, so everybody may fetch it from anywhere.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from lineage.engine.compatibility import matrix
from lineage.engine.document import Licence
from lineage.formats import osadl
from lineage.views.licence_choice import documents, most_carried
from lineage.words import explanation

MOST: Final = 120
"""Licences of one matrix. It has a cell for every pair, and each is a question to the engine."""

_KEPT_FOR: Final = 7 * 24 * 3600
# Counted up when the answers or their words change, so that no kept matrix outlives them.
_EDITION: Final = 1
_PACKED: Final = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")


@require_safe
def matrix_file(request: HttpRequest) -> HttpResponseBase:
    """`matrix.json`: leading licence to subordinate licence to an answer."""
    return _answer(request, "plain", osadl.matrix)


@require_safe
def matrix_with_explanations(request: HttpRequest) -> HttpResponseBase:
    """`matrixseqexpl.json`: the same as lists, each answer with its explanation in English."""
    return _answer(request, "explained", osadl.matrix_with_explanations)


def _answer(request: HttpRequest, kind: str, shape: Callable[..., dict[str, Any]]) -> HttpResponseBase:
    licences = documents(most_carried()[:MOST].prefetch_related("terms"))
    left_out = most_carried().count() - len(licences)
    key = _key(kind, licences)
    tag = f'W/"{key}"'
    if known := get_conditional_response(request, etag=tag):
        return _with_headers(known, tag, left_out)
    body = _kept(key, lambda: shape(_answers(licences), _now()))
    return _with_headers(_sent(request, body), tag, left_out)


def _now() -> datetime:
    return timezone.now().replace(microsecond=0)


def _key(kind: str, licences: list[Licence]) -> str:
    """A few letters that change with every text, whoever changed it and whether or not it was logged."""
    said = repr(sorted(licences, key=lambda licence: licence.id))
    return f"{kind}-{_EDITION}-{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def _kept(key: str, make: Callable[[], dict[str, Any]]) -> bytes:
    """The body under a key, made once, packed: a matrix repeats itself so much that it is thirty times smaller."""
    kept: bytes | None = cache.get(f"licence-matrix:{key}")
    if kept is None:
        kept = gzip.compress((json.dumps(make(), ensure_ascii=False) + "\n").encode())
        cache.set(f"licence-matrix:{key}", kept, _KEPT_FOR)
    return kept


def _sent(request: HttpRequest, packed: bytes) -> HttpResponse:
    if _PACKED.search(request.headers.get("Accept-Encoding", "")):
        return HttpResponse(packed, content_type="application/json", headers={"Content-Encoding": "gzip"})
    return HttpResponse(gzip.decompress(packed), content_type="application/json")


def _answers(licences: list[Licence]) -> osadl.Answers:
    names = osadl.names(licences)
    with translation.override("en"):
        return {
            names[leading]: {
                names[subordinate]: (given.answer, explanation(given, names)) for subordinate, given in row.items()
            }
            for leading, row in matrix(licences).items()
        }


def _with_headers(response: HttpResponseBase, tag: str, left_out: int) -> HttpResponseBase:
    response.headers["ETag"] = tag
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Access-Control-Allow-Origin"] = "*"
    if left_out:
        response.headers["X-Licences-Left-Out"] = str(left_out)
    return response
