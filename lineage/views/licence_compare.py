"""Licence texts side by side: what each says, where they differ, and what one could do under each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from string import ascii_lowercase

from django.db.models import Count, Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lineage.engine.compatibility import Compatibility, compatibility, is_read
from lineage.engine.document import Licence as Text
from lineage.engine.side_by_side import side_by_side
from lineage.models import Grant, Licence, Version
from lineage.verdicts import Asker, StripItem
from lineage.verdicts.offered_under import strips_under
from lineage.views.licence_choice import choices, documents, named, texts
from lineage.views.terms_by_group import terms_by_group
from lineage.views.texts_apart import LETTERS, apart
from lineage.views.who_asks import remember, who_asks

KEYS = tuple(LETTERS.lower())
SUGGESTIONS = 12
BESIDE_ONE = 6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Texts that belong together. `version` is the model for which they stood one after the other, or None."""

    title: str
    version: Version | None
    texts: tuple[Licence, ...]

    @property
    def query(self) -> list[tuple[str, str]]:
        """Key and id of each text, for the address of the comparison."""
        return list(zip(KEYS, (text.slug for text in self.texts), strict=False))


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """`a` to `d` are the texts; who names more, by further letters, is told so and sees the first four."""
    asked = [slug for key in ascii_lowercase if (slug := named(request, key))]
    known = texts(asked)
    chosen = known[: len(KEYS)]
    who = who_asks(request)
    context: dict[str, object] = {
        "missing": [slug for slug in dict.fromkeys(asked) if slug not in {text.slug for text in known}],
        "too_many": len(known) > len(KEYS),
        "most": len(KEYS),
        "twice": len(asked) > len(set(asked)),
        "alone": chosen[0] if len(chosen) == 1 else None,
        "columns": list(zip(LETTERS, chosen, strict=False)),
        "fields": _fields(chosen),
        "choices": choices(chosen),
        "who": who,
    }
    if len(chosen) > 1:
        context |= _comparison(chosen, who.asker)
    else:
        context["suggestions"] = beside(chosen[0]) if chosen else suggestions()
    status = 422 if who.wrong else 200
    return remember(render(request, "lineage/licence_compare.html", context, status=status), who)


def _fields(chosen: Sequence[Licence]) -> list[tuple[str, str, str]]:
    """Key, letter and chosen id of each list to choose from."""
    slugs = [text.slug for text in chosen] + [""] * len(KEYS)
    return list(zip(KEYS, LETTERS, slugs, strict=False))


def _comparison(chosen: list[Licence], asker: Asker) -> dict[str, object]:
    read = documents(chosen)
    rows = side_by_side(read)
    return {
        "heads": [
            (letter, row, terms_by_group(row), is_read(text))
            for letter, row, text in zip(LETTERS, chosen, read, strict=False)
        ],
        "groups": [(group, list(members)) for group, members in groupby(rows, key=lambda row: row.group)],
        "differences": apart(rows),
        "same": sum(row.difference == "same" for row in rows),
        "together": _together(chosen, read) if len(chosen) == 2 else [],
        "uses": _uses(strips_under(read, asker)),
    }


def _together(rows: Sequence[Licence], read: Sequence[Text]) -> list[tuple[str, str, Licence, Licence, Compatibility]]:
    """Letters and texts of what is there and of what is made from it, each way round, with the answer."""
    return [
        (LETTERS[one], LETTERS[other], rows[one], rows[other], compatibility(read[one], read[other]))
        for one, other in ((0, 1), (1, 0))
    ]


def _uses(strips: Sequence[Sequence[StripItem]]) -> list[tuple[str, list[StripItem], bool]]:
    """Each use with its answer under each text, and whether the answers differ."""
    return [
        (items[0].key, list(items), len({item.verdict for item in items}) > 1) for items in zip(*strips, strict=True)
    ]


def suggestions() -> list[Suggestion]:
    """Texts that followed each other for one model, and texts of one family: the newest four of each."""
    return _without_repeats([*_of_versions(), *_of_families()])[:SUGGESTIONS]


def _of_versions() -> Iterable[Suggestion]:
    changed = (
        Version.objects.annotate(texts=Count("grants__licence", distinct=True))
        .filter(texts__gt=1, planned=False)
        .order_by("-texts", "name", "slug")
        .prefetch_related("grants__licence")[: 2 * SUGGESTIONS]
    )
    return [Suggestion(version.name, version, in_order_of(version)) for version in changed]


def beside(licence: Licence) -> list[Suggestion]:
    """Texts that stood for the same versions as one of them did, before it or after."""
    versions = (
        Version.objects.filter(grants__licence=licence, planned=False)
        .annotate(others=Exists(Grant.objects.filter(version=OuterRef("pk")).exclude(licence=licence)))
        .filter(others=True)
        .distinct()
        .order_by("name", "slug")
        .prefetch_related("grants__licence")[:BESIDE_ONE]
    )
    return _without_repeats(Suggestion(each.name, each, in_order_of(each, licence)) for each in versions)


def in_order_of(version: Version, around: Licence | None = None) -> tuple[Licence, ...]:
    """The texts that stood for a version, in the order in which they began: the newest four, or four `around` one."""
    grants = sorted(version.grants.all(), key=lambda grant: (grant.starts_on, grant.optional, grant.pk))
    found = tuple(dict.fromkeys(grant.licence for grant in grants))
    first = max(0, len(found) - len(KEYS))
    if around in found:
        first = min(first, max(0, found.index(around) - 1))
    return found[first : first + len(KEYS)]


def _of_families() -> Iterable[Suggestion]:
    rows = Licence.objects.exclude(family="").order_by("family", "slug")[:500]
    for family, members in groupby(rows, key=lambda row: row.family):
        found = tuple(members)
        if len(found) > 1:
            yield Suggestion(family, None, found[: len(KEYS)])


def _without_repeats(found: Iterable[Suggestion]) -> list[Suggestion]:
    """The first of several suggestions of the same texts."""
    return list({frozenset(text.pk for text in each.texts): each for each in reversed(list(found))}.values())[::-1]
