from django.db import models
from django.db.models import Q

from campaigns.models.campaigns import new_token


class Bundle(models.Model):
    """There is one row for every payment that carries coins for several campaigns.

    Its pledges share its page, its payment and its charge; what each of them gives is theirs alone, and so is what
    each of them bears of the fee.
    """

    token = models.CharField(max_length=64, default=new_token, unique=True)
    form_nonce = models.CharField(max_length=64, unique=True)
    currency = models.CharField(max_length=3)
    email = models.EmailField()
    language = models.CharField(max_length=2, default="en")
    network = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    session_id = models.CharField(max_length=120, blank=True)
    session_url = models.URLField(max_length=1000, blank=True)
    session_expires_at = models.DateTimeField(null=True, blank=True)
    payment_intent_id = models.CharField(max_length=120, blank=True)
    charge_id = models.CharField(max_length=120, blank=True)
    check_at = models.DateTimeField(null=True, blank=True, help_text="When the sweep looks at Stripe by itself.")

    class Meta:
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=("check_at",), condition=Q(check_at__isnull=False), name="bundles_to_look_after"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("session_id",), condition=~Q(session_id=""), name="one_checkout_belongs_to_one_bundle"
            ),
            models.UniqueConstraint(
                fields=("payment_intent_id",),
                condition=~Q(payment_intent_id=""),
                name="one_payment_belongs_to_one_bundle",
            ),
        )

    def __str__(self) -> str:
        return f"bundle {self.pk}"
