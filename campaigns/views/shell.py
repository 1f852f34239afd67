"""What surrounds every page: the site's name, the ribbon of the test mode, the languages, and the error pages."""

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from campaigns.views.theme import theme_of

#: What the secret part of an address is called where addresses are made.
SECRETS = frozenset(("token", "key"))
LANGUAGE_NAMES = {"en": "English", "ja": "日本語"}


@dataclass(frozen=True, slots=True)
class Language:
    """`path` is the address of the same page in this language, without the site."""

    code: str
    name: str
    path: str
    current: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """`address` is the whole address of the page as search engines shall know it: without a query. `printed` is what
    stands of it at the foot of a printed page: nothing where the address is a key, which paper would give away.

    `here` is where the switch of light and dark leads back to; `theme` is what it was last set to; `contact` is an
    email address, or empty.
    """

    site_name: str
    site_url: str
    address: str
    printed: str
    test_mode: bool
    languages: tuple[Language, ...]
    here: str
    theme: str
    contact: str


def shell(request: HttpRequest) -> dict[str, object]:
    """The context processor. It asks no database, so that every error page can be shown."""
    address = settings.SITE_URL + request.path
    return {
        "shell": Shell(
            site_name="Genseki",
            site_url=settings.SITE_URL,
            address=address,
            printed="" if _is_secret(request) else address,
            test_mode=not settings.STRIPE_LIVEMODE,
            languages=_languages(request),
            here=_here(request),
            theme=theme_of(request),
            contact=settings.CONTACT_EMAIL,
        )
    }


def _is_secret(request: HttpRequest) -> bool:
    """Whoever has such an address may do what it leads to: a receipt, a confirmation, another password."""
    found = request.resolver_match
    return found is not None and not SECRETS.isdisjoint(found.kwargs)


def _languages(request: HttpRequest) -> tuple[Language, ...]:
    reader = (get_language() or settings.LANGUAGE_CODE)[:2]
    here = _here(request)
    return tuple(
        Language(code, LANGUAGE_NAMES.get(code, code), _in_language(here, code), code == reader)
        for code, _ in settings.LANGUAGES
    )


def _in_language(address: str, code: str) -> str:
    """The same page in this language, and so is the page that a log-in leads on to."""
    parts = urlsplit(translate_url(address, code))
    query = QueryDict(parts.query, mutable=True)
    onward = query.get("next", "")
    if not (onward.startswith("/") and url_has_allowed_host_and_scheme(onward, allowed_hosts=None)):
        return urlunsplit(parts)
    query["next"] = translate_url(onward, code)
    return urlunsplit(parts._replace(query=query.urlencode(safe="/")))


def _here(request: HttpRequest) -> str:
    """The page's own path. One that answers a POST cannot be fetched again with its query; the path alone can."""
    return request.get_full_path() if request.method == "GET" else request.path


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Rendered without a request: whatever broke may break the context processors too."""
    return HttpResponse(render_to_string("500.html"), status=500)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What Django shows when the CSRF check fails: nothing was done, and how to do it again."""
    return render(request, "form_expired.html", status=403)
