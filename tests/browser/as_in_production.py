"""The site as production serves it: sheets and scripts collected, compressed, and under names that hold a hash."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test.utils import override_settings
from playwright.sync_api import Page

from tests.browser.conftest import Counted, running_server

STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"


class Whole(Counted):
    """Leaves even sheets to the application, whose WhiteNoise sends them; a test server would send them itself."""

    def _should_handle(self, path: str) -> bool:
        return False


@contextmanager
def collected_site(folder: Path) -> Iterator[str]:
    """Where it runs. Django's admin, whose files are many, is not collected: no page of the site asks for them."""
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": STORAGE}}
    with override_settings(STATIC_ROOT=folder, STORAGES=storages, WHITENOISE_USE_FINDERS=False):
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin"])
        with running_server(Whole) as url:
            yield url


def bytes_received(page: Page) -> dict[str, int]:
    """Filled as answers end: what each brought over the wire, headers included, encoded as it came.

    The number is Chromium's own `encodedDataLength`. An answer that has not ended yet counts with what came so far.
    """
    session = page.context.new_cdp_session(page)
    names, found = dict[str, str](), dict[str, int]()

    def begins(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["response"]["url"]
        found[event["response"]["url"]] = int(event["response"]["encodedDataLength"])

    def comes(event: dict[str, Any]) -> None:
        found[names[event["requestId"]]] += int(event["encodedDataLength"])

    def ends(event: dict[str, Any]) -> None:
        found[names[event["requestId"]]] = int(event["encodedDataLength"])

    session.on("Network.responseReceived", begins)
    session.on("Network.dataReceived", comes)
    session.on("Network.loadingFinished", ends)
    session.send("Network.enable")
    return found
