"""The staff's look into the lineage. Corrections are made here; what is new comes in through the actions.

Django keeps who corrected what. The lineage's own log can be read and not changed.
"""

from django.contrib import admin
from django.http import HttpRequest

from lineage.models import Derivation, Exemption, Grant, Licence, LogEntry, Prohibition, Term, Version


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
