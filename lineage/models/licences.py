from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from lineage.engine import terms


class Licence(models.Model):
    """There is one row for every dated licence text. Two texts of one name are two rows."""

    slug = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True)
    spdx = models.CharField(max_length=120, blank=True)
    family = models.CharField(max_length=120, blank=True)
    or_later = models.BooleanField(default=False)
    outbound = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    control = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        ordering = ("slug",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(slug="unknown-licence"),
                name="unknown_licence_is_not_a_licence_on_file",
            ),
        )

    def __str__(self) -> str:
        return self.name or self.slug


class Term(models.Model):
    """There is one row for every thing that a licence text asks or forbids."""

    licence = models.ForeignKey(Licence, on_delete=models.CASCADE, related_name="terms")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=40)
    limit = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    carries = models.CharField(max_length=12, default="derivatives")
    reaches_outputs = models.BooleanField(default=False)
    clause = models.CharField(max_length=120, blank=True)
    quote = models.TextField(blank=True)

    class Meta:
        ordering = ("licence", "position")
        constraints = (
            models.UniqueConstraint(fields=("licence", "position"), name="a_term_has_its_own_place_in_the_text"),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(terms.LIMIT_FACTS), limit__isnull=False)
                | (~Q(kind__in=sorted(terms.LIMIT_FACTS)) & Q(limit__isnull=True)),
                name="a_limit_stands_where_the_kind_of_term_takes_one",
            ),
            models.CheckConstraint(
                condition=Q(carries__in=["derivatives", "copies", "none"]),
                name="a_term_carries_to_derivatives_copies_or_nothing",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.licence_id}"
