from django.contrib.postgres.fields import ArrayField
from django.db import models


class Exemption(models.Model):
    """There is one row for every term that a licensor waived for named actors."""

    version = models.ForeignKey("lineage.Version", on_delete=models.CASCADE, related_name="exemptions")
    term = models.CharField(max_length=40)
    actors = ArrayField(models.CharField(max_length=120))

    class Meta:
        ordering = ("version", "term", "pk")

    def __str__(self) -> str:
        return f"{self.term} of {self.version_id} waived for {', '.join(self.actors)}"


class Prohibition(models.Model):
    """There is one row for every time a licensor used the right to stop what was built on a version."""

    version = models.ForeignKey("lineage.Version", on_delete=models.CASCADE, related_name="prohibitions")
    on = models.DateField()

    class Meta:
        ordering = ("version", "on", "pk")

    def __str__(self) -> str:
        return f"{self.version_id} stopped on {self.on}"
