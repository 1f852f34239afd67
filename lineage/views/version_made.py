"""What was made from a version, a page at a time, each with the state that the newest weighing found."""

from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from lineage.models import Derivation, Version

ON_A_PAGE: Final = 50
_MADE_OF_THAT: Final = Count("child__children", filter=Q(child__children__child__planned=False))


def made_from(version: Version, number: str) -> Page[Derivation]:
    """Each child's `standing`, if it was weighed, says its state."""
    found = children_of(version).select_related("child__standing").annotate(grandchildren=_MADE_OF_THAT)
    page: Page[Derivation] = Paginator(found, ON_A_PAGE).get_page(number)  # type: ignore[assignment]
    return page


def children_of(version: Version) -> QuerySet[Derivation]:
    """In a fixed order: what was published first stands first.

    A plan was not made yet: it is shown by what plans it, and to nobody else while it is drafted.
    """
    made = version.children.filter(child__planned=False)
    return made.select_related("child").order_by("child__published_on", "child__name", "pk")
