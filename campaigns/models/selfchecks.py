from django.db import models

from campaigns.models.campaigns import Campaign


class SelfcheckRun(models.Model):
    """There is one row for every time the books were checked against the invariants.

    `ok` says that none was broken. `breaches` maps the name of an invariant to the rows that broke it, and `waiting`
    likewise for what is no fault of the books but waits for a person. Both may name pledges: they are for staff.
    """

    at = models.DateTimeField()
    ok = models.BooleanField()
    breaches = models.JSONField(default=dict, blank=True)
    waiting = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("-at",), name="selfchecks_newest_first"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {'ok' if self.ok else 'broken'}"


class LedgerHead(models.Model):
    """There is one row for every newest entry of a campaign's ledger that a selfcheck has seen. Rows are only added.

    A chain alone does not show that its last entries were cut off; that what was seen before is gone does.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="ledger_heads")
    number = models.PositiveIntegerField()
    chained = models.CharField(max_length=64)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("campaign", "number")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "number"), name="a_head_of_a_ledger_is_seen_first_once"),
        )

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.number}"
