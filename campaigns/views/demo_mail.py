"""The mails of a demo, for whoever sits at the machine. On a real site this page does not exist."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from campaigns.views.mail_samples import FRAMING_CSP, MAIL_CSP
from campaigns.views.network import is_loopback

MOST_FILES, LARGEST = 200, 200_000
LINK = re.compile(r"(https?://[^\s<>\"]+)")


@dataclass(frozen=True, slots=True)
class Mail:
    """`name` is the file that it lies in."""

    name: str
    at: datetime
    to: str
    subject: str
    body: str
    html: str = ""


@csp_override(FRAMING_CSP)
@never_cache
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    _at_this_machine_only(request)
    found = read_mails(settings.MAIL_FOLDER)
    name = request.GET.get("mail")
    chosen = _chosen(found, name) if name is not None else None
    context = {"mails": found, "chosen": chosen, "body": with_own_links(chosen.body) if chosen else ""}
    return render(request, "campaigns/demo_mail.html", context)


@csp_override(MAIL_CSP)
@xframe_options_sameorigin
@never_cache
@require_safe
def html(request: HttpRequest) -> HttpResponse:
    """The HTML of one mail, for the frame in the page; a click on a link leaves the frame."""
    _at_this_machine_only(request)
    mail = _chosen(read_mails(settings.MAIL_FOLDER), request.GET.get("mail", ""))
    return HttpResponse(mail.html.replace("<head>", '<head><base target="_top">', 1))


def _at_this_machine_only(request: HttpRequest) -> None:
    if not settings.DEMO or not is_loopback(request.META.get("REMOTE_ADDR", "")):
        raise Http404


def _chosen(found: list[Mail], name: str) -> Mail:
    chosen = next((mail for mail in found if mail.name == name), None)
    if chosen is None:
        raise Http404
    return chosen


def read_mails(folder: Path) -> list[Mail]:
    """The newest first, and no more than a page can hold. What cannot be read is left out."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return [mail for file in files[:MOST_FILES] for mail in reversed(_in_file(file))]


def with_own_links(text: str) -> SafeString:
    """The text, escaped; only addresses of this site become links."""
    parts = LINK.split(text)
    return format_html_join("", "{}", ((_link(part),) for part in parts))


def _link(part: str) -> SafeString | str:
    if part == settings.SITE_URL or part.startswith(settings.SITE_URL + "/"):
        return format_html('<a class="break" href="{}">{}</a>', part, part)
    return part


def _in_file(file: Path) -> list[Mail]:
    """Django writes one file for each sending, with a line of 79 dashes after every mail."""
    content = file.read_bytes()[:LARGEST]
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    pieces = [piece.lstrip(b"\n") for piece in content.split(b"\n" + b"-" * 79 + b"\n") if piece.strip()]
    numbered = len(pieces) > 1
    return [
        _mail(piece, f"{file.stem}-{number}" if numbered else file.stem, at)
        for number, piece in enumerate(pieces, start=1)
    ]


def _mail(piece: bytes, name: str, at: datetime) -> Mail:
    message = message_from_bytes(piece, policy=policy.default)
    assert isinstance(message, EmailMessage)
    parts = [message.get_body((kind,)) for kind in ("plain", "html")]
    text, styled = (str(part.get_content()) if isinstance(part, EmailMessage) else "" for part in parts)
    return Mail(name, at, str(message["To"] or ""), str(message["Subject"] or ""), text, styled)
