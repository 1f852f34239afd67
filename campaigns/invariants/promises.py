"""What must be true of promises: cards that are saved for the close."""

from django.utils.translation import gettext_lazy as _

from campaigns.invariants.invariant import Invariant

PROMISES = (
    Invariant(
        "a-promise-has-its-card",
        _("Every promise that stands has a saved card and the consent to charge it, and was not charged yet."),
        """SELECT 'pledge ' || id FROM campaigns_pledge WHERE state IN ('saved', 'authorised')
            AND (payment_method_id = '' OR customer_id = '' OR saved_at IS NULL OR consent_text = ''
                OR consented_at IS NULL OR charge_id <> '' OR paid_at IS NOT NULL)""",
    ),
    Invariant(
        "nobody-is-charged-before-the-close",
        _("No saved card is charged before the close is decided, and none for an all-or-nothing campaign that failed."),
        """SELECT 'pledge ' || pledge.id FROM campaigns_pledge pledge
            JOIN campaigns_campaign campaign ON campaign.id = pledge.campaign_id
            JOIN campaigns_journalentry entry ON entry.pledge_id = pledge.id AND entry.kind = 'charge'
            WHERE (campaign.kind = 'all-or-nothing' OR pledge.role = 'match') AND NOT EXISTS (
                SELECT FROM campaigns_closerun run WHERE run.campaign_id = campaign.id AND (run.outcome = 'funded'
                    OR run.outcome = 'unfunded' AND campaign.kind <> 'all-or-nothing'))""",
    ),
    Invariant(
        "cards-are-forgotten",
        _("A card is forgotten, or is about to be, when its promise was taken back, let go or could not be charged."),
        """SELECT 'pledge ' || pledge.id FROM campaigns_pledge pledge
            WHERE pledge.state IN ('withdrawn', 'released', 'failed') AND pledge.payment_method_id <> ''
                AND NOT EXISTS (SELECT FROM campaigns_attempt attempt WHERE attempt.pledge_id = pledge.id AND
                    attempt.kind = 'detach' AND attempt.parameters->>'payment_method' = pledge.payment_method_id)""",
    ),
    Invariant(
        "whoever-runs-it-does-not-fill-it",
        _(
            "Whoever organises an all-or-nothing campaign, or trains for it, promises nothing to it beyond the match "
            "that was declared."
        ),
        """SELECT campaign.slug || ': ' || sum(pledge.amount) FROM campaigns_pledge pledge
            JOIN campaigns_campaign campaign ON campaign.id = pledge.campaign_id
            WHERE campaign.kind = 'all-or-nothing' AND pledge.state IN ('saved', 'authorised', 'paid')
                AND (pledge.supporter_id IN (campaign.organiser_id, campaign.trainer_id)
                    OR regexp_replace(lower(pledge.email), '[+].*@', '@') IN (
                        SELECT regexp_replace(lower(email), '[+].*@', '@') FROM auth_user person WHERE email <> ''
                        AND person.id IN (campaign.organiser_id, campaign.trainer_id)))
            GROUP BY campaign.id HAVING bool_or(pledge.role <> 'match')
                OR sum(pledge.amount) > coalesce(campaign.declared_match, 0)""",
    ),
)
