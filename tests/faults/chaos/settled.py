"""What it means that a town has come to rest: nothing is under way any more, and nobody had to help."""

from tests.faults.chaos.town import Town

UNSETTLED = {
    "calls to Stripe without an answer": """
        SELECT count(*) FROM campaigns_attempt attempt
        LEFT JOIN campaigns_pledge pledge ON pledge.id = attempt.pledge_id
        WHERE attempt.state IN ('planned', 'unknown') AND NOT (attempt.kind = 'checkout' AND pledge.state <> 'created')
    """,
    "events that were not handled": "SELECT count(*) FROM campaigns_stripeevent WHERE state IN ('received', 'failed')",
    "campaigns that should be decided": """
        SELECT count(*) FROM campaigns_campaign WHERE stage IN ('open', 'paused', 'closing')
    """,
    "pledges under way": """
        SELECT count(*) FROM campaigns_pledge
        WHERE state IN ('created', 'checkout', 'processing', 'saved', 'authorised')
    """,
    "what came too late and is not back": "SELECT count(*) FROM campaigns_pledge WHERE came_late AND state = 'paid'",
    # A mail that a killed worker had in hand may have gone out: it waits for the end of its lease.
    "mails that were not sent": """
        SELECT count(*) FROM campaigns_outboxmessage WHERE sent_at IS NULL AND given_up_at IS NULL
            AND (leased_until IS NULL OR leased_until < now())
    """,
}


def unsettled(town: Town) -> dict[str, int]:
    """How many of each are left, without those of which none is."""
    counts = {what: int(str(town.rows(query)[0][0])) for what, query in UNSETTLED.items()}
    return {what: count for what, count in counts.items() if count}
