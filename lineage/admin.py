"""The staff's look into the lineage. Corrections are made here; what is new comes in through the actions.

Django keeps who corrected what. The lineage's own log can be read and not changed.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from lineage.actions.write_log import write_log
from lineage.models import (
    Derivation,
    Dispute,
    Evidence,
    Exemption,
    Fetch,
    Figures,
    Grant,
    Licence,
    LogEntry,
    Prohibition,
    Proposal,
    Term,
    Version,
)


class Grants(admin.TabularInline[Grant, Version]):
    model = Grant
    extra = 0
    autocomplete_fields = ("licence",)


class Parents(admin.TabularInline[Derivation, Version]):
    model = Derivation
    fk_name = "child"
    verbose_name_plural = "made from"
    extra = 0
    autocomplete_fields = ("parent",)


class Exemptions(admin.TabularInline[Exemption, Version]):
    model = Exemption
    extra = 0


class Prohibitions(admin.TabularInline[Prohibition, Version]):
    model = Prohibition
    extra = 0


class Terms(admin.TabularInline[Term, Licence]):
    model = Term
    extra = 0


@admin.register(Version)
class VersionAdmin(admin.ModelAdmin[Version]):
    """What a version is called and who made it may be corrected; its slug is its address, and stays."""

    list_display = ("slug", "name", "licensor", "published_on", "planned", "illustration", "undisclosed_parents")
    list_filter = ("planned", "illustration", "undisclosed_parents")
    search_fields = ("slug", "name", "licensor", "sha256")
    readonly_fields = ("slug", "planned", "released_at", "added_by", "added_at")
    inlines = (Grants, Parents, Exemptions, Prohibitions)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Licence)
class LicenceAdmin(admin.ModelAdmin[Licence]):
    list_display = ("slug", "name", "spdx", "family", "or_later")
    search_fields = ("slug", "name", "spdx", "family")
    inlines = (Terms,)

    def get_readonly_fields(self, request: HttpRequest, obj: Licence | None = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()


@admin.register(Figures)
class FiguresAdmin(admin.ModelAdmin[Figures]):
    """A correction is told to the log, so that the catalogue is weighed anew."""

    list_display = ("version", "downloads", "counted_on", "downloads_source", "cost_usd", "cost_stated", "cost_source")
    list_filter = ("cost_stated",)
    list_select_related = ("version",)
    search_fields = ("version__slug", "version__name")
    autocomplete_fields = ("version",)

    def save_model(self, request: HttpRequest, obj: Figures, form: ModelForm[Figures], change: bool) -> None:
        super().save_model(request, obj, form, change)
        assert isinstance(request.user, User)
        told: dict[str, object] = {"versions": [obj.version.slug], "number": 1}
        write_log(LogEntry.Kind.FIGURES_RECORDED, version=obj.version, at=timezone.now(), by=request.user, data=told)


class OnlyRead(admin.ModelAdmin[Any]):
    """What came in from outside and what people said of it: to be looked at here, and decided on the pages."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Evidence)
class EvidenceAdmin(OnlyRead):
    """The bytes themselves are taken away on the page of the evidence, never shown here."""

    list_display = ("brought_at", "name", "format", "covers", "sha256")
    list_filter = ("format",)
    search_fields = ("sha256", "name", "url")
    exclude = ("content",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("content")


@admin.register(Proposal)
class ProposalAdmin(OnlyRead):
    list_display = ("evidence", "kind", "about", "certainty", "state", "decided_at")
    list_filter = ("kind", "state", "certainty")
    list_select_related = ("evidence",)
    search_fields = ("about", "evidence__sha256")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("evidence__content")


@admin.register(Dispute)
class DisputeAdmin(OnlyRead):
    list_display = ("at", "kind", "version", "has_a_say", "outcome")
    list_filter = ("outcome", "has_a_say")
    list_select_related = ("version",)


@admin.register(Fetch)
class FetchAdmin(OnlyRead):
    list_display = ("asked_at", "url", "state", "tries")
    list_filter = ("state",)


@admin.register(LogEntry)
class LogEntryAdmin(admin.ModelAdmin[LogEntry]):
    list_display = ("at", "kind", "version", "by")
    list_filter = ("kind",)
    list_select_related = ("version",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return False
