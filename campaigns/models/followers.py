from django.db import models
from django.db.models import Q

from campaigns.models.campaigns import Campaign, new_token


class Follower(models.Model):
    """There is one row for every address that asked to hear of a campaign's updates.

    Nothing but the confirmation is sent until the address was confirmed, and nothing after it was unsubscribed.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="followers")
    email = models.EmailField()
    language = models.CharField(max_length=2, default="en")
    token = models.CharField(max_length=64, default=new_token, unique=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    unsubscribed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("campaign", "email"), name="an_address_follows_once"),)
        indexes = (
            models.Index(fields=("email",), name="followings_of_an_address"),
            models.Index(
                fields=("campaign",),
                condition=Q(confirmed_at__isnull=False, unsubscribed_at__isnull=True),
                name="followers_who_listen",
            ),
        )

    def __str__(self) -> str:
        return f"follower {self.pk} of {self.campaign_id}"
