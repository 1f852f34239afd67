"""Put something else on record than what was proposed: the proposal stays, with what was made of it beside it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from lineage.actions.accept_proposal import check_may, settle_on
from lineage.actions.decide_proposal import NotAccepted, finish, held
from lineage.engine.document import LineageFileError
from lineage.formats.statements import content_of, statement_of
from lineage.models import Proposal


def amend_proposal(
    proposal: Proposal,
    *,
    content: Mapping[str, Any],
    by: User,
    at: datetime,
    certain: bool = False,
    with_needed: bool = False,
    reason: str = "",
) -> Proposal:
    """`content` is the whole statement as the lineage file writes it. Raises what `accept_proposal` raises."""
    with transaction.atomic():
        here = held(proposal)
        check_may(here, here.content, by=by)
        try:
            plain = content_of(statement_of(here.kind, content))
        except LineageFileError as error:
            raise NotAccepted({error.place: error.says}) from error
        settle_on(here, plain, by=by, at=at, certain=certain, with_needed=with_needed)
        return finish(here, Proposal.State.AMENDED, by=by, at=at, amended=plain, reason=reason)
