"""What must be true of payments that carry coins for several campaigns."""

from django.utils.translation import gettext_lazy as _

from campaigns.invariants.invariant import Invariant

BUNDLES = (
    Invariant(
        "a-bundle-is-paid-as-one",
        _("Coins that share one payment have one currency, are charged by that payment, and are charged together."),
        """SELECT 'bundle ' || bundle.id FROM campaigns_bundle bundle
            LEFT JOIN campaigns_pledge pledge ON pledge.bundle_id = bundle.id
            GROUP BY bundle.id
            HAVING count(pledge.id) = 0 OR bool_or(pledge.currency <> bundle.currency
                OR pledge.charge_id <> bundle.charge_id OR pledge.payment_intent_id <> bundle.payment_intent_id
                OR (pledge.state IN ('paid', 'refunded')) <> (bundle.charge_id <> ''))""",
    ),
    Invariant(
        "nobody-shares-a-payment-unasked",
        _("One payment belongs to one pledge, or to the pledges of one bundle, of which no campaign has two."),
        """SELECT 'payment ' || payment_intent_id FROM campaigns_pledge WHERE payment_intent_id <> ''
            GROUP BY payment_intent_id
            HAVING count(*) > 1 AND (count(DISTINCT bundle_id) <> 1 OR bool_or(bundle_id IS NULL))
            UNION ALL SELECT 'bundle ' || bundle_id FROM campaigns_pledge WHERE bundle_id IS NOT NULL
            GROUP BY bundle_id, campaign_id HAVING count(*) > 1
            UNION ALL SELECT 'bundle ' || bundle_id || ': ' || count(*) || ' checkouts' FROM campaigns_attempt
            WHERE kind = 'checkout' AND state = 'succeeded' AND bundle_id IS NOT NULL
            GROUP BY bundle_id HAVING count(*) > 1""",
    ),
)
