"""What must be true of every pledge, its calls and its charge."""

from django.utils.translation import gettext_lazy as _

from campaigns.invariants.invariant import Invariant

PLEDGES = (
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
            WHERE entry.kind = 'charge' AND (entry.external_ref = '' OR entry.external_ref IS DISTINCT FROM
                pledge.charge_id || CASE WHEN pledge.bundle_id IS NULL THEN '' ELSE '/' || pledge.id END
                OR posting.amount IS DISTINCT FROM pledge.amount + pledge.covered_fee)
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
                    ON entry.pledge_id = pledge.id AND entry.kind IN ('refund', 'refund-failed', 'dispute-lost')
                LEFT JOIN campaigns_posting posting ON posting.entry_id = entry.id
                    AND posting.account IN ('campaign-held', 'campaign-payable', 'processor-fees')
                GROUP BY pledge.id) given
            WHERE back < 0 OR back > paid OR back <> refunded OR (state = 'refunded') <> (back = paid)""",
    ),
    Invariant(
        "one-call-makes-one-thing",
        _("No two calls to Stripe made the same thing, and no pledge has two checkouts."),
        # A confirmation makes nothing: after the bank said no, the same payment is confirmed once more.
        """SELECT kind || ' ' || stripe_id FROM campaigns_attempt WHERE stripe_id <> '' AND kind <> 'confirm'
            GROUP BY kind, stripe_id HAVING count(*) > 1
            UNION ALL SELECT 'pledge ' || pledge_id || ': ' || count(*) || ' checkouts' FROM campaigns_attempt
            WHERE kind = 'checkout' AND state = 'succeeded' AND reason <> 'another-card' AND pledge_id IS NOT NULL
            GROUP BY pledge_id HAVING count(*) > 1""",
    ),
)
