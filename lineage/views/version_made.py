"""What was made from a version, a page at a time, each with the state that the newest weighing found."""

from dataclasses import dataclass
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from lineage.models import Derivation, Version

ON_A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """`page` has derivations; each child's `standing`, if it was weighed, says its state. `planned` are among them."""

    page: Page[Derivation]
    planned: int


def made_from(version: Version, number: str) -> MadeFrom:
    children = children_of(version)
    found = children.select_related("child__standing").annotate(grandchildren=Count("child__children"))
    page: Page[Derivation] = Paginator(found, ON_A_PAGE).get_page(number)  # type: ignore[assignment]
    return MadeFrom(page, children.filter(child__planned=True).count())


def children_of(version: Version) -> QuerySet[Derivation]:
    """In a fixed order: what was published first stands first."""
    return version.children.select_related("child").order_by("child__published_on", "child__name", "pk")
