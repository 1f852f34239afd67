"""Campaigns, pledges, the ledger, and what was told."""

from django.contrib import admin

from campaigns.admin.only_to_read import OnlyToRead
from campaigns.models import (
    Attempt,
    Campaign,
    CloseRun,
    CloseStep,
    Cost,
    Follower,
    JournalEntry,
    LedgerHead,
    OutboxMessage,
    Pledge,
    Posting,
    Promise,
    SelfcheckRun,
    StripeEvent,
    Transition,
    Update,
    UpdatePicture,
)


class Transitions(OnlyToRead, admin.TabularInline[Transition, Campaign]):
    model = Transition
    extra = 0


class Costs(OnlyToRead, admin.TabularInline[Cost, Campaign]):
    model = Cost
    extra = 0


class Promises(OnlyToRead, admin.TabularInline[Promise, Campaign]):
    model = Promise
    extra = 0


@admin.register(Campaign)
class CampaignAdmin(OnlyToRead, admin.ModelAdmin[Campaign]):
    """Campaigns are changed by the actions behind their own pages, which keep their rules."""

    list_display = ("slug", "title", "stage", "currency", "goal", "ceiling", "deadline", "organiser", "trainer")
    list_filter = ("stage", "currency", "kind")
    list_select_related = ("organiser", "trainer")
    search_fields = ("slug", "title", "title_other")
    date_hierarchy = "created_at"
    inlines = (Transitions, Costs, Promises)
    # Whoever knows this may accept in the trainer's name.
    exclude = ("trainer_token",)


@admin.register(Pledge)
class PledgeAdmin(OnlyToRead, admin.ModelAdmin[Pledge]):
    list_display = ("pk", "campaign", "state", "amount", "covered_fee", "refunded", "currency", "role", "created_at")
    list_filter = ("state", "role", "currency")
    list_select_related = ("campaign",)
    search_fields = ("campaign__slug", "email", "session_id", "payment_intent_id", "charge_id")
    date_hierarchy = "created_at"
    # Whoever knows these may take the pledge back, or pay in its name.
    exclude = ("token", "form_nonce", "session_url")


@admin.register(Follower)
class FollowerAdmin(OnlyToRead, admin.ModelAdmin[Follower]):
    list_display = ("pk", "campaign", "email", "language", "asked_at", "confirmed_at", "unsubscribed_at")
    list_filter = ("language",)
    list_select_related = ("campaign",)
    search_fields = ("campaign__slug", "email")
    exclude = ("token",)


@admin.register(OutboxMessage)
class OutboxAdmin(OnlyToRead, admin.ModelAdmin[OutboxMessage]):
    list_display = ("key", "recipient", "template", "language", "due_at", "tries", "sent_at", "given_up_at", "error")
    list_filter = ("template", ("sent_at", admin.EmptyFieldListFilter), ("given_up_at", admin.EmptyFieldListFilter))
    search_fields = ("key", "recipient")
    # The links in a mail are keys of the one who gets it.
    exclude = ("context", "unsubscribe_url")


class Postings(OnlyToRead, admin.TabularInline[Posting, JournalEntry]):
    model = Posting
    extra = 0


@admin.register(JournalEntry)
class JournalAdmin(OnlyToRead, admin.ModelAdmin[JournalEntry]):
    list_display = ("pk", "campaign", "number", "kind", "external_ref", "pledge", "currency", "at")
    list_filter = ("kind", "currency")
    list_select_related = ("campaign", "pledge")
    search_fields = ("external_ref", "campaign__slug")
    date_hierarchy = "at"
    inlines = (Postings,)


@admin.register(Attempt)
class AttemptAdmin(OnlyToRead, admin.ModelAdmin[Attempt]):
    list_display = (
        "pk",
        "pledge",
        "kind",
        "sequence",
        "state",
        "amount",
        "planned_at",
        "answered_at",
        "tries",
        "error",
    )
    list_filter = ("kind", "state")
    list_select_related = ("pledge",)
    search_fields = ("idempotency_key", "stripe_id")
    # What Stripe was told holds the way back to the supporter's page.
    exclude = ("parameters",)


@admin.register(StripeEvent)
class StripeEventAdmin(OnlyToRead, admin.ModelAdmin[StripeEvent]):
    list_display = ("id", "type", "state", "livemode", "received_at", "handled_at", "tries", "error")
    list_filter = ("state", "type", "livemode")
    search_fields = ("id",)
    # Stripe repeats the supporter's address and the way back; at Stripe the event can be read.
    exclude = ("payload",)


class CloseSteps(OnlyToRead, admin.TabularInline[CloseStep, CloseRun]):
    model = CloseStep
    extra = 0


@admin.register(CloseRun)
class CloseRunAdmin(OnlyToRead, admin.ModelAdmin[CloseRun]):
    list_display = ("campaign", "reason", "started_at", "finished_at", "outcome", "raised_at_close", "leased_by")
    list_filter = ("outcome", "reason")
    list_select_related = ("campaign",)
    inlines = (CloseSteps,)


@admin.register(Update)
class UpdateAdmin(OnlyToRead, admin.ModelAdmin[Update]):
    list_display = ("campaign", "number", "kind", "title", "author", "published_at", "mailed_at")
    list_filter = ("kind",)
    list_select_related = ("campaign", "author")
    search_fields = ("campaign__slug", "title")


@admin.register(UpdatePicture)
class UpdatePictureAdmin(OnlyToRead, admin.ModelAdmin[UpdatePicture]):
    list_display = ("campaign", "update", "role", "alt", "author", "width", "height", "added_at")
    list_filter = ("role",)
    list_select_related = ("campaign", "update", "author")
    search_fields = ("campaign__slug", "sha256")


@admin.register(Transition)
class TransitionAdmin(OnlyToRead, admin.ModelAdmin[Transition]):
    list_display = ("campaign", "version", "before", "after", "at", "by", "reason")
    list_filter = ("after",)
    list_select_related = ("campaign",)
    search_fields = ("campaign__slug",)


@admin.register(SelfcheckRun)
class SelfcheckAdmin(OnlyToRead, admin.ModelAdmin[SelfcheckRun]):
    list_display = ("at", "ok")
    list_filter = ("ok",)
    date_hierarchy = "at"


@admin.register(LedgerHead)
class LedgerHeadAdmin(OnlyToRead, admin.ModelAdmin[LedgerHead]):
    list_display = ("campaign", "number", "chained", "seen_at")
    list_select_related = ("campaign",)
    search_fields = ("campaign__slug",)
