"""What every test run needs: servers before settings, settings before anything that imports a model.

This happens when pytest loads this file, which comes before every other conftest and test. The settings' name stands
here and not in pyproject.toml: from there, pytest-django would read the settings before the servers have addresses.
"""

import gc
import os
import sys
from collections.abc import Iterator

import django
import pytest
import stripe
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings

from tests import servers, stripe_sandbox
from tests.emptying import empty_what_was_filled
from tests.stripe_sandbox import Sandbox

# Where Python is told to write no bytecode, each of the many processes that a run starts would compile all of it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
if os.environ.get("PYTEST_XDIST_WORKER"):
    servers.set_the_stage_of_a_worker(os.environ["PYTEST_XDIST_WORKER"])
else:
    servers.set_the_stage()
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

# A model may be imported only once the settings are there.
from campaigns import stripe_gateway  # noqa: E402
from lineage import kept  # noqa: E402

# Two shared cores are slow at times, which says nothing about the code.
hypothesis_settings.register_profile("genseki", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("genseki")
TransactionTestCase._fixture_teardown = empty_what_was_filled  # type: ignore[attr-defined]
# Stripe's library waits for half a second before it asks again what was not answered. No test is about that.
stripe.HTTPClient.INITIAL_DELAY = 0.05


def pytest_collection_finish() -> None:
    """What is loaded by now stays. Going through it for garbage again and again takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """Tests that commit empty their database afterwards, which the ledger refuses to everybody else."""

    def allow(connection: BaseDatabaseWrapper, **_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET genseki.ledger_may_be_emptied = 'yes'")

    connection_created.connect(allow)
    yield
    connection_created.disconnect(allow)


@pytest.fixture(scope="session")
def one_sandbox() -> Iterator[Sandbox]:
    """One sandbox process for the whole run; it tells nobody of its events, the tests do."""
    sandbox = stripe_sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def sandbox(one_sandbox: Sandbox, settings: Settings) -> Iterator[Sandbox]:
    """Stripe, as this test sees it: empty and without faults."""
    one_sandbox.forget()
    settings.STRIPE_API_BASE = one_sandbox.url
    stripe_gateway.client.cache_clear()
    yield one_sandbox
    stripe_gateway.client.cache_clear()


@pytest.fixture
def nothing_is_kept() -> Iterator[None]:
    """Neither what an earlier test kept is given to this one, nor what this one keeps to a later one."""
    kept.forget()
    yield
    kept.forget()
