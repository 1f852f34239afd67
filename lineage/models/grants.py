from django.db import models
from django.db.models import F, Q


class Grant(models.Model):
    """There is one row for every offer that a licensor made everybody, from a day on."""

    version = models.ForeignKey("lineage.Version", on_delete=models.CASCADE, related_name="grants")
    licence = models.ForeignKey("lineage.Licence", on_delete=models.PROTECT, related_name="grants")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The first day on which it no longer stands.")
    optional = models.BooleanField(default=False)
    certain = models.BooleanField(default=True)
    evidence = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ("version", "starts_on", "optional", "licence")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="a_grant_does_not_end_before_it_begins",
            ),
            models.UniqueConstraint(
                fields=("version", "starts_on"),
                condition=Q(optional=False),
                name="two_standing_grants_of_one_version_never_begin_on_one_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.version_id}: {self.licence_id} from {self.starts_on}"
