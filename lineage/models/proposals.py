from django.conf import settings
from django.db import models
from django.db.models import Q


class Proposal(models.Model):
    """There is one row for every statement of a piece of evidence that somebody may accept.

    `content` is the statement as the lineage file writes it. What was decided stays, beside what was proposed:
    `amended` is what was put on record instead.
    """

    class Kind(models.TextChoices):
        ARTEFACT = "artefact"
        LICENCE = "licence"
        GRANT = "grant"
        DERIVATION = "derivation"
        EXEMPTION = "exemption"
        PROHIBITION = "prohibition"

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        AMENDED = "amended"
        DECLINED = "declined"

    evidence = models.ForeignKey("lineage.Evidence", on_delete=models.PROTECT, related_name="proposals")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    about = models.CharField(max_length=120, help_text="The id of the version or licence that it speaks of.")
    content = models.JSONField()
    certainty = models.CharField(max_length=12)
    place = models.CharField(max_length=300, blank=True)
    unread_licence = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    amended = models.JSONField(null=True, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("evidence", "position")
        indexes = (models.Index(fields=("about", "state"), name="proposals_about_a_version"),)
        constraints = (
            models.UniqueConstraint(fields=("evidence", "position"), name="a_statement_has_its_place_in_the_evidence"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="a_proposal_is_open_until_somebody_decided",
            ),
            models.CheckConstraint(
                condition=Q(state="amended", amended__isnull=False) | (~Q(state="amended") & Q(amended__isnull=True)),
                name="what_was_amended_says_what_was_put_on_record",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.about} ({self.state})"


class Dispute(models.Model):
    """There is one row for every view that differs from what is on record or proposed. Both views stay visible.

    While a dispute by somebody who has a say in it is open, what it is about is held to be possible, not certain:
    `was_certain` is what it goes back to if it stands. If it is given up, its row goes; `claim` keeps what it said, as
    the lineage file writes it.
    """

    class Outcome(models.TextChoices):
        OPEN = "open"
        STANDS = "stands"
        GIVEN_UP = "given-up"

    proposal = models.ForeignKey(Proposal, null=True, blank=True, on_delete=models.CASCADE, related_name="disputes")
    derivation = models.ForeignKey(
        "lineage.Derivation", null=True, blank=True, on_delete=models.CASCADE, related_name="disputes"
    )
    grant = models.ForeignKey("lineage.Grant", null=True, blank=True, on_delete=models.CASCADE, related_name="disputes")
    version = models.ForeignKey(
        "lineage.Version", null=True, blank=True, on_delete=models.CASCADE, related_name="disputes"
    )
    kind = models.CharField(max_length=12, choices=Proposal.Kind)
    claim = models.JSONField(default=dict)
    says = models.TextField(max_length=2000)
    link = models.URLField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="disputes")
    at = models.DateTimeField()
    has_a_say = models.BooleanField(default=False)
    was_certain = models.BooleanField(default=False)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.OPEN)
    answer = models.TextField(blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(proposal__isnull=False, derivation__isnull=True, grant__isnull=True)
                | Q(proposal__isnull=True, derivation__isnull=False, grant__isnull=True)
                | Q(proposal__isnull=True, derivation__isnull=True, grant__isnull=False)
                | Q(proposal__isnull=True, derivation__isnull=True, grant__isnull=True, outcome="given-up"),
                name="a_dispute_is_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(outcome="open", settled_at__isnull=True)
                | (~Q(outcome="open") & Q(settled_at__isnull=False)),
                name="a_dispute_is_open_until_it_is_settled",
            ),
        )

    def __str__(self) -> str:
        return f"dispute {self.pk} ({self.outcome})"
