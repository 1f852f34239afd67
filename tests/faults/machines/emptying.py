"""Empty books for the next example of a machine: the ledger refuses this to everybody but tests."""

from django.db import connection

TABLES = (
    *("campaigns_campaign", "campaigns_bundle", "campaigns_payeeaccount", "campaigns_alarm", "campaigns_sitepause"),
    *("campaigns_stripeevent", "campaigns_outboxmessage", "campaigns_selfcheckrun"),
)


def empty_the_books() -> None:
    """Everything that hangs on a campaign goes with it."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
