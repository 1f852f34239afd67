"""What must be true of disputes, and of campaigns that were given up."""

from django.utils.translation import gettext_lazy as _

from campaigns.invariants.invariant import Invariant

DISPUTES = (
    Invariant(
        "disputed-is-what-banks-hold",
        _("What the ledger calls disputed is what banks hold, of every dispute that is not lost."),
        """SELECT slug || ': ' || in_books || ' of ' || at_banks FROM (
                SELECT campaign.slug,
                    (SELECT coalesce(sum(posting.amount), 0) FROM campaigns_posting posting
                        JOIN campaigns_journalentry entry ON entry.id = posting.entry_id
                        WHERE entry.campaign_id = campaign.id AND posting.account = 'disputes') AS in_books,
                    (SELECT coalesce(sum(dispute.withdrawn - dispute.lost), 0) FROM campaigns_dispute dispute
                        JOIN campaigns_pledge pledge ON pledge.id = dispute.pledge_id
                        WHERE pledge.campaign_id = campaign.id) AS at_banks
                FROM campaigns_campaign campaign) frozen
            WHERE in_books <> at_banks""",
    ),
    Invariant(
        "a-lost-dispute-is-lost-once",
        _("What a lost dispute took is lost once, and with what was given back never more than was paid."),
        """SELECT 'pledge ' || id || ': ' || gone || ' of ' || paid FROM (
                SELECT pledge.id, pledge.amount + pledge.covered_fee AS paid,
                    (SELECT coalesce(sum(posting.amount), 0) FROM campaigns_posting posting
                        JOIN campaigns_journalentry entry ON entry.id = posting.entry_id
                        WHERE entry.pledge_id = pledge.id AND entry.kind IN ('refund', 'refund-failed', 'dispute-lost')
                            AND posting.account IN ('campaign-held', 'campaign-payable', 'processor-fees')) AS gone,
                    (SELECT coalesce(-sum(posting.amount), 0) FROM campaigns_posting posting
                        JOIN campaigns_journalentry entry ON entry.id = posting.entry_id
                        WHERE entry.pledge_id = pledge.id AND entry.kind = 'dispute-lost'
                            AND posting.account = 'disputes') AS posted,
                    (SELECT coalesce(sum(dispute.lost), 0) FROM campaigns_dispute dispute
                        WHERE dispute.pledge_id = pledge.id) AS lost
                FROM campaigns_pledge pledge) sums
            WHERE gone > paid OR posted <> lost
            UNION ALL SELECT 'dispute ' || stripe_id FROM campaigns_dispute
            WHERE status = 'lost' AND lost <> withdrawn OR status = 'won' AND lost <> 0""",
    ),
    Invariant(
        "what-was-given-up-goes-back",
        _("A campaign that was given up has nothing left after two days that is not on its way back."),
        """SELECT slug || ': ' || what_is_left FROM (
                SELECT campaign.slug,
                    (SELECT coalesce(-sum(posting.amount), 0) FROM campaigns_posting posting
                        JOIN campaigns_journalentry entry ON entry.id = posting.entry_id
                        WHERE entry.campaign_id = campaign.id
                            AND posting.account IN ('campaign-payable', 'trainer-paid', 'processor-fees'))
                    - (SELECT coalesce(sum(payout.amount), 0) FROM campaigns_payout payout
                        WHERE payout.campaign_id = campaign.id
                            AND payout.state IN ('planned', 'waiting_account', 'waiting_balance', 'waiting_staff'))
                    - (SELECT coalesce(sum(dispute.amount - dispute.lost), 0) FROM campaigns_dispute dispute
                        JOIN campaigns_pledge pledge ON pledge.id = dispute.pledge_id
                        WHERE pledge.campaign_id = campaign.id
                            AND (dispute.status NOT IN ('won', 'lost', 'warning_closed', 'prevented')
                                OR dispute.withdrawn > dispute.lost))
                    - (SELECT coalesce(sum(attempt.amount), 0) FROM campaigns_attempt attempt
                        JOIN campaigns_pledge pledge ON pledge.id = attempt.pledge_id
                        WHERE pledge.campaign_id = campaign.id AND NOT pledge.came_late
                            AND attempt.kind = 'refund' AND attempt.state IN ('planned', 'unknown')) AS what_is_left
                FROM campaigns_campaign campaign
                WHERE campaign.stage = 'abandoned' AND campaign.changed_at < %(at)s - interval '2 days') given_up
            WHERE what_is_left > 0""",
        waits=True,
    ),
)
