"""What must be true of stages and of closes."""

from django.utils.translation import gettext_lazy as _

from campaigns.invariants.invariant import Invariant

CLOSING = (
    Invariant(
        "only-after-opening",
        _("Nothing is posted to a campaign that has not opened."),
        """SELECT campaign.slug FROM campaigns_campaign campaign
            WHERE (campaign.stage IN ('draft', 'review') OR campaign.opened_at IS NULL)
                AND EXISTS (SELECT FROM campaigns_journalentry entry WHERE entry.campaign_id = campaign.id)""",
    ),
    Invariant(
        "decided-by-the-ledger",
        _("The outcome of every close is what the ledger and the cards held at that moment, against the goal."),
        """SELECT campaign.slug FROM campaigns_closerun run
            JOIN campaigns_campaign campaign ON campaign.id = run.campaign_id
            WHERE run.outcome <> '' AND ((run.outcome = 'funded') <> (run.raised_at_close >= campaign.goal)
                OR run.report ? 'entries' AND run.raised_at_close + (run.report->>'on_its_way_back')::bigint
                    - coalesce((run.report->>'authorised')::bigint, 0) <>
                    (SELECT coalesce(-sum(amount), 0) FROM campaigns_posting posting
                        JOIN campaigns_journalentry entry ON entry.id = posting.entry_id
                        WHERE entry.campaign_id = campaign.id AND number <= (run.report->>'entries')::int
                            AND kind IN ('charge', 'refund', 'refund-failed', 'dispute-lost')
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
        # A step that leads nowhere else tells of a deadline that was brought forward in a demo.
        """SELECT campaign.slug FROM campaigns_campaign campaign WHERE campaign.stage_version <>
                (SELECT count(*) FROM campaigns_transition step WHERE step.campaign_id = campaign.id)
            UNION SELECT slug FROM (
                SELECT campaign.slug, campaign.stage, step.before, step.after, step.version,
                    row_number() OVER in_order AS place, lag(step.after) OVER in_order AS came_to,
                    lead(step.id) OVER in_order IS NULL AS is_last
                FROM campaigns_transition step JOIN campaigns_campaign campaign ON campaign.id = step.campaign_id
                WINDOW in_order AS (PARTITION BY step.campaign_id ORDER BY step.version)) walked
            WHERE place <> version OR before <> coalesce(came_to, before) OR (is_last AND after <> stage)
                OR (before <> after AND before || ' ' || after <> ALL (%(ways)s))""",
    ),
)
