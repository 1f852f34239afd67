from django.db import models


class StripePace(models.Model):
    """What all processes together know of Stripe: when the next call may be made, of all calls and of a visitor's.

    Every process takes its turns here, so that all of them together stay below Stripe's limit. A row of its own says
    until when pages tell that Stripe does not answer.
    """

    name = models.CharField(max_length=40, primary_key=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
