from django.db import models
from django.db.models import F, Q

from lineage.engine import terms


class Derivation(models.Model):
    """There is one row for every claim that a version was made from another.

    A claimed cycle is kept: it is what somebody said, and the engine reports it. Only a version made from itself is
    refused, since that says nothing.
    """

    parent = models.ForeignKey("lineage.Version", on_delete=models.PROTECT, related_name="children")
    child = models.ForeignKey("lineage.Version", on_delete=models.CASCADE, related_name="parents")
    method = models.CharField(max_length=24)
    obtained_on = models.DateField(null=True, blank=True)
    obtained_until = models.DateField(
        null=True, blank=True, help_text="With it, obtained_on begins a span whose last day is the day before this."
    )
    share = models.FloatField(null=True, blank=True)
    certain = models.BooleanField(default=True)
    reaccepted_on = models.DateField(null=True, blank=True)
    evidence = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ("child", "parent", "pk")
        indexes = (
            models.Index(fields=("child", "parent"), include=("method",), name="derivation_upwards"),
            models.Index(fields=("parent", "child"), include=("method",), name="derivation_downwards"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(parent=F("child")), name="a_version_is_not_made_from_itself"),
            models.CheckConstraint(
                condition=Q(method__in=sorted(terms.METHODS)), name="a_derivation_names_a_known_method"
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | (Q(share__gte=0) & Q(share__lte=1)),
                name="a_share_lies_between_none_and_all",
            ),
            models.CheckConstraint(
                condition=Q(obtained_until__isnull=True)
                | (Q(obtained_on__isnull=False) & Q(obtained_until__gte=F("obtained_on"))),
                name="a_span_of_days_begins_before_it_ends",
            ),
        )

    def __str__(self) -> str:
        return f"{self.parent_id} -> {self.child_id} ({self.method})"
