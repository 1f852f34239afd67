from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import activate

from campaigns.models import Campaign
from campaigns.views import live_sharing
from tests.campaigns.pages import world


@pytest.fixture(autouse=True)
def each_test_begins_in_english_and_with_nothing_counted(db: None) -> Iterator[None]:
    cache.clear()
    activate("en")
    yield
    activate("en")


@pytest.fixture
def nobody_has_watched_yet() -> Iterator[None]:
    """The numbers that were shared lately are kept in the process, which outlives a test."""
    live_sharing.forget()
    yield
    live_sharing.forget()


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def bra(now: datetime) -> Campaign:
    """The BRA campaign, open, with nothing given yet."""
    return world.bra_campaign(now)
