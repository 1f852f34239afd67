"""The two ways to hold a campaign still. Always the campaign first, then a pledge: one order, no deadlock."""

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
