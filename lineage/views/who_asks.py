"""Who asks, on every page that shows answers: chosen in the address, remembered in a cookie, without a script.

The cookie holds what was chosen and nothing else: the name of a kind of person, or six figures. It is sent to this
site alone and is not read by scripts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from lineage.forms.asker import OwnFigures
from lineage.verdicts import DEFAULT_PRESET, OWN, PRESETS, Asker, asker_of

COOKIE: Final = "who_asks"
REMEMBERED_SECONDS: Final = 365 * 24 * 3600
FIGURES: Final = tuple(OwnFigures.base_fields)
_ASKS: Final = ("who", *FIGURES)
_NOT_KEPT: Final = frozenset({*_ASKS, "page"})
_BETWEEN: Final = "."
_YES_OR_NO: Final = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class WhoAsks:
    """`form` holds own figures, as typed. `chosen` is what this address says of who asks, `kept` what else it says.

    `wrong`: own figures were sent that are none, and somebody else's answers are shown until they are mended.
    """

    asker: Asker
    form: OwnFigures
    kept: tuple[tuple[str, str], ...]
    chosen: tuple[tuple[str, str], ...] = ()
    wrong: bool = False

    @property
    def query(self) -> str:
        """What says in an address who asks, so that a link out of this page asks the same without a cookie."""
        return urlencode(self.chosen)

    @property
    def presets(self) -> tuple[str, ...]:
        return tuple(PRESETS)

    @property
    def own(self) -> bool:
        return self.wrong or self.asker.kind == OWN


def who_asks(request: HttpRequest, default: str = DEFAULT_PRESET) -> WhoAsks:
    """Whom the address names, or the cookie, or nobody in particular."""
    asked, who = request.GET, request.GET.get("who")
    kept = tuple((name, value) for name, values in asked.lists() if name not in _NOT_KEPT for value in values)
    chosen = tuple((name, asked[name]) for name in _ASKS if asked.get(name))
    remembered = _remembered(request.COOKIES.get(COOKIE, "")) or asker_of(default)
    form = OwnFigures(asked if who == OWN else _figures_of(remembered), auto_id="own-%s")
    if who == OWN and form.is_valid():
        return WhoAsks(form.asker, form, kept, chosen)
    if who in PRESETS:
        return WhoAsks(asker_of(who), form, kept, (("who", who),))
    return WhoAsks(remembered, form, kept, wrong=who == OWN)


def remember(response: HttpResponse, who: WhoAsks) -> HttpResponse:
    """The same answer, which keeps what was chosen in its address for the other pages."""
    patch_vary_headers(response, ["Cookie"])
    if who.chosen:
        response.set_cookie(
            COOKIE,
            _written(who.asker, who.form),
            max_age=REMEMBERED_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _written(asker: Asker, form: OwnFigures) -> str:
    if asker.kind != OWN:
        return asker.kind
    told = (form.cleaned_data[name] for name in FIGURES)
    return _BETWEEN.join([OWN, *("" if value is None else str(value) for value in told)])


def _remembered(cookie: str) -> Asker | None:
    """None for what this site cannot have written, or would not write any more."""
    kind, *figures = cookie[:200].split(_BETWEEN)
    if kind in PRESETS and not figures:
        return asker_of(kind)
    form = OwnFigures(_named(figures))
    return form.asker if kind == OWN and len(figures) == len(FIGURES) and form.is_valid() else None


def _named(figures: Iterable[str]) -> dict[str, str]:
    return dict(zip(FIGURES, figures, strict=False))


def _figures_of(asker: Asker) -> dict[str, str] | None:
    """What stands in the fields before anything is typed: one's own figures again, or nothing."""
    if asker.kind != OWN:
        return None
    told = ((name, getattr(asker.facts, name)) for name in FIGURES)
    known = ((name, value) for name, value in told if value is not None)
    return {name: _YES_OR_NO[value] if isinstance(value, bool) else str(value) for name, value in known}
