"""Ask for an address to be read. The clock reads it, never the request: a slow host holds up nobody."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from lineage.fetching import FetchRefused, raw_address
from lineage.fetching.addresses import checked
from lineage.models import Fetch
from lineage.words.formats import format_error_words

MOST_OPEN: Final = 5
"""Addresses of one person that wait at a time."""

MOST_A_DAY: Final = 50
LONGEST: Final = 500


class AddressRefused(ValueError):
    """The address is not read; the message is a sentence."""


def ask_for_address(url: str, *, by: User, at: datetime, about: str = "") -> Fetch:
    """The same address of one person waits once. Raises AddressRefused.

    What is checked here is said at once; the guard that counts stands before every connection (`lineage.fetching`).
    """
    address = _checked(url.strip())
    with transaction.atomic():
        # The row of the person is held, so that two at once cannot both be the last that is allowed.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        theirs = Fetch.objects.filter(asked_by=by)
        waiting = theirs.filter(state=Fetch.State.WAITING)
        same = waiting.filter(url=address, about=about).first()
        if same is not None:
            return same
        if waiting.count() >= MOST_OPEN:
            raise AddressRefused(_("Some addresses of yours still wait to be read. Wait until they are."))
        if theirs.filter(asked_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
            raise AddressRefused(_("You have asked for %(most)s addresses within a day.") % {"most": MOST_A_DAY})
        return Fetch.objects.create(url=address, about=about, asked_by=by, asked_at=at)


def _checked(url: str) -> str:
    """The address of the plain file behind a page that shows it."""
    address = raw_address(url)
    try:
        checked(address, settings.IMPORT_HOSTS, LONGEST)
    except FetchRefused as error:
        raise AddressRefused(format_error_words(error)) from error
    return address
