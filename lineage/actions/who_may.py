"""Who may decide what, and whose objection counts until it is settled.

Who brings evidence decides nothing by that. Only the staff decide on licence texts and settle disputes, so that nobody
clears a model of their own. While a version is only planned, its campaign says what it is made from.
"""

from django.contrib.auth.models import User

from lineage.models import Proposal, Version


def has_a_say(person: User, version: Version | None) -> bool:
    """The staff, and whoever put this version on record."""
    return person.is_staff or (version is not None and version.added_by_id == person.pk)


def may_decide(person: User, kind: str, version: Version | None) -> bool:
    """Whether they may accept or amend a proposal about a version; None is one that is not on record yet.

    Everybody may put a new version on record, and then it is theirs.
    """
    if kind == Proposal.Kind.LICENCE:
        return person.is_staff
    if version is not None and version.planned:
        return False
    return version is None or has_a_say(person, version)


def may_decline(person: User, kind: str, version: Version | None) -> bool:
    """A proposal about a version that is not on record is nobody's own: only the staff put it aside."""
    return person.is_staff or (version is not None and may_decide(person, kind, version))


def may_settle(person: User) -> bool:
    return person.is_staff
