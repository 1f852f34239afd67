from django.conf import settings
from django.db import models
from django.db.models import Q


class Version(models.Model):
    """There is one row for every artefact: one fixed set of weights, a LoRA, a VAE or a data set.

    A planned version is one that nobody has made yet: a campaign raises the money for it. It becomes real when it
    is released, under the same slug, so that links and updates stay.
    """

    slug = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    licensor = models.CharField(max_length=120, blank=True)
    published_on = models.DateField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    url = models.URLField(max_length=500, blank=True)
    undisclosed_parents = models.BooleanField(default=False)
    claimed_label = models.CharField(max_length=200, blank=True)
    planned = models.BooleanField(default=False)
    illustration = models.BooleanField(default=False)
    released_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("slug",)
        constraints = (
            models.UniqueConstraint(fields=("sha256",), condition=~Q(sha256=""), name="one_file_is_one_version"),
            models.CheckConstraint(
                condition=Q(sha256="") | Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="a_sha256_is_64_lower_case_hex_digits",
            ),
            models.CheckConstraint(
                condition=Q(planned=False) | Q(released_at__isnull=True),
                name="what_is_only_planned_is_not_released",
            ),
        )

    def __str__(self) -> str:
        return self.name
