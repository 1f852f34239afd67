from django.conf import settings
from django.db import models
from django.db.models import Q

from campaigns.models.campaigns import Campaign
from campaigns.models.updates import Update


class UpdatePicture(models.Model):
    """There is one row for every picture that somebody added to an update; without `update` it is not published yet.

    It is known by the sha256 of its widest file, and kept in the widths of `uploaded_pictures.widths_of` and
    `avif_widths_of`.
    """

    class Role(models.TextChoices):
        PLAIN = "plain"
        BEFORE = "before"
        AFTER = "after"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="update_pictures")
    update = models.ForeignKey(Update, null=True, blank=True, on_delete=models.CASCADE, related_name="pictures")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    alt = models.CharField(max_length=300, blank=True)
    role = models.CharField(max_length=6, choices=Role, default=Role.PLAIN)
    position = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("position", "pk")
        indexes = (models.Index(fields=("campaign", "sha256"), name="pictures_by_their_address"),)
        constraints = (
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="a_picture_is_known_by_sha256"),
            models.UniqueConstraint(
                fields=("update", "role"),
                condition=Q(role__in=["before", "after"]),
                name="an_update_compares_two_pictures_at_most",
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.sha256[:12]}"


class PictureFile(models.Model):
    """There is one row for every width of a picture, with the file itself: a backup of the database is whole."""

    class Kind(models.TextChoices):
        WEBP = "webp", "WebP"
        AVIF = "avif", "AVIF"

    picture = models.ForeignKey(UpdatePicture, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=4, choices=Kind, default=Kind.WEBP, db_default=Kind.WEBP)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("picture", "kind", "width"), name="a_picture_has_each_file_once"),
        )

    def __str__(self) -> str:
        return f"{self.picture_id} at {self.width} as {self.kind}"
