"""What must be true of the money that goes to trainers."""

from django.utils.translation import gettext_lazy as _

from campaigns.invariants.invariant import Invariant

PAYOUTS = (
    Invariant(
        "no-more-is-paid-than-there-was",
        _("No trainer was sent more than the campaign had after fees when it was decided."),
        # What went back after the decision, and before the ledger heard of the transfer, is no fault: it is got back.
        """SELECT campaign.slug || ' entry ' || entry.number FROM campaigns_journalentry entry
            JOIN campaigns_campaign campaign ON campaign.id = entry.campaign_id
            JOIN campaigns_payout payout ON entry.external_ref = 'payout:' || payout.id
            WHERE entry.kind = 'payout' AND (SELECT sum(posting.amount) FROM campaigns_posting posting
                JOIN campaigns_journalentry before ON before.id = posting.entry_id
                WHERE before.campaign_id = campaign.id AND before.number <= entry.number
                    AND account IN ('campaign-payable', 'trainer-paid', 'processor-fees')) > 0
                AND NOT EXISTS (SELECT FROM campaigns_journalentry news WHERE news.campaign_id = campaign.id
                    AND news.number < entry.number AND news.kind IN ('refund', 'dispute-lost')
                    AND news.at > payout.planned_at - interval '1 day')
            UNION SELECT campaign.slug || ' altogether' FROM campaigns_posting posting
            JOIN campaigns_journalentry entry ON entry.id = posting.entry_id
            JOIN campaigns_campaign campaign ON campaign.id = entry.campaign_id
            WHERE posting.account = 'trainer-paid'
                OR posting.account = 'campaign-payable' AND entry.kind IN ('settle', 'shortfall')
            GROUP BY campaign.slug HAVING sum(posting.amount) > 0""",
    ),
    Invariant(
        "each-part-is-paid-once",
        _("Every payment to a trainer is one entry with one transfer or one receipt, and no part was paid twice."),
        """SELECT 'payout ' || payout.id || ', ' || payout.state FROM campaigns_payout payout
            LEFT JOIN campaigns_journalentry entry
                ON entry.kind = 'payout' AND entry.external_ref = 'payout:' || payout.id
            GROUP BY payout.id
            HAVING count(entry.id) <> CASE WHEN payout.state IN ('sent', 'reversed') THEN 1 ELSE 0 END
                OR payout.state IN ('sent', 'reversed') AND (payout.transfer_id = '') = (payout.receipt = '')
            UNION ALL SELECT entry.external_ref FROM campaigns_journalentry entry WHERE entry.kind = 'payout'
                AND NOT EXISTS (SELECT FROM campaigns_payout WHERE 'payout:' || id = entry.external_ref)
            UNION ALL SELECT 'campaign ' || campaign_id || ', ' || part FROM campaigns_payout
                WHERE state IN ('sent', 'reversed') AND part <> 'further' GROUP BY campaign_id, part HAVING count(*) > 1
            UNION ALL SELECT 'payout ' || payout_id || ': ' || count(*) || ' transfers' FROM campaigns_attempt
                WHERE kind = 'transfer' AND state = 'succeeded' GROUP BY payout_id HAVING count(*) > 1""",
    ),
    Invariant(
        "the-rest-comes-after-the-release",
        _("The last part is planned and paid only after the clean version was released."),
        """SELECT 'payout ' || payout.id FROM campaigns_payout payout
            JOIN campaigns_campaign campaign ON campaign.id = payout.campaign_id
            WHERE payout.part IN ('remainder', 'further') AND NOT EXISTS (SELECT FROM campaigns_transition step
                WHERE step.campaign_id = campaign.id AND step.after = 'released' AND step.at <= payout.planned_at)""",
    ),
    Invariant(
        "trainers-have-what-was-sent",
        _("What a campaign’s trainer has, by the ledger, is what was sent less what came back."),
        """SELECT campaign.slug FROM campaigns_campaign campaign
            LEFT JOIN (SELECT entry.campaign_id, sum(posting.amount) AS has FROM campaigns_posting posting
                JOIN campaigns_journalentry entry ON entry.id = posting.entry_id
                WHERE posting.account = 'trainer-paid' GROUP BY entry.campaign_id) books
                ON books.campaign_id = campaign.id
            LEFT JOIN (SELECT campaign_id, sum(amount - reversed) AS sent FROM campaigns_payout
                WHERE state IN ('sent', 'reversed') GROUP BY campaign_id) rows ON rows.campaign_id = campaign.id
            WHERE coalesce(has, 0) <> coalesce(sent, 0)""",
    ),
    Invariant(
        "what-was-paid-too-much-comes-back",
        _("What a trainer has too much is got back, or borne by the platform, within ten days."),
        """SELECT campaign.slug FROM campaigns_posting posting
            JOIN campaigns_journalentry entry ON entry.id = posting.entry_id
            JOIN campaigns_campaign campaign ON campaign.id = entry.campaign_id
            WHERE account IN ('campaign-payable', 'trainer-paid', 'processor-fees')
            GROUP BY campaign.slug HAVING sum(posting.amount) > 0
                AND sum(posting.amount) FILTER (WHERE account = 'trainer-paid') > 0
                AND max(entry.at) < %(at)s - interval '10 days'""",
        waits=True,
    ),
    Invariant(
        "every-payout-has-its-answer",
        _("No transfer to a trainer, and none back, is without Stripe’s answer for longer than two days."),
        """SELECT 'payout ' || payout_id || ', ' || kind || ' ' || sequence FROM campaigns_attempt
            WHERE kind IN ('transfer', 'reversal') AND state IN ('planned', 'unknown')
                AND planned_at < %(at)s - interval '2 days'""",
        waits=True,
    ),
)
