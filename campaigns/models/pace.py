from django.db import models


class StripePace(models.Model):
    """There is one row for every Stripe account that we speak to: when the next call to it may be made.

    Every process takes its turns here, so that all of them together stay below Stripe's limit.
    """

    name = models.CharField(max_length=40, primary_key=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
