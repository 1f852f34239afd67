"""Check that a lineage file fits into the database, before anything is written."""

import math
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.db.models import CharField
from django.utils.translation import gettext as _

from lineage.actions.register_version import refusal_of_hash_shape
from lineage.engine import document
from lineage.ids import refusal_of, refusal_of_licence
from lineage.models import Exemption, Licence, Term, Version

Refuse = Callable[[str, str], None]

_SMALLEST = Decimal("0.0001")
_LARGEST = 10**16


def check_fit(file: document.LineageFile, refuse: Refuse) -> None:
    """Calls `refuse(place, says)` for the first thing that does not fit. What the calculus refuses was refused."""
    for place, licence in enumerate(file.licences):
        _licence(f"licences[{place}]", licence, refuse)
    _artefacts(file.artefacts, refuse)
    for place, claim in enumerate(file.grants):
        _evidence(f"grants[{place}].evidence", claim.evidence, refuse)
    for place, derivation in enumerate(file.derivations):
        _evidence(f"derivations[{place}].evidence", derivation.evidence, refuse)
    for place, exemption in enumerate(file.exemptions):
        _texts(f"exemptions[{place}]", exemption, Exemption, ("term",), refuse)
        for number, actor in enumerate(exemption.actors):
            _text(f"exemptions[{place}].actors[{number}]", actor, 120, refuse)


def _licence(place: str, licence: document.Licence, refuse: Refuse) -> None:
    if says := refusal_of_licence(licence.id):
        refuse(f"{place}.id", says)
    _texts(place, licence, Licence, ("name", "url", "spdx", "family"), refuse)
    _url(f"{place}.url", licence.url, refuse)
    for number, term in enumerate(licence.terms):
        _texts(f"{place}.terms[{number}]", term, Term, ("clause", "quote"), refuse)
        if term.limit is not None and not _fits(term.limit):
            refuse(f"{place}.terms[{number}].limit", _("A limit is below 10^16 and has at most four decimals."))


def _artefacts(artefacts: Iterable[document.Artefact], refuse: Refuse) -> None:
    seen: dict[str, str] = {}
    for number, artefact in enumerate(artefacts):
        place = f"artefacts[{number}]"
        if says := refusal_of(artefact.id):
            refuse(f"{place}.id", says)
        _texts(place, artefact, Version, ("name", "licensor", "url", "claimed_label"), refuse)
        _url(f"{place}.url", artefact.url, refuse)
        digest = (artefact.sha256 or "").lower()
        if says := refusal_of_hash_shape(digest):
            refuse(f"{place}.sha256", says)
        if digest and digest in seen:
            refuse(f"{place}.sha256", _("“%(id)s” is the same file: one file is one version.") % {"id": seen[digest]})
        seen[digest] = artefact.id


def _texts(place: str, item: object, model: type[Any], fields: Iterable[str], refuse: Refuse) -> None:
    for name in fields:
        column = model._meta.get_field(name)
        longest = column.max_length if isinstance(column, CharField) else None
        _text(f"{place}.{name}", getattr(item, name), longest, refuse)


def _text(place: str, text: str | None, longest: int | None, refuse: Refuse) -> None:
    """PostgreSQL keeps neither NUL nor half a surrogate pair."""
    if text is None:
        return
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        refuse(place, _("This text has characters that cannot be kept. Write it again."))
    if longest is not None and len(text) > longest:
        says = _("This text has %(length)s characters; at most %(longest)s are kept.")
        refuse(place, says % {"length": len(text), "longest": longest})


def _url(place: str, url: str | None, refuse: Refuse) -> None:
    """Addresses become links on pages, so no other scheme may come in by a file."""
    if url and not url.lower().startswith(("http://", "https://")):
        refuse(place, _("An address begins with https:// or http://."))


def _evidence(place: str, evidence: str | tuple[str, ...] | None, refuse: Refuse) -> None:
    for text in (evidence,) if isinstance(evidence, str | None) else evidence:
        _text(place, text, 2000, refuse)


def _fits(limit: float) -> bool:
    if not math.isfinite(limit) or abs(limit) >= _LARGEST:
        return False
    exact = Decimal(str(limit))
    return exact == exact.quantize(_SMALLEST)
