"""What must be true of the books at every moment, each as one query that finds what breaks it.

A query returns one text for every breach, which may name pledges, and takes what `parameters` gives. What PostgreSQL
refuses by itself is asked all the same where somebody with rights over the database could have gone past it.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from campaigns import money
from campaigns.lifecycle import WAYS


@dataclass(frozen=True, slots=True)
class Invariant:
    """`waits` marks what is no fault of the books: something that a person must look at."""

    name: str
    sentence: LazyText
    sql: str
    waits: bool = False


INVARIANTS = (
    Invariant(
        "entries-balance",
        _("Every entry has at least two postings, which sum to zero."),
        """SELECT campaign.slug || ' entry ' || entry.number || ': ' || count(posting.id) || ' postings, sum '
                || coalesce(sum(posting.amount), 0)
            FROM campaigns_journalentry entry JOIN campaigns_campaign campaign ON campaign.id = entry.campaign_id
            LEFT JOIN campaigns_posting posting ON posting.entry_id = entry.id
            GROUP BY campaign.slug, entry.id
            HAVING coalesce(sum(posting.amount), 0) <> 0 OR count(posting.id) < 2""",
    ),
    Invariant(
        "chain-fits",
        _("The entries of a ledger are numbered without a gap, and each carries the hash of itself and all before it."),
        """SELECT slug || ' entry ' || number FROM (
                SELECT campaign.slug, entry.id, entry.number, entry.chained, row_number() OVER in_order AS place,
                    coalesce(lag(entry.chained) OVER in_order, repeat('0', 64)) AS before
                FROM campaigns_journalentry entry JOIN campaigns_campaign campaign ON campaign.id = entry.campaign_id
                WINDOW in_order AS (PARTITION BY entry.campaign_id ORDER BY entry.number)) link
            WHERE place <> number OR chained <> ledger_link(before, ledger_text(id))""",
    ),
    Invariant(
        "what-was-seen-stays",
        _("Every newest entry that an earlier check saw is still there, with the same hash."),
        """SELECT campaign.slug || ' entry ' || head.number
            FROM campaigns_ledgerhead head JOIN campaigns_campaign campaign ON campaign.id = head.campaign_id
            LEFT JOIN campaigns_journalentry entry
                ON entry.campaign_id = head.campaign_id AND entry.number = head.number
            WHERE entry.chained IS DISTINCT FROM head.chained""",
    ),
    Invariant(
        "one-currency",
        _("An entry, its pledge and its campaign have one currency, and belong together."),
        """SELECT 'entry ' || entry.id
            FROM campaigns_journalentry entry JOIN campaigns_campaign campaign ON campaign.id = entry.campaign_id
            LEFT JOIN campaigns_pledge pledge ON pledge.id = entry.pledge_id
            WHERE entry.currency <> campaign.currency OR pledge.currency <> campaign.currency
                OR pledge.campaign_id <> entry.campaign_id""",
    ),
    Invariant(
        "amounts-are-within-limits",
        _("A pledge is no less and no more than a card may be charged."),
        """SELECT 'pledge ' || pledge.id FROM campaigns_pledge pledge
            LEFT JOIN jsonb_to_recordset(%(limits)s::jsonb) allowed (currency text, least bigint, most bigint)
                USING (currency)
            WHERE allowed.least IS NULL OR pledge.amount < least OR pledge.amount + pledge.covered_fee > most""",
    ),
    Invariant(
        "paid-is-charged-once",
        _("Every pledge that was paid has exactly one charge, and no other pledge has one."),
        """SELECT 'pledge ' || pledge.id || ', ' || pledge.state || ': ' || count(entry.id) || ' charges'
            FROM campaigns_pledge pledge
            LEFT JOIN campaigns_journalentry entry ON entry.pledge_id = pledge.id AND entry.kind = 'charge'
            GROUP BY pledge.id
            HAVING count(entry.id) <> CASE WHEN pledge.state IN ('paid', 'refunded') THEN 1 ELSE 0 END""",
    ),
    Invariant(
        "a-charge-is-what-was-pledged",
        _("Every charge names Stripe’s id and the pledge’s whole amount."),
        """SELECT 'entry ' || entry.id FROM campaigns_journalentry entry
            LEFT JOIN campaigns_pledge pledge ON pledge.id = entry.pledge_id
            LEFT JOIN campaigns_posting posting ON posting.entry_id = entry.id AND posting.account = 'stripe-clearing'
            WHERE entry.kind = 'charge' AND (entry.external_ref = '' OR entry.external_ref
                IS DISTINCT FROM pledge.charge_id OR posting.amount IS DISTINCT FROM pledge.amount + pledge.covered_fee)
        """,
    ),
    Invariant(
        "no-more-goes-back-than-came",
        _(
            "What was given back of a pledge is what the pledge says, never more than was paid; "
            "all of it makes it refunded."
        ),
        """SELECT 'pledge ' || id || ', ' || state || ': ' || back || ' of ' || paid FROM (
                SELECT pledge.id, pledge.state, pledge.refunded, pledge.amount + pledge.covered_fee AS paid,
                    coalesce(sum(posting.amount), 0) AS back
                FROM campaigns_pledge pledge
                LEFT JOIN campaigns_journalentry entry
                    ON entry.pledge_id = pledge.id AND entry.kind IN ('refund', 'refund-failed')
                LEFT JOIN campaigns_posting posting ON posting.entry_id = entry.id
                    AND posting.account IN ('campaign-held', 'campaign-payable', 'processor-fees')
                GROUP BY pledge.id) given
            WHERE back < 0 OR back > paid OR back <> refunded OR (state = 'refunded') <> (back = paid)""",
    ),
    Invariant(
        "only-after-opening",
        _("Nothing is posted to a campaign that has not opened."),
        """SELECT campaign.slug FROM campaigns_campaign campaign
            WHERE (campaign.stage IN ('draft', 'review') OR campaign.opened_at IS NULL)
                AND EXISTS (SELECT FROM campaigns_journalentry entry WHERE entry.campaign_id = campaign.id)""",
    ),
    Invariant(
        "one-call-makes-one-thing",
        _("No two calls to Stripe made the same thing, and no pledge has two checkouts."),
        """SELECT kind || ' ' || stripe_id FROM campaigns_attempt WHERE stripe_id <> ''
            GROUP BY kind, stripe_id HAVING count(*) > 1
            UNION ALL SELECT 'pledge ' || pledge_id || ': ' || count(*) || ' checkouts' FROM campaigns_attempt
            WHERE kind = 'checkout' AND state = 'succeeded' GROUP BY pledge_id HAVING count(*) > 1""",
    ),
    Invariant(
        "decided-by-the-ledger",
        _("The outcome of every close is what the ledger held at that moment, against the goal."),
        """SELECT campaign.slug FROM campaigns_closerun run
            JOIN campaigns_campaign campaign ON campaign.id = run.campaign_id
            WHERE run.outcome <> '' AND ((run.outcome = 'funded') <> (run.raised_at_close >= campaign.goal)
                OR run.report ? 'entries' AND run.raised_at_close + (run.report->>'on_its_way_back')::bigint <>
                    (SELECT coalesce(-sum(amount), 0) FROM campaigns_posting posting
                        JOIN campaigns_journalentry entry ON entry.id = posting.entry_id
                        WHERE entry.campaign_id = campaign.id AND number <= (run.report->>'entries')::int
                            AND kind IN ('charge', 'refund', 'refund-failed')
                            AND account IN ('campaign-held', 'campaign-payable')))""",
    ),
    Invariant(
        "what-was-decided-is-published",
        _("A campaign whose close is over is neither open nor closing any more."),
        """SELECT campaign.slug FROM campaigns_closerun run
            JOIN campaigns_campaign campaign ON campaign.id = run.campaign_id
            WHERE run.finished_at IS NOT NULL AND campaign.stage IN ('open', 'paused', 'closing')""",
    ),
    Invariant(
        "never-below-nothing",
        _("No campaign holds, owes or gives back less than nothing."),
        """SELECT campaign.slug || ' ' || account || ': ' || sum(amount) FROM campaigns_posting posting
            JOIN campaigns_journalentry entry ON entry.id = posting.entry_id
            JOIN campaigns_campaign campaign ON campaign.id = entry.campaign_id
            WHERE account IN ('campaign-held', 'campaign-payable', 'refunds')
            GROUP BY campaign.slug, account HAVING sum(amount) > 0""",
    ),
    Invariant(
        "settled-is-settled-whole",
        _("A settled campaign holds nothing but what came too late."),
        """SELECT campaign.slug || ': ' || -sum(posting.amount) FROM campaigns_posting posting
            JOIN campaigns_journalentry entry ON entry.id = posting.entry_id
            JOIN campaigns_campaign campaign ON campaign.id = entry.campaign_id
            LEFT JOIN campaigns_pledge pledge ON pledge.id = entry.pledge_id
            WHERE account = 'campaign-held' AND pledge.came_late IS NOT TRUE AND EXISTS (SELECT FROM
                campaigns_journalentry settle WHERE settle.campaign_id = campaign.id AND settle.kind = 'settle')
            GROUP BY campaign.slug HAVING sum(posting.amount) <> 0""",
    ),
    Invariant(
        "history-is-a-way",
        _("The stages of a campaign are allowed steps without a gap, and it stands where the last one led."),
        """SELECT campaign.slug FROM campaigns_campaign campaign WHERE campaign.stage_version <>
                (SELECT count(*) FROM campaigns_transition step WHERE step.campaign_id = campaign.id)
            UNION SELECT slug FROM (
                SELECT campaign.slug, campaign.stage, step.before, step.after, step.version,
                    row_number() OVER in_order AS place, lag(step.after) OVER in_order AS came_to,
                    lead(step.id) OVER in_order IS NULL AS is_last
                FROM campaigns_transition step JOIN campaigns_campaign campaign ON campaign.id = step.campaign_id
                WINDOW in_order AS (PARTITION BY step.campaign_id ORDER BY step.version)) walked
            WHERE place <> version OR before <> coalesce(came_to, before) OR (is_last AND after <> stage)
                OR before || ' ' || after <> ALL (%(ways)s)""",
    ),
    Invariant(
        "one-mode",
        _("Every event is of the mode of this site: test events on a test site, live ones on a live site."),
        """SELECT id FROM campaigns_stripeevent WHERE livemode <> %(livemode)s""",
    ),
    Invariant(
        "stripe-has-its-last-word",
        _("Two hours after a close, Stripe’s word on every pledge is final."),
        """SELECT 'pledge ' || pledge.id FROM campaigns_pledge pledge
            JOIN campaigns_closerun run ON run.campaign_id = pledge.campaign_id
            WHERE pledge.state IN ('created', 'checkout', 'processing')
                AND greatest(run.finished_at, pledge.created_at) < %(at)s - interval '2 hours'""",
        waits=True,
    ),
    Invariant(
        "a-close-comes-to-its-end",
        _("No close takes longer than a day."),
        """SELECT campaign.slug FROM campaigns_closerun run
            JOIN campaigns_campaign campaign ON campaign.id = run.campaign_id
            WHERE run.finished_at IS NULL AND run.started_at < %(at)s - interval '1 day'""",
        waits=True,
    ),
    Invariant(
        "what-is-owed-goes-back",
        _("What a cancelled campaign was given, and what came too late, is on its way back within two days."),
        """SELECT 'pledge ' || pledge.id FROM campaigns_pledge pledge
            JOIN campaigns_campaign campaign ON campaign.id = pledge.campaign_id
            WHERE pledge.state = 'paid' AND pledge.paid_at < %(at)s - interval '2 days'
                AND (pledge.came_late
                    OR campaign.stage = 'cancelled' AND campaign.changed_at < %(at)s - interval '2 days')
                AND NOT EXISTS (SELECT FROM campaigns_attempt attempt
                    WHERE attempt.pledge_id = pledge.id AND attempt.kind = 'refund'
                        AND (attempt.state IN ('planned', 'unknown')
                            OR attempt.answered_at > %(at)s - interval '2 days'))""",
        waits=True,
    ),
    Invariant(
        "every-refund-has-its-answer",
        _("No refund is without Stripe’s answer for longer than two days."),
        """SELECT 'pledge ' || pledge_id || ', refund ' || sequence FROM campaigns_attempt
            WHERE kind = 'refund' AND state IN ('planned', 'unknown') AND planned_at < %(at)s - interval '2 days'""",
        waits=True,
    ),
    Invariant(
        "every-event-is-handled",
        _("Every event of Stripe’s is handled within an hour."),
        """SELECT id || ' ' || state FROM campaigns_stripeevent
            WHERE state = 'failed' OR state = 'received' AND received_at < %(at)s - interval '1 hour'""",
        waits=True,
    ),
)


def parameters(*, at: datetime, livemode: bool) -> dict[str, Any]:
    """What the queries are asked with: the time, the site's mode, and the rules that stand in Python."""
    limits = [{"currency": one.code, "least": one.least, "most": one.most} for one in money.CURRENCIES.values()]
    return {
        "at": at,
        "livemode": livemode,
        "limits": json.dumps(limits),
        "ways": [f"{before} {after}" for before, ways in WAYS.items() for after in sorted(ways)],
    }
