"""What machines ask of lineage without a campaign: the schema of the lineage file, and answers on a file of theirs.

Nothing that is sent here is kept, and no cookie is looked at.
"""

import ipaddress
import json
from collections.abc import Callable
from datetime import datetime
from typing import Final

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from lineage.engine.document import LineageFileError
from lineage.engine.effort import most_steps
from lineage.engine.json_text import parse
from lineage.engine.judging import dumps, judge
from lineage.engine.reading import from_json
from lineage.engine.schema import lineage_schema
from lineage.engine.whatif_command import to_json
from lineage.engine.whatif_request import read_request

LARGEST: Final = 1_000_000
MOST_STEPS: Final = 1_000_000
MOST_A_MINUTE: Final = 30

_ELSEWHERE = "split it, or judge it on your own machine with manage.py judge"


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of the lineage file, for everybody's editor and everybody's page."""
    address = settings.SITE_URL.rstrip("/") + reverse("lineage_schema")
    return HttpResponse(
        json.dumps(lineage_schema(address), indent=2, ensure_ascii=False) + "\n",
        content_type="application/schema+json",
        headers={"Cache-Control": "public, max-age=604800", "Access-Control-Allow-Origin": "*"},
    )


@csrf_exempt
@require_POST
def judge_file(request: HttpRequest) -> HttpResponse:
    """The answers to a file's questions, byte for byte as `manage.py judge` prints them."""
    return _answered(request, _judged)


@csrf_exempt
@require_POST
def what_if_file(request: HttpRequest) -> HttpResponse:
    """What a replacement would free, as `manage.py what_if` prints it; `engine/whatif_request.py` has the shape."""
    return _answered(request, _replaced)


def too_often(request: HttpRequest) -> HttpResponse | None:
    """A refusal if this network has had its tries of this minute; None, and the try is counted, if not."""
    wait = _seconds_to_wait(request, timezone.now())
    if wait:
        says = f"{MOST_A_MINUTE} files a minute are judged for one network; try again in {wait} seconds"
        return refusal(429, "", says, {"Retry-After": str(wait)})
    return None


def _answered(request: HttpRequest, answer: Callable[[object], str]) -> HttpResponse:
    refused = too_often(request)
    if refused:
        return refused
    body = _body(request)
    if body is None:
        return refusal(413, "", f"the file has more than {LARGEST:,} bytes; {_ELSEWHERE}")
    try:
        value = parse(body)
    except LineageFileError as error:
        return refusal(400, error.place, error.says)
    try:
        return HttpResponse(answer(value), content_type="application/json", headers={"Cache-Control": "no-store"})
    except LineageFileError as error:
        return refusal(422, error.place, error.says)


def _judged(value: object) -> str:
    file = from_json(value)
    steps = most_steps(file)
    if steps > MOST_STEPS:
        says = f"their answers may take {steps:,} steps, and {MOST_STEPS:,} are the most here: ask fewer questions, "
        says += f"or leave out derivations and terms that do not bear on them; {_ELSEWHERE}"
        raise LineageFileError("questions", says)
    return dumps(judge(file))


def _replaced(value: object) -> str:
    asked = read_request(value)
    if asked.steps(MOST_STEPS) > MOST_STEPS:
        says = f"the answer may take more than {MOST_STEPS:,} steps, which are the most here: leave out what does not "
        says += "descend from what is replaced, and its ancestors; or ask on your own machine with manage.py what_if"
        raise LineageFileError("file", says)
    return json.dumps(to_json(asked.answer()), ensure_ascii=False, indent=1) + "\n"


def _body(request: HttpRequest) -> bytes | None:
    """What was sent; None if it is too large. Django does not read what is said to be much larger."""
    try:
        body = request.body
    except RequestDataTooBig:
        return None
    return body if len(body) <= LARGEST else None


def _seconds_to_wait(request: HttpRequest, at: datetime) -> int:
    """Count one try of this network in this minute; 0, or how long until the next minute if it was one too many."""
    minute, second = divmod(int(at.timestamp()), 60)
    key = f"judged:{_network(request)}:{minute}"
    with transaction.atomic(), connection.cursor() as cursor:
        # The cache reads, then writes: without a lock, two tries at once would count as one.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        tries = cache.get(key, 0) + 1
        cache.set(key, tries, 120)
    return 60 - second if tries > MOST_A_MINUTE else 0


def _network(request: HttpRequest) -> str:
    """One address, or one household of IPv6, as the last proxy that we trust saw it."""
    address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)


def refusal(status: int, place: str, says: str, headers: dict[str, str] | None = None) -> HttpResponse:
    """What is wrong, and where, for a machine that asked."""
    return JsonResponse(
        {"place": place, "says": says},
        status=status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        json_dumps_params={"ensure_ascii": False},
    )
