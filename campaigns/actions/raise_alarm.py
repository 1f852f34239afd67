"""Tell people that something needs them, once for as long as it lasts."""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from campaigns.actions.queue_mail import queue_mail
from campaigns.models import Alarm

log = logging.getLogger(__name__)


def raise_alarm(*, kind: str, key: str, at: datetime, detail: Mapping[str, object] | None = None) -> Alarm:
    """The open alarm of this key: a new one, of which every active member of the staff is told by mail, or the old one.

    `detail` is JSON for the staff's page; it replaces what was known before. Safe at once in any number of processes,
    inside a transaction and outside. Only a line in the log and the kind leave this site by mail, never `detail`.
    """
    key, told = key[:200], dict(detail or {})
    while True:
        if (known := _seen_again(key, told, at=at)) is not None:
            return known
        try:
            with transaction.atomic():
                alarm = Alarm.objects.create(kind=kind[:40], key=key, detail=told, opened_at=at, seen_at=at)
                _tell_staff(alarm, at=at)
        except IntegrityError as error:
            if "an_alarm_is_open_once" not in str(error):
                raise
            continue
        log.error("Alarm %s: %s", key, told)
        return alarm


def close_alarm(*, key: str, at: datetime, by: str) -> bool:
    """Say that it is over; False when no alarm of this key was open. `by` is "user 7", or what found it to be over."""
    return bool(Alarm.objects.filter(key=key[:200], closed_at__isnull=True).update(closed_at=at, closed_by=by[:150]))


def _seen_again(key: str, detail: dict[str, object], *, at: datetime) -> Alarm | None:
    known = Alarm.objects.filter(key=key, closed_at__isnull=True)
    return known.get() if known.update(seen_at=at, detail=detail) else None


def _tell_staff(alarm: Alarm, *, at: datetime) -> None:
    language = settings.LANGUAGE_CODE[:2]
    with override(language):
        page = settings.SITE_URL + reverse("alarms")
    context: dict[str, object] = {"kind": alarm.kind, "key": alarm.key, "page": page}
    staff = User.objects.filter(is_staff=True, is_active=True).exclude(email="")
    for pk, email in staff.order_by("pk").values_list("pk", "email"):
        queue_mail(key=f"alarm:{alarm.pk}:{pk}", to=email, language=language, template="alarm", at=at, context=context)
