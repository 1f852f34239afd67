"""What is no fault of the books, but waits for a person."""

from django.utils.translation import gettext_lazy as _

from campaigns.invariants.invariant import Invariant

WAITING = (
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
        _("No close takes longer than a day, or than a day from the end of its holds."),
        """SELECT campaign.slug FROM campaigns_closerun run
            JOIN campaigns_campaign campaign ON campaign.id = run.campaign_id
            WHERE run.finished_at IS NULL
                AND greatest(run.started_at, run.holds_end_at) < %(at)s - interval '1 day'""",
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
