from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

ILLUSTRATION = "illustration, not counted"
"""The source of downloads that nobody counted and that only show how a page works."""


class Figures(models.Model):
    """There is one row for every version of which it is known how often it is taken, or what retraining it costs.

    Downloads are counted by others on a day; a cost is in whole US dollars, `stated` by somebody or else estimated.
    Neither has a part in any verdict.
    """

    version = models.OneToOneField("lineage.Version", on_delete=models.CASCADE, related_name="figures")
    downloads = models.PositiveBigIntegerField(null=True, blank=True)
    counted_on = models.DateField(null=True, blank=True)
    downloads_source = models.CharField(max_length=200, blank=True)
    cost_usd = models.PositiveIntegerField(null=True, blank=True)
    cost_stated = models.BooleanField(default=False)
    cost_source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("version",)
        verbose_name_plural = "figures"
        constraints = (
            models.CheckConstraint(
                condition=Q(cost_usd__isnull=True) | Q(cost_usd__gt=0), name="a_retraining_cost_is_more_than_nothing"
            ),
            models.CheckConstraint(
                condition=Q(downloads__isnull=True) | Q(counted_on__isnull=False),
                name="downloads_were_counted_on_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"figures of {self.version_id}"

    @property
    def illustration(self) -> bool:
        """Whether its downloads were counted by nobody."""
        return self.downloads_source == ILLUSTRATION


class Weighing(models.Model):
    """There is one row for every time the whole catalogue was judged at once, which fills `Standing` anew.

    `log_entry` is the newest entry of the log that it has seen: what came later is not in it. Of `versions`, so many
    have a known number of downloads, and of these so many are an illustration.
    """

    at = models.DateTimeField()
    on = models.DateField()
    log_entry = models.BigIntegerField(default=0)
    versions = models.PositiveIntegerField()
    tainted = models.PositiveIntegerField()
    counted = models.PositiveIntegerField(default=0)
    illustrated = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.versions} versions weighed for {self.on}"

    @property
    def known(self) -> int:
        """Of how many versions somebody has really counted the downloads."""
        return self.counted - self.illustrated


class Standing(models.Model):
    """There is one row for every version, as the newest weighing found it. For lists and rankings only.

    The page of one version never takes a verdict from it: it asks the engine. `freed_versions` and `freed_downloads`
    tell what a clean replacement of this version would free, itself among it. `place` is its place in the ranking of
    what is freed for the money, from 1; it has none if it would free nothing. `licences` are those whose restrictions
    come by way of it. Without a stated cost, `cost_usd` is an estimate (`lineage/engine/costs.py`), or not known.
    """

    class State(models.TextChoices):
        TAINTED = "tainted"
        SUSPECT = "suspect"
        CLEAN = "clean"

    # Without constraints in the database: the table is filled apart and put in the place of the old one.
    version = models.OneToOneField(
        "lineage.Version",
        primary_key=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="standing",
    )
    state = models.CharField(max_length=8, choices=State)
    freed_versions = models.IntegerField(default=0)
    freed_downloads = models.BigIntegerField(default=0)
    place = models.PositiveIntegerField(null=True)
    cost_usd = models.PositiveIntegerField(null=True)
    cost_stated = models.BooleanField(default=False)
    licences = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        ordering = ("version",)
        indexes = (
            models.Index(fields=("place",), condition=Q(place__isnull=False), name="standings_by_place"),
            GinIndex(fields=("licences",), condition=Q(place__isnull=False), name="standings_by_licence"),
        )

    def __str__(self) -> str:
        return f"{self.version_id}: {self.state}"
