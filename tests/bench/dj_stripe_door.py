"""dj-stripe's door for webhooks, in a process and an environment of its own.

One line on its standard input is a JSON list of [body, signature]; one line out is [seconds that all of them took, the
statuses, how many rows there are]. The environment is made from requirements/djstripe.txt; the database is
DATABASE_URL's, and empty.
"""

import json
import os
import sys
import time
from typing import Any
from urllib.parse import unquote, urlsplit

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import include, path

APP = "djstripe"
UUID = "3c9a7e0e-5d3c-4e53-9d0a-7f0a1f2b7a11"
urlpatterns: list[Any] = []


def later(trigger: object, api_key: str) -> None:
    """Handling is put off, as dj-stripe offers it for those who have a queue: only the taking in is measured."""


def set_up(secret: str) -> None:
    where = urlsplit(os.environ["DATABASE_URL"])
    settings.configure(
        SECRET_KEY="a key that nothing hangs on",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "djstripe"],
        # What `django-admin startproject` sets, without the messages.
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": where.path.lstrip("/"),
                "USER": unquote(where.username or ""),
                "PASSWORD": unquote(where.password or ""),
                "HOST": where.hostname,
                "PORT": where.port,
                "CONN_MAX_AGE": None,
            }
        },
        STRIPE_TEST_SECRET_KEY="sk_test_of_no_use",
        STRIPE_LIVE_MODE=False,
        DJSTRIPE_FOREIGN_KEY_TO_FIELD="id",
        DJSTRIPE_WEBHOOK_EVENT_CALLBACK=later,
    )
    django.setup()
    urlpatterns.append(path("stripe/", include("djstripe.urls", namespace="djstripe")))
    call_command("migrate", verbosity=0)
    apps.get_model(f"{APP}.WebhookEndpoint").objects.create(
        id="we_1", secret=secret, enabled_events=["*"], status="enabled", url="http://127.0.0.1/", livemode=False,
        djstripe_uuid=UUID,
    )  # fmt: skip


def main() -> None:
    set_up(os.environ["STRIPE_WEBHOOK_SECRET"])
    client, rows = Client(), apps.get_model(f"{APP}.WebhookEventTrigger").objects
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        calls = json.loads(line)
        began = time.perf_counter()
        answers = [
            client.post(f"/stripe/webhook/{UUID}/", body, "application/json", headers={"Stripe-Signature": mark})
            for body, mark in calls
        ]
        took = time.perf_counter() - began
        print(json.dumps([took, sorted({answer.status_code for answer in answers}), rows.count()]), flush=True)


if __name__ == "__main__":
    main()
