from django.db import models


class LogEntry(models.Model):
    """There is one row for every time something in the lineage became known, changed or was released.

    Campaigns read it; lineage never calls them. Rows are only added.
    """

    class Kind(models.TextChoices):
        VERSION_REGISTERED = "version-registered"
        DERIVATION_RECORDED = "derivation-recorded"
        GRANT_RECORDED = "grant-recorded"
        FILE_IMPORTED = "file-imported"
        PLAN_REPLACED = "plan-replaced"
        VERSION_RELEASED = "version-released"
        EVIDENCE_BROUGHT = "evidence-brought"
        PROPOSAL_DECIDED = "proposal-decided"
        CLAIM_DISPUTED = "claim-disputed"
        DISPUTE_SETTLED = "dispute-settled"
        FIGURES_RECORDED = "figures-recorded"

    kind = models.CharField(max_length=24, choices=Kind)
    version = models.ForeignKey("lineage.Version", null=True, on_delete=models.SET_NULL, related_name="log")
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "log entries"

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d}"
