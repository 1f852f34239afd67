"""The two ways to hold a campaign still, and one to hold what has no row of its own.

Always the campaign first, then a pledge: one order, no deadlock.
"""

from django.db import connection

from campaigns.models import Campaign


def share_campaign(pk: int) -> str:
    """The stage, which cannot change until the transaction ends. Any number of payments may share it at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stage FROM campaigns_campaign WHERE id = %s FOR SHARE", [pk])
        (stage,) = cursor.fetchone()
    return str(stage)


def hold_campaign(pk: int) -> Campaign:
    """The campaign, for one transaction alone: waits for every payment that shares it."""
    return Campaign.objects.select_for_update().get(pk=pk)


def one_at_a_time(what: str) -> None:
    """Wait for everybody who does this, and let others wait for us, until the transaction ends.

    `what` names it; it need not be a row, so that what is counted stays counted until it is written.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"genseki:{what}"])
