"""Accept what is proposed: put it on record, through the same checks as everything else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from lineage.actions.decide_proposal import NotAccepted, NotYours, finish, held, not_yours, version_called
from lineage.actions.put_on_record import put_on_record
from lineage.actions.who_may import may_decide
from lineage.formats.statements import subject_of
from lineage.models import Licence, Proposal, Version


def accept_proposal(
    proposal: Proposal, *, by: User, at: datetime, certain: bool = False, with_needed: bool = False
) -> Proposal:
    """Without `certain` it is put on record as possible. With `with_needed`, versions and licence texts that it names,
    that are not on record and that the same evidence proposes, are accepted in the same step.

    All of it or nothing. Raises AlreadyDecided, NotYours and NotAccepted.
    """
    with transaction.atomic():
        here = held(proposal)
        settle_on(here, here.content, by=by, at=at, certain=certain, with_needed=with_needed)
        return finish(here, Proposal.State.ACCEPTED, by=by, at=at)


def settle_on(
    here: Proposal, content: Mapping[str, Any], *, by: User, at: datetime, certain: bool, with_needed: bool
) -> None:
    """Put this content on record for a proposal that is held, and first what it needs."""
    check_may(here, content, by=by)
    for needed in _needed(here.kind, content, here, with_needed=with_needed):
        check_may(needed, needed.content, by=by)
        put_on_record(needed.kind, needed.content, here.evidence, place=needed.place, certain=False, by=by, at=at)
        finish(needed, Proposal.State.ACCEPTED, by=by, at=at)
    put_on_record(here.kind, content, here.evidence, place=here.place, certain=certain, by=by, at=at)
    # Somebody may have put the version on record as their own since it was looked for.
    check_may(here, content, by=by)


def check_may(here: Proposal, content: Mapping[str, Any], *, by: User) -> None:
    """Both what was proposed and what is to be put on record must be theirs. Raises NotYours."""
    for slug in {here.about, subject_of(here.kind, content)}:
        version = version_called(slug)
        if version is not None and version.planned:
            raise NotYours(_("This version is only planned: its campaign says what it is made from."))
        if not may_decide(by, here.kind, version):
            raise not_yours()


def missing(kind: str, content: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """What a statement names and what is not on record: (kind, id) by the field that names it."""
    fields = {"artefact": "artefact", "parent": "artefact", "child": "artefact", "licence": "licence"}
    if kind in (Proposal.Kind.ARTEFACT, Proposal.Kind.LICENCE):
        return {}
    named = {field: (what, str(content[field])) for field, what in fields.items() if content.get(field)}
    versions = Version.objects.filter(slug__in=[id for what, id in named.values() if what == "artefact"])
    licences = Licence.objects.filter(slug__in=[id for what, id in named.values() if what == "licence"])
    known = {("artefact", slug) for slug in versions.values_list("slug", flat=True)}
    known |= {("licence", slug) for slug in licences.values_list("slug", flat=True)}
    return {field: item for field, item in named.items() if item not in known}


def proposed_for(here: Proposal, wanted: Mapping[str, tuple[str, str]]) -> dict[str, Proposal]:
    """The open proposals of the same evidence that would put these on record, by field."""
    beside = Proposal.objects.filter(
        evidence=here.evidence, kind__in=("artefact", "licence"), state=Proposal.State.OPEN
    ).filter(about__in=[id for _what, id in wanted.values()])
    by_name = {(row.kind, row.about): row for row in beside.order_by("pk")}
    return {field: by_name[item] for field, item in wanted.items() if item in by_name}


def _needed(kind: str, content: Mapping[str, Any], here: Proposal, *, with_needed: bool) -> list[Proposal]:
    """Held in one order by everybody, so that two people never wait for each other."""
    wanted = missing(kind, content)
    offered = proposed_for(here, wanted)
    errors = {field: _refusal(*item, offered=field in offered) for field, item in wanted.items()}
    if errors and (not with_needed or len(offered) < len(wanted)):
        raise NotAccepted({field: says for field, says in errors.items() if not (with_needed and field in offered)})
    return [held(row) for row in sorted(offered.values(), key=lambda row: row.pk)]


def _refusal(what: str, id: str, *, offered: bool) -> str:
    if what == "licence":
        if offered:
            return _("The licence text “%(id)s” is not on file yet. It is proposed, too: accept it first.") % {"id": id}
        return _("No licence text “%(id)s” is on file. Choose the dated text that is meant.") % {"id": id}
    if offered:
        says = _("“%(id)s” is not on record yet. Tick that it is put on record with this, or name another version.")
        return says % {"id": id}
    return _("There is no version “%(id)s” on record. Choose one that is, or put it on record first.") % {"id": id}
