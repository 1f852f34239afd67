"""The secrets in links to followers: each does one thing only.

The link that ends the mails carries the row's own secret, and works as long as the row is there. What makes mails come
is signed for its one purpose and for the moment that it answers to, so that no link can undo a later end of the mails.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.signing import BadSignature, Signer

from campaigns.models import Follower

CONFIRM, RESUME = "campaigns.follow.confirm", "campaigns.follow.resume"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class LinkUnknown(Exception):
    """It was not made here, or for another purpose."""


@dataclass(frozen=True, slots=True)
class FollowLink:
    """Whose mails it is about, and the moment that it answers to."""

    follower: int
    moment: datetime


def sign(purpose: str, follower: Follower, moment: datetime) -> str:
    """`purpose`: CONFIRM, with the moment at which somebody asked, or RESUME, with that at which the mails ended."""
    return Signer(salt=purpose, sep=".").sign(f"{follower.pk}.{(moment - EPOCH) // MICROSECOND}")


def read(purpose: str, token: str) -> FollowLink:
    """Raises LinkUnknown."""
    try:
        follower, moment = Signer(salt=purpose, sep=".").unsign(token).split(".")
    except (BadSignature, ValueError) as error:
        raise LinkUnknown from error
    return FollowLink(int(follower), EPOCH + int(moment) * MICROSECOND)
