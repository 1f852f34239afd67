from django.conf import settings
from django.db import models
from django.db.models import Q


class Evidence(models.Model):
    """There is one row for every file that somebody brought, kept byte for byte as it came.

    Of a safetensors file only the header is kept: `covers` says so, and `sha256` is then that of the header.
    """

    class Covers(models.TextChoices):
        FILE = "file"
        HEADER = "header"

    sha256 = models.CharField(max_length=64, unique=True)
    format = models.CharField(max_length=24)
    covers = models.CharField(max_length=8, choices=Covers, default=Covers.FILE)
    name = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True)
    content = models.BinaryField()
    remarks = models.JSONField(default=list)
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    brought_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
        verbose_name_plural = "evidence"
        constraints = (
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="evidence_is_known_by_its_sha256"
            ),
        )

    def __str__(self) -> str:
        return self.name or self.sha256[:12]


class Fetch(models.Model):
    """There is one row for every address that somebody asked us to read. The clock reads it, never a request."""

    class State(models.TextChoices):
        WAITING = "waiting"
        READ = "read"
        REFUSED = "refused"

    url = models.URLField(max_length=500)
    about = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    says = models.JSONField(default=dict, help_text="Why it was refused: a sentence's template and its values.")
    evidence = models.ForeignKey(Evidence, null=True, blank=True, on_delete=models.SET_NULL, related_name="fetches")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="fetches")
    asked_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name_plural = "fetches"
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="read") | Q(tried_at__isnull=False), name="what_was_read_was_tried"
            ),
        )

    def __str__(self) -> str:
        return f"{self.url} ({self.state})"
