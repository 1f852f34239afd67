"""What must be true of cards that are charged at a close."""

from django.utils.translation import gettext_lazy as _

from campaigns.invariants.invariant import Invariant

#: What is charged at the close: everything of an all-or-nothing campaign, and every match.
AT_THE_CLOSE = """campaigns_pledge pledge
            JOIN campaigns_campaign campaign ON campaign.id = pledge.campaign_id
                AND (campaign.kind = 'all-or-nothing' OR pledge.role = 'match')"""

CHARGING = (
    Invariant(
        "one-hold-makes-one-charge",
        _("No pledge that is charged at a close has two holds, or two payments captured."),
        """SELECT 'pledge ' || pledge_id || ': ' || count(DISTINCT stripe_id) || ' ' || kind FROM campaigns_attempt
            WHERE kind IN ('authorise', 'confirm', 'capture') AND state = 'succeeded' AND pledge_id IS NOT NULL
            GROUP BY pledge_id, kind HAVING count(DISTINCT stripe_id) > 1
                OR kind = 'capture' AND count(*) > 1
            UNION ALL SELECT 'attempt ' || attempt.id || ' made ' || attempt.stripe_id
            FROM campaigns_attempt attempt JOIN campaigns_pledge pledge ON pledge.id = attempt.pledge_id
            WHERE attempt.kind IN ('authorise', 'capture') AND attempt.state = 'succeeded'
                AND attempt.stripe_id <> pledge.payment_intent_id""",
    ),
    Invariant(
        "a-close-leaves-nothing-open",
        _("When a close is over, every card that was saved for it was charged, or let go, or has failed."),
        f"""SELECT 'pledge ' || pledge.id || ', ' || pledge.state FROM {AT_THE_CLOSE}
            JOIN campaigns_closerun run ON run.campaign_id = campaign.id
            WHERE run.finished_at IS NOT NULL AND pledge.state IN ('saved', 'authorised')""",  # noqa: S608 - a text of our own
    ),
    Invariant(
        "nobody-pays-for-what-failed",
        _("An all-or-nothing campaign that missed its goal has charged nobody."),
        """SELECT campaign.slug FROM campaigns_campaign campaign
            JOIN campaigns_closerun run ON run.campaign_id = campaign.id AND run.outcome = 'unfunded'
            WHERE campaign.kind = 'all-or-nothing' AND (
                EXISTS (SELECT FROM campaigns_journalentry entry WHERE entry.campaign_id = campaign.id)
                OR EXISTS (SELECT FROM campaigns_pledge pledge JOIN campaigns_attempt attempt
                    ON attempt.pledge_id = pledge.id WHERE pledge.campaign_id = campaign.id
                        AND attempt.kind = 'capture'))""",
    ),
    Invariant(
        "charged-only-when-decided",
        _("No hold is captured before the verdict, and a funded all-or-nothing campaign had its goal by then."),
        """SELECT campaign.slug || ', pledge ' || pledge.id FROM campaigns_attempt attempt
            JOIN campaigns_pledge pledge ON pledge.id = attempt.pledge_id
            JOIN campaigns_campaign campaign ON campaign.id = pledge.campaign_id
            LEFT JOIN campaigns_closerun run ON run.campaign_id = campaign.id
            WHERE attempt.kind = 'capture' AND (run.raised_at_close IS NULL
                OR campaign.kind = 'all-or-nothing' AND run.raised_at_close < campaign.goal)""",
    ),
    Invariant(
        "a-hold-ends-with-its-close",
        _("No hold lasts longer than a day after its close."),
        f"""SELECT 'pledge ' || pledge.id FROM {AT_THE_CLOSE}
            JOIN campaigns_attempt attempt ON attempt.pledge_id = pledge.id AND attempt.kind IN ('capture', 'release')
                AND attempt.state IN ('planned', 'unknown') AND attempt.planned_at < %(at)s - interval '1 day'
            UNION SELECT 'pledge ' || pledge.id FROM {AT_THE_CLOSE}
            JOIN campaigns_closerun run ON run.campaign_id = campaign.id
            WHERE pledge.state = 'authorised' AND pledge.authorised_at < %(at)s - interval '5 days'
                AND coalesce(run.finished_at, run.holds_end_at) < %(at)s - interval '1 day'""",  # noqa: S608 - a text of our own
        waits=True,
    ),
)
