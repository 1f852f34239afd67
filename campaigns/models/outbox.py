from django.db import models
from django.db.models import Q


class OutboxMessage(models.Model):
    """There is one row for every mail that shall go out, written together with what it tells of.

    `key` says what it is about and to whom, so that nobody gets the same mail twice.
    """

    key = models.CharField(max_length=200, unique=True)
    recipient = models.EmailField()
    language = models.CharField(max_length=2)
    template = models.CharField(max_length=40)
    context = models.JSONField(default=dict)
    unsubscribe_url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("due_at", "pk")
        indexes = (
            models.Index(
                fields=("due_at",),
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="mails_still_to_send",
            ),
        )

    def __str__(self) -> str:
        return self.key
