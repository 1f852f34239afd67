"""Addresses. Pages live under a language; what machines call does not."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from campaigns import urls as campaigns_urls
from config import health
from lineage import urls as lineage_urls

# The admin's own log-in knows no second factor and counts no tries.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
    *lineage_urls.machines,
    *campaigns_urls.machines,
    *i18n_patterns(
        path("", include("campaigns.urls")),
        path("", include("lineage.urls")),
        path("accounts/", include("allauth.urls")),
        path(settings.ADMIN_PATH, admin.site.urls),
    ),
]

handler403 = "campaigns.views.shell.not_allowed"
handler404 = "campaigns.views.shell.not_found"
handler500 = "campaigns.views.shell.broken"
