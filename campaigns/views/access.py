"""Who may work on which campaign. To everybody else it does not exist: 404, and no hint that it might."""

from collections.abc import Collection

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from campaigns.models import Campaign

ORGANISER, TRAINER, STAFF = "organiser", "trainer", "staff"
EVERYBODY_IN_IT = frozenset({ORGANISER, TRAINER, STAFF})


def signed_in(request: HttpRequest) -> User:
    """The person of a view that asks for a log-in."""
    assert isinstance(request.user, User)
    return request.user


def staff_member(request: HttpRequest) -> User:
    """Raises Http404: for everybody else the pages of the staff do not exist."""
    person = signed_in(request)
    if not person.is_staff:
        raise Http404
    return person


def proven_staff_member(request: HttpRequest) -> User:
    """One of the staff who has said the password in the last minutes: for whatever moves money, or decides about it.

    Whoever has not is asked for it, and what was sent is taken up again afterwards. Raises Http404 for anybody else.
    """
    staff_member(request)
    person: User = _proven(request)
    return person


@reauthentication_required  # type: ignore[untyped-decorator]
def _proven(request: HttpRequest) -> User:
    return signed_in(request)


def roles_of(user: User, campaign: Campaign) -> frozenset[str]:
    roles = {
        ORGANISER: campaign.organiser_id == user.pk,
        TRAINER: campaign.trainer_id == user.pk,
        STAFF: user.is_staff,
    }
    return frozenset(role for role, has in roles.items() if has)


def campaign_for(request: HttpRequest, slug: str, roles: Collection[str]) -> Campaign:
    """The campaign, if the one who asks has one of these roles in it. Raises Http404."""
    campaign = get_object_or_404(
        Campaign.objects.select_related("organiser", "trainer", "tainted_version", "clean_version"), slug=slug
    )
    if not roles_of(signed_in(request), campaign) & set(roles):
        raise Http404
    return campaign
