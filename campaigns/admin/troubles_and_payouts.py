"""Payments of several coins, what trainers get, and everything that may need a person."""

from django.contrib import admin
from django.urls import reverse

from campaigns.admin.only_to_read import OnlyToRead
from campaigns.models import (
    Alarm,
    Bundle,
    CardFailure,
    Dispute,
    FraudWarning,
    PayeeAccount,
    Payout,
    ReconcileRun,
    SitePause,
    StripePace,
)


@admin.register(Bundle)
class BundleAdmin(OnlyToRead, admin.ModelAdmin[Bundle]):
    list_display = ("pk", "currency", "email", "created_at", "payment_intent_id", "charge_id", "check_at")
    list_filter = ("currency",)
    search_fields = ("email", "session_id", "payment_intent_id", "charge_id")
    date_hierarchy = "created_at"
    # As with pledges: these are keys.
    exclude = ("token", "form_nonce", "session_url")


@admin.register(Dispute)
class DisputeAdmin(OnlyToRead, admin.ModelAdmin[Dispute]):
    list_display = ("stripe_id", "pledge", "status", "reason", "amount", "currency", "opened_at", "evidence_due_at")
    list_filter = ("status", "reason")
    list_select_related = ("pledge",)
    search_fields = ("stripe_id", "charge_id", "pledge__campaign__slug")


@admin.register(FraudWarning)
class FraudWarningAdmin(OnlyToRead, admin.ModelAdmin[FraudWarning]):
    list_display = ("stripe_id", "pledge", "kind", "told_at", "done", "done_at")
    list_filter = ("kind", "done")
    list_select_related = ("pledge",)
    search_fields = ("stripe_id", "charge_id")


@admin.register(PayeeAccount)
class PayeeAccountAdmin(OnlyToRead, admin.ModelAdmin[PayeeAccount]):
    list_display = ("user", "country", "account_id", "transfers", "created_at", "checked_at")
    list_filter = ("country", "transfers")
    list_select_related = ("user",)
    search_fields = ("account_id", "user__email")
    exclude = ("idempotency_key",)


@admin.register(Payout)
class PayoutAdmin(OnlyToRead, admin.ModelAdmin[Payout]):
    list_display = ("campaign", "part", "way", "state", "amount", "currency", "reversed", "planned_at", "sent_at")
    list_filter = ("state", "way", "part")
    list_select_related = ("campaign",)
    search_fields = ("campaign__slug", "transfer_id", "account_id")


@admin.register(CardFailure)
class CardFailureAdmin(OnlyToRead, admin.ModelAdmin[CardFailure]):
    list_display = ("stripe_id", "campaign", "pledge", "code", "at")
    list_filter = ("code",)
    list_select_related = ("campaign", "pledge")
    search_fields = ("stripe_id", "campaign__slug")
    date_hierarchy = "at"


@admin.register(Alarm)
class AlarmAdmin(OnlyToRead, admin.ModelAdmin[Alarm]):
    """Closed on the staff's own page, which `view on site` leads to."""

    list_display = ("key", "kind", "opened_at", "seen_at", "closed_at", "closed_by")
    list_filter = ("kind", ("closed_at", admin.EmptyFieldListFilter))
    search_fields = ("key",)

    def view_on_site(self, alarm: Alarm) -> str:
        return reverse("alarms")


@admin.register(SitePause)
class SitePauseAdmin(OnlyToRead, admin.ModelAdmin[SitePause]):
    """Made and lifted on the staff's own page, which `view on site` leads to."""

    list_display = ("began_at", "began_by", "reason", "lifted_at", "lifted_by")

    def view_on_site(self, pause: SitePause) -> str:
        return reverse("pauses")


@admin.register(ReconcileRun)
class ReconcileAdmin(OnlyToRead, admin.ModelAdmin[ReconcileRun]):
    list_display = ("at", "since", "ok", "compared")
    list_filter = ("ok",)
    date_hierarchy = "at"


@admin.register(StripePace)
class StripePaceAdmin(OnlyToRead, admin.ModelAdmin[StripePace]):
    list_display = ("name", "next_at")
