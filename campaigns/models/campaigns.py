import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from campaigns.lifecycle import PUBLIC, Kind, Stage


def new_token() -> str:
    """256 bits from the system's generator: a link with it is a key."""
    return secrets.token_urlsafe(32)


class Campaign(models.Model):
    """There is one row for every campaign to replace one tainted model version by a planned clean one.

    Amounts are minor units of `currency`. The terms (goal, ceiling, currency, kind, deadline, promises) freeze when
    it opens. The texts are in `language`; the `*_other` fields hold the other language where somebody wrote it.
    """

    slug = models.SlugField(max_length=80, unique=True)
    organiser = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="campaigns")
    trainer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="trainings"
    )
    trainer_email = models.EmailField(blank=True)
    trainer_token = models.CharField(max_length=64, default=new_token, unique=True)
    trainer_accepted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    stage = models.CharField(max_length=12, default=Stage.DRAFT)
    stage_version = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=24, default=Kind.KEEP)
    currency = models.CharField(max_length=3, default="JPY")
    goal = models.BigIntegerField(null=True, blank=True)
    ceiling = models.BigIntegerField(null=True, blank=True)
    coin = models.BigIntegerField(null=True, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)
    zone = models.CharField(max_length=60, default="Asia/Tokyo")

    tainted_version = models.ForeignKey(
        "lineage.Version", null=True, blank=True, on_delete=models.PROTECT, related_name="campaigns_to_replace_it"
    )
    clean_version = models.ForeignKey(
        "lineage.Version", null=True, blank=True, on_delete=models.PROTECT, related_name="campaigns_to_make_it"
    )
    promised_gone = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    language = models.CharField(max_length=2, default="ja")
    title = models.CharField(max_length=120, blank=True)
    title_other = models.CharField(max_length=120, blank=True)
    summary = models.CharField(max_length=300, blank=True)
    summary_other = models.CharField(max_length=300, blank=True)
    plan = models.TextField(blank=True, max_length=20_000)
    plan_other = models.TextField(blank=True, max_length=20_000)
    if_it_fails = models.TextField(blank=True, max_length=2_000)
    if_it_fails_other = models.TextField(blank=True, max_length=2_000)
    more_is_for = models.CharField(max_length=300, blank=True)
    more_is_for_other = models.CharField(max_length=300, blank=True)
    training_days = models.PositiveSmallIntegerField(null=True, blank=True)

    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    giving_paused = models.BooleanField(default=False)

    # Who may receive the money and by which way, decided before it opens (`campaigns.countries`).
    payee_country = models.CharField(max_length=2, blank=True)
    payout_way = models.CharField(max_length=12, blank=True)
    advance_percent = models.PositiveSmallIntegerField(default=50)
    declared_match = models.BigIntegerField(
        null=True, blank=True, help_text="Up to how much the organiser said to match, one for one."
    )
    release_until = models.DateTimeField(
        null=True, blank=True, help_text="When it is abandoned if nothing is released. An amendment may move it."
    )
    doubted_at = models.DateTimeField(
        null=True, blank=True, help_text="When its clean version was found not to be clean any more."
    )

    class Meta:
        ordering = ("-opened_at", "-pk")
        indexes = (models.Index(fields=("stage", "deadline"), name="campaigns_that_may_be_due"),)
        constraints = (
            models.CheckConstraint(condition=Q(stage__in=list(Stage)), name="a_campaign_is_in_a_known_stage"),
            models.CheckConstraint(condition=Q(currency__in=["JPY", "USD"]), name="a_campaign_has_a_currency_we_know"),
            models.CheckConstraint(
                condition=Q(ceiling__isnull=True) | Q(ceiling__gte=F("goal")),
                name="a_ceiling_is_not_below_the_goal",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=[Stage.DRAFT, Stage.CANCELLED])
                | Q(
                    goal__gt=0,
                    coin__gt=0,
                    deadline__isnull=False,
                    tainted_version__isnull=False,
                    clean_version__isnull=False,
                ),
                name="what_leaves_the_drafts_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(tainted_version=F("clean_version")), name="a_version_does_not_replace_itself"
            ),
            models.CheckConstraint(condition=Q(kind__in=list(Kind)), name="a_campaign_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(advance_percent__lte=100), name="an_advance_is_a_part"),
            models.CheckConstraint(
                condition=~Q(stage__in=[Stage.FUNDED, Stage.UNFUNDED, Stage.TRAINING, Stage.RELEASED])
                | Q(closed_at__isnull=False),
                name="what_was_decided_was_closed",
            ),
        )

    def __str__(self) -> str:
        return self.title or self.slug

    def text(self, field: str) -> str:
        """`title`, `summary`, `plan` ... in the reader's language where it was written, else as it was written."""
        own: str = getattr(self, field)
        other: str = getattr(self, f"{field}_other")
        reader = (get_language() or "en")[:2]
        return (own or other) if reader == self.language else (other or own)

    @property
    def heading(self) -> str:
        return self.text("title") or self.slug

    @property
    def is_public(self) -> bool:
        return self.stage in PUBLIC

    @property
    def local_deadline(self) -> datetime | None:
        return self.deadline.astimezone(ZoneInfo(self.zone)) if self.deadline else None


class Cost(models.Model):
    """There is one row for every line of what the retraining costs, in minor units of the campaign's currency."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="costs")
    position = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=120)
    item_other = models.CharField(max_length=120, blank=True)
    amount = models.BigIntegerField()

    class Meta:
        ordering = ("campaign", "position")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "position"), name="a_cost_has_its_own_line"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_cost_is_more_than_nothing"),
        )

    def __str__(self) -> str:
        return f"{self.item}: {self.amount}"

    @property
    def name(self) -> str:
        reader = (get_language() or "en")[:2]
        return self.item if reader == self.campaign.language else (self.item_other or self.item)


class Promise(models.Model):
    """There is one row for every use that the clean version is promised to be better for.

    It is kept as a question with its verdicts, and asked again when the clean version is released.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="promises")
    position = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=24)
    facts = models.JSONField(default=dict)
    before = models.CharField(max_length=12, blank=True)
    planned = models.CharField(max_length=12, blank=True)
    at_release = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ("campaign", "position")
        constraints = (models.UniqueConstraint(fields=("campaign", "position"), name="a_promise_has_its_own_line"),)

    def __str__(self) -> str:
        return f"{self.action}: {self.before} -> {self.planned}"


class Transition(models.Model):
    """There is one row for every time a campaign went from one stage to the next. Rows are only added."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="transitions")
    version = models.PositiveIntegerField()
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("campaign", "version")
        constraints = (models.UniqueConstraint(fields=("campaign", "version"), name="a_campaign_takes_each_step_once"),)

    def __str__(self) -> str:
        return f"{self.before} -> {self.after}"
