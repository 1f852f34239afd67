from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from campaigns.checks import links_are_safe, stripe_settings_fit_together


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        checks.register(stripe_settings_fit_together, checks.Tags.security)
        checks.register(links_are_safe, checks.Tags.security, deploy=True)
