"""Every mail that this site sends, for the staff to read: made-up ones, in both languages, as text and as HTML."""

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from campaigns.letters import Letter, as_html, as_text
from campaigns.letters.samples import Sample, sample_letter, samples
from campaigns.views.access import signed_in

#: For the HTML of a mail: it may be styled, shown in a frame of ours, and nothing else.
MAIL_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": ["allow-popups", "allow-top-navigation-by-user-activation"],
}
#: For a page that shows it.
FRAMING_CSP: dict[str, list[str]] = {**cast("dict[str, list[str]]", settings.SECURE_CSP), "frame-src": [CSP.SELF]}
LANGUAGES = tuple(code for code, _ in settings.LANGUAGES)


@dataclass(frozen=True, slots=True)
class Shown:
    """A sample in one language."""

    language: str
    letter: Letter
    text: str


@login_required
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """All of them, each with its subject in every language."""
    _staff_only(request)
    languages = _readers_first()
    by_language = [samples(language) for language in languages]
    rows = []
    for group in zip(*by_language, strict=True):
        rows.append((group[0], [_shown(sample, language) for sample, language in zip(group, languages, strict=True)]))
    return render(request, "campaigns/staff/mails.html", {"rows": rows})


@csp_override(FRAMING_CSP)
@login_required
@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    _staff_only(request)
    shown = [_shown(_sample(name, language), language) for language in _readers_first()]
    names = [sample.name for sample in samples(LANGUAGES[0])]
    place = names.index(name)
    context = {
        "name": name,
        "shown": shown,
        "before": names[place - 1] if place else "",
        "after": names[place + 1] if place + 1 < len(names) else "",
    }
    return render(request, "campaigns/staff/mail.html", context)


@csp_override(MAIL_CSP)
@xframe_options_sameorigin
@login_required
@require_safe
def mail_html(request: HttpRequest, name: str, language: str) -> HttpResponse:
    """The HTML of a mail alone, as a mail program gets it."""
    _staff_only(request)
    if language not in LANGUAGES:
        raise Http404
    return HttpResponse(as_html(sample_letter(_sample(name, language), language)))


def _readers_first() -> list[str]:
    return sorted(LANGUAGES, key=lambda code: code != get_language())


def _shown(sample: Sample, language: str) -> Shown:
    letter = sample_letter(sample, language)
    return Shown(language, letter, as_text(letter))


def _sample(name: str, language: str) -> Sample:
    found = next((sample for sample in samples(language) if sample.name == name), None)
    if found is None:
        raise Http404
    return found


def _staff_only(request: HttpRequest) -> None:
    if not signed_in(request).is_staff:
        raise Http404
