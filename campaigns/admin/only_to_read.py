from django.contrib import admin
from django.http import HttpRequest


class OnlyToRead(admin.options.BaseModelAdmin):  # type: ignore[type-arg]
    """Nothing is added, changed or deleted here: it would say something that did not happen."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
