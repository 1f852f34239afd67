from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Lower

from campaigns.lifecycle import is_charged_at_the_close
from campaigns.models.campaigns import Campaign, new_token


class Pledge(models.Model):
    """There is one row for every time somebody set out to give a coin to a campaign.

    `amount` is what counts for the campaign and `covered_fee` what the supporter adds for Stripe's fee; both are
    minor units and what is charged is their sum. A state only moves forward, and the ledger, not this row, says what
    was paid.

    Where nothing is charged before the close, the way is another: the card is `saved` (the money promised), at the
    close a hold is placed (`authorised`), and it is captured (`paid`) or let go (`released`). A pledge that its
    supporter took back before the close is `withdrawn`; one whose card could not be charged has `failed`.

    A match (`role`) gives one for one up to `matches_up_to`; until the close `amount` is that cap, from then on what
    it came to.
    """

    class State(models.TextChoices):
        CREATED = "created"
        CHECKOUT = "checkout"
        PROCESSING = "processing"
        PAID = "paid"
        EXPIRED = "expired"
        REFUNDED = "refunded"
        SAVED = "saved"
        AUTHORISED = "authorised"
        RELEASED = "released"
        WITHDRAWN = "withdrawn"
        FAILED = "failed"

    # The card is there, and nothing is charged yet.
    PROMISED = (State.SAVED, State.AUTHORISED)
    # Stripe has not said its last word on these.
    UNDER_WAY = (State.CREATED, State.CHECKOUT, State.PROCESSING)
    # It came to nothing, and nothing more happens to it.
    OVER = (State.EXPIRED, State.RELEASED, State.WITHDRAWN, State.FAILED)

    class Role(models.TextChoices):
        SUPPORTER = "supporter"
        ORGANISER = "organiser"
        MATCH = "match"

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="pledges")
    supporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="pledges"
    )
    token = models.CharField(max_length=64, default=new_token, unique=True)
    form_nonce = models.CharField(max_length=64)
    role = models.CharField(max_length=12, choices=Role, default=Role.SUPPORTER)
    state = models.CharField(max_length=12, choices=State, default=State.CREATED)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    covered_fee = models.BigIntegerField(default=0)

    email = models.EmailField()
    language = models.CharField(max_length=2, default="en")
    name = models.CharField(max_length=60, blank=True)
    anonymous = models.BooleanField(default=False)
    hide_amount = models.BooleanField(default=False)
    message = models.CharField(max_length=200, blank=True)
    message_private = models.BooleanField(default=False)
    wants_updates = models.BooleanField(default=False)
    network = models.CharField(max_length=64, blank=True)
    wider_network = models.CharField(max_length=64, blank=True, help_text="The /24 or /48 that the address is in.")

    created_at = models.DateTimeField()
    session_id = models.CharField(max_length=120, blank=True)
    session_url = models.URLField(max_length=1000, blank=True)
    session_expires_at = models.DateTimeField(null=True, blank=True)
    payment_intent_id = models.CharField(max_length=120, blank=True)
    charge_id = models.CharField(max_length=120, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    fee = models.BigIntegerField(null=True, blank=True, help_text="Stripe's fee, once Stripe has said it.")
    refunded = models.BigIntegerField(default=0)
    came_late = models.BooleanField(default=False, help_text="Paid after the close was decided: it goes back.")
    check_at = models.DateTimeField(null=True, blank=True, help_text="When the sweep looks at Stripe by itself.")

    # Coins for several campaigns in one payment share one page, one payment and one charge.
    bundle = models.ForeignKey(
        "campaigns.Bundle", null=True, blank=True, on_delete=models.PROTECT, related_name="pledges"
    )

    # What is charged at the close
    matches_up_to = models.BigIntegerField(null=True, blank=True)
    customer_id = models.CharField(max_length=120, blank=True)
    setup_intent_id = models.CharField(max_length=120, blank=True)
    payment_method_id = models.CharField(max_length=120, blank=True)
    card_expires_on = models.DateField(null=True, blank=True, help_text="The last day of the card's last month.")
    consent_version = models.CharField(max_length=20, blank=True)
    consent_text = models.TextField(blank=True, max_length=2_000)
    consented_at = models.DateTimeField(null=True, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    authorised_at = models.DateTimeField(null=True, blank=True)
    confirm_until = models.DateTimeField(
        null=True, blank=True, help_text="Until when the supporter may confirm a hold that the bank asks about."
    )
    failure = models.CharField(max_length=60, blank=True, help_text="Why the card could not be charged, by Stripe.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was withdrawn, released or failed.")

    class Meta:
        ordering = ("-paid_at", "-pk")
        indexes = (
            models.Index(fields=("campaign", "state"), name="pledges_of_a_campaign"),
            models.Index(fields=("network", "created_at"), name="pledges_of_a_network"),
            models.Index(fields=("wider_network", "created_at"), name="pledges_of_a_wider_network"),
            # An address is the same address in capitals.
            models.Index(Lower("email"), "created_at", name="pledges_of_one_address"),
            models.Index(fields=("campaign", "created_at"), name="pledges_of_a_while"),
            models.Index(fields=("created_at",), name="pledges_by_time"),
            models.Index(fields=("check_at",), condition=Q(check_at__isnull=False), name="pledges_to_look_after"),
        )
        constraints = (
            models.UniqueConstraint(fields=("campaign", "form_nonce"), name="one_form_makes_one_pledge"),
            models.UniqueConstraint(
                fields=("session_id",),
                condition=~Q(session_id="") & Q(bundle__isnull=True),
                name="one_checkout_belongs_to_one_pledge",
            ),
            models.UniqueConstraint(
                fields=("payment_intent_id",),
                condition=~Q(payment_intent_id="") & Q(bundle__isnull=True),
                name="one_payment_belongs_to_one_pledge",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_pledge_is_more_than_nothing"),
            models.CheckConstraint(condition=Q(covered_fee__gte=0), name="a_covered_fee_is_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=F("amount") + F("covered_fee")),
                name="no_more_is_given_back_than_was_paid",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["paid", "refunded"]) | Q(paid_at__isnull=False),
                name="what_was_paid_was_paid_at_some_time",
            ),
            models.UniqueConstraint(
                fields=("setup_intent_id",),
                condition=~Q(setup_intent_id=""),
                name="one_saved_card_belongs_to_one_pledge",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["saved", "authorised"])
                | (~Q(payment_method_id="") & Q(consented_at__isnull=False)),
                name="a_card_is_kept_with_consent_only",
            ),
            models.CheckConstraint(
                condition=Q(role="match", matches_up_to__gt=0, matches_up_to__gte=F("amount"))
                | (~Q(role="match") & Q(matches_up_to__isnull=True)),
                name="a_match_has_a_cap_and_nothing_else_has",
            ),
        )

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} for {self.campaign_id}"

    @property
    def total(self) -> int:
        """What Stripe charges, in minor units."""
        return self.amount + self.covered_fee

    @property
    def charged_at_the_close(self) -> bool:
        """Whether a card is saved now and charged at the close, if at all. Asks for the campaign."""
        return self.role == self.Role.MATCH or is_charged_at_the_close(self.campaign.kind)

    @property
    def number(self) -> int:
        """Coin No. n: how many had been paid by the time this one was."""
        before = Q(paid_at__lt=self.paid_at) | Q(paid_at=self.paid_at, pk__lte=self.pk)
        return Pledge.objects.filter(before, campaign_id=self.campaign_id).count()

    @property
    def supporter_number(self) -> int:
        """Supporter No. n: how many people had paid when this one first did; 0 for one who has not.

        Those who took their coin back later are counted too, so that nobody's number ever changes.
        """
        return supporter_numbers(self.email, [self.campaign_id]).get(self.campaign_id, 0)

    @property
    def public_name(self) -> str:
        """The name that others may see; empty when they may see none."""
        return "" if self.anonymous else self.name


def supporter_numbers(email: str, campaigns: Iterable[int]) -> dict[int, int]:
    """Which supporter somebody is of each campaign, by its key, in two queries; not where they never paid."""
    paid = Pledge.objects.filter(campaign__in=campaigns, paid_at__isnull=False)
    firsts: dict[int, Pledge] = {}
    for one in paid.filter(email__iexact=email).order_by("paid_at", "pk"):
        firsts.setdefault(one.campaign_id, one)
    if not firsts:
        return {}
    by_then = Q()
    for campaign, first in firsts.items():
        before = Q(paid_at__lt=first.paid_at) | Q(paid_at=first.paid_at, pk__lte=first.pk)
        by_then |= Q(campaign=campaign) & before
    people = paid.filter(by_then).order_by().values_list("campaign")
    return dict(people.annotate(people=Count(Lower("email"), distinct=True)))
