"""How a reader wants the family to be shown, from the address: `?show=path&use=sell-outputs&open=some-model`."""

from typing import Final, Literal

from django.http import HttpRequest

from lineage.picture import Show
from lineage.verdicts import SHOWS, Asked, Asker, Wish, eight_uses

_OWN: Final = frozenset({"show", "use", "open", "list"})
_MOST: Final = 12


def family_asked(request: HttpRequest, asker: Asker, *, site: str = "") -> Asked:
    """The wish, and what else the address says, so that each link on the page keeps it."""
    told = ((name, request.GET.get(name, "")) for name in request.GET if name not in _OWN)
    kept = [(name, value) for name, value in told if value.isprintable()]
    return Asked(_wish(request), tuple(kept[:_MOST]), site, _page(request), asker)


def _wish(request: HttpRequest) -> Wish:
    """What is no wish is none: such an address shows what the plain one does."""
    show: Show | Literal[""] = next((each for each in SHOWS if each == request.GET.get("show")), "")
    use = request.GET.get("use", "")
    opened = tuple(dict.fromkeys(name for name in request.GET.getlist("open") if name and name.isprintable()))
    return Wish(show, opened[:_MOST], use if use in dict(eight_uses()) else "")


def _page(request: HttpRequest) -> int:
    number = request.GET.get("list", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
