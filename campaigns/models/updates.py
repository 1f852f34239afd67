from django.conf import settings
from django.db import models
from django.db.models import Q

from campaigns.models.campaigns import Campaign


class Update(models.Model):
    """There is one row for every piece of news that a campaign told, tied to the record of its clean version.

    What the clock publishes carries facts in `data` and gets its words from a template, in the reader's language;
    what a person wrote stands in `body` as Markdown. `record` is a `DayRecord` of lineage as JSON, empty where none
    was kept.
    """

    class Kind(models.TextChoices):
        OPENED = "opened"
        FUNDED = "funded"
        UNFUNDED = "unfunded"
        TRAINING = "training"
        PROGRESS = "progress"
        RELEASED = "released"
        CANCELLED = "cancelled"
        ABANDONED = "abandoned"
        AMENDED = "amended"
        DOUBTED = "doubted"

    # These may be told more than once.
    OFTEN = (Kind.PROGRESS, Kind.AMENDED, Kind.DOUBTED)

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="updates")
    version = models.ForeignKey("lineage.Version", on_delete=models.PROTECT, related_name="campaign_updates")
    kind = models.CharField(max_length=12, choices=Kind)
    number = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    language = models.CharField(max_length=2, blank=True)
    title = models.CharField(max_length=120, blank=True)
    body = models.TextField(blank=True, max_length=20_000)
    data = models.JSONField(default=dict)
    record = models.JSONField(
        default=dict, blank=True, help_text="The record of the version as it was judged when this was told."
    )
    form_nonce = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-published_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "number"), name="an_update_has_its_own_number"),
            models.UniqueConstraint(
                fields=("campaign", "kind"),
                condition=~Q(kind__in=["progress", "amended", "doubted"]),
                name="a_turn_of_the_campaign_is_told_once",
            ),
            models.UniqueConstraint(
                fields=("campaign", "form_nonce"), condition=~Q(form_nonce=""), name="one_form_makes_one_update"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.campaign_id}"
