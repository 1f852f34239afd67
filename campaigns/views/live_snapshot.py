"""The numbers of a campaign at one moment, as everybody sees them who watches its page."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils.translation import override

from campaigns.models import Campaign
from campaigns.views.standing import Standing, standing

# How long is left is shown, too, and passes without a change in the database.
WORDS_LAST = timedelta(seconds=10)

# A moment of the database: every commit that another one does not see makes it greater, first by the newest commit
# that is seen, then by how many before that are under way still.
MOMENT = """
SELECT pg_snapshot_xmax(moment)::text::bigint * 1024
    + 1023 - least((SELECT count(*) FROM pg_snapshot_xip(moment)), 1023)
FROM pg_current_snapshot() AS moment
"""
# What changes when anything changes that is shown. `xmin` is the transaction that a row was written by.
SIGNS = f"""
SELECT ({MOMENT}), campaign.id, campaign.xmin::text,
    (SELECT max(number) FROM campaigns_journalentry WHERE campaign_id = campaign.id),
    (SELECT concat_ws(' ', count(*), sum(amount), sum(xmin::text::bigint)) FROM campaigns_pledge
     WHERE campaign_id = campaign.id AND state IN ('paid', 'saved', 'authorised')),
    (SELECT xmin::text FROM campaigns_closerun WHERE campaign_id = campaign.id),
    EXISTS (SELECT FROM campaigns_sitepause WHERE lifted_at IS NULL)
FROM campaigns_campaign AS campaign WHERE slug = %s
"""  # noqa: S608
Signs = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Fragment:
    """The numbers in one language, and what they are recognised by."""

    tag: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`version` is the moment of the database that it shows: the greater is the newer one, whoever made it.

    `signs` tell whether anything has changed since; `words` holds what was written of it, by language.
    """

    version: int
    signs: Signs
    now: Standing
    at: datetime
    words: dict[str, Fragment] = field(default_factory=dict)

    def in_words(self, language: str) -> Fragment:
        if language not in self.words:
            with override(language):
                text = render_to_string("campaigns/_live.html", {"now": self.now, "campaign": self.now.campaign})
            body = text.encode()
            self.words[language] = Fragment(f'"{hashlib.sha256(body).hexdigest()[:24]}"', body)
        return self.words[language]


@contextmanager
def one_moment() -> Iterator[int]:
    """Whatever is read inside is as of one moment of the database, whose number this gives.

    Inside a transaction that has begun already, each statement sees what it sees.
    """
    if connection.in_atomic_block:
        yield _moment()
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield _moment()


def look(slug: str, *, at: datetime, known: Snapshot | None = None) -> Snapshot | None:
    """How it stands now; None where nothing is public. One query where nothing has changed since `known`."""
    if known is not None and _words_still_hold(known, at):
        version, signs = _signs(slug)
        if signs == known.signs:
            return replace(known, version=version)
    with one_moment() as version:
        _, signs = _signs(slug)
        campaign = Campaign.objects.filter(slug=slug).first()
        if campaign is None or not campaign.is_public:
            return None
        return Snapshot(version, signs, standing(campaign, at=at), at)


def _words_still_hold(known: Snapshot, at: datetime) -> bool:
    """A clock that is set back makes the words of a while ago those of the future, and a deadline ends them at once."""
    deadline = known.now.campaign.deadline
    ended = deadline is not None and known.at < deadline <= at
    return timedelta(0) <= at - known.at < WORDS_LAST and not ended


def _moment() -> int:
    with connection.cursor() as cursor:
        cursor.execute(MOMENT)
        (number,) = cursor.fetchone()
    return int(number)


def _signs(slug: str) -> tuple[int, Signs]:
    """In one statement, so that both are of the same moment."""
    with connection.cursor() as cursor:
        cursor.execute(SIGNS, [slug])
        found = cursor.fetchone()
    return (int(found[0]), found[1:]) if found else (0, ())
