from django.conf import settings
from django.db import models

from campaigns.models.campaigns import Campaign


class UpdateDraft(models.Model):
    """There is one row for everybody who is writing an update of a campaign: the words, as they stood in the form.

    They need not fit into an update yet, so no length is set here.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="update_drafts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    title = models.TextField(blank=True)
    body = models.TextField(blank=True)
    language = models.CharField(max_length=2)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("campaign", "author"), name="who_writes_has_one_draft"),)

    def __str__(self) -> str:
        return self.title or f"draft {self.pk}"
