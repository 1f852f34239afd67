"""What accepting, amending and declining have in common: one person decides, once, and it is written down."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from lineage.actions.write_log import write_log
from lineage.models import LogEntry, Proposal, Version


class AlreadyDecided(Exception):
    """Somebody else was faster; the message is a sentence."""


class NotYours(Exception):
    """This is for others to decide; the message is a sentence."""


class NotAccepted(ValueError):
    """It cannot be put on record like this. `errors` has a sentence for each field; "" is for all of it."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {says}" if field else says for field, says in errors.items()))
        self.errors = errors


def held(proposal: Proposal) -> Proposal:
    """The proposal as it stands now, held until the transaction ends. Raises AlreadyDecided."""
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("evidence").defer("evidence__content")
    here = rows.get(pk=proposal.pk)
    if here.state != Proposal.State.OPEN:
        raise AlreadyDecided(_("Somebody has decided on this proposal in the meantime."))
    return here


def version_called(slug: str) -> Version | None:
    return Version.objects.filter(slug=slug).first()


def not_yours() -> NotYours:
    return NotYours(_("This is decided by the staff or by whoever put the version on record."))


def finish(here: Proposal, state: Proposal.State, *, by: User, at: datetime, **also: Any) -> Proposal:
    """`also` are further fields of the row: `amended`, `reason`."""
    here.state, here.decided_by, here.decided_at = state, by, at
    for field, value in also.items():
        setattr(here, field, value)
    here.save(update_fields=["state", "decided_by", "decided_at", *also])
    data: dict[str, object] = {"proposal": here.pk, "evidence": here.evidence.sha256, "state": state}
    write_log(LogEntry.Kind.PROPOSAL_DECIDED, version=version_called(here.about), at=at, by=by, data=data)
    return here
