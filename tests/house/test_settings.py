"""The settings under other environments than the tests' own: each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DJANGO_SECRET_KEY": "k3J-9vQz" * 8,
    "SITE_URL": "https://genseki.example",
    "ALLOWED_HOSTS": "genseki.example",
    "DATABASE_URL": "postgres://genseki@127.0.0.1:5432/genseki",
    "STRIPE_SECRET_KEY": "rk_live_1",
    "STRIPE_WEBHOOK_SECRETS": "whsec_1",
    "MAIL_URL": "smtps://user:password@mail.example:465",
}


def manage(*arguments: str, **changed: str | None) -> subprocess.CompletedProcess[str]:
    """`manage.py` with the production environment, changed; None takes a variable away."""
    given = {**PRODUCTION, **changed, "PATH": os.environ["PATH"]}
    environment = {name: value for name, value in given.items() if value is not None}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_deployment_check_finds_nothing_under_production_settings() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING")

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"DJANGO_SECRET_KEY": None, "DATABASE_URL": "postgres://x@127.0.0.1/x"}, "DJANGO_SECRET_KEY is not set"),
        ({"DATABASE_URL": "sqlite:///x.db"}, "Genseki needs PostgreSQL"),
        ({"STRIPE_SECRET_KEY": None}, "STRIPE_SECRET_KEY is not set"),
        ({"DEBUG": "perhaps"}, "Write 1 or 0"),
        ({"LIVE_STREAM_URL": "http://live.example.org"}, "can only reach an https:// address"),
        ({"CLOSE_SWEEP_SECONDS": "0"}, "a whole number from 1 to 60"),
        ({"STRIPE_SECRET_KEY": None, "STRIPE_SECRET_KEY_FILE": "/nowhere/key"}, "cannot be read"),
    ],
)
def test_a_wrong_value_stops_the_start_with_its_name_and_what_to_do(changed: dict[str, str | None], says: str) -> None:
    done = manage("check", **changed)

    assert done.returncode != 0
    assert says in done.stderr


@pytest.mark.parametrize(
    ("changed", "id"),
    [
        ({"STRIPE_SECRET_KEY": "pk_live_1"}, "genseki.E001"),
        ({"STRIPE_WEBHOOK_SECRETS": ""}, "genseki.E002"),
        ({"STRIPE_WEBHOOK_SECRETS": "whsec_1,insecure"}, "genseki.E002"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:8001"}, "genseki.E003"),
        ({"GENSEKI_DEMO": "1"}, "genseki.E004"),
    ],
)
def test_settings_that_would_take_money_wrongly_are_refused(changed: dict[str, str | None], id: str) -> None:
    done = manage("check", **changed)

    assert done.returncode != 0
    assert id in done.stderr


def test_a_link_that_carries_a_key_over_http_is_warned_of() -> None:
    done = manage("check", "--deploy", SITE_URL="http://genseki.example")

    assert "genseki.W001" in done.stderr


def test_a_file_is_judged_without_any_setting(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"]}
    command = [sys.executable, "manage.py", "judge", "tests/lineage/cases/bra-b12.json"]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0 and done.stdout.startswith('{"answers": [')


@pytest.mark.parametrize(
    "given",
    [
        "live.example.org",
        "https://live.example.org/streams",
        "https://x;script-src",
        "https://name:word@live.example.org",
        "https://live example.org",
        "https://live.example.org:",
    ],
)
def test_what_is_no_address_of_a_server_does_not_get_into_the_policy_of_pages(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVE_STREAM_URL", given)

    with pytest.raises(ImproperlyConfigured, match="Write an address without a path"):
        environment.origin("LIVE_STREAM_URL", secure=True)


def test_the_address_of_a_server_is_taken_as_browsers_write_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVE_STREAM_URL", "https://Live.Example.org:8443/")

    assert environment.origin("LIVE_STREAM_URL", secure=True) == "https://live.example.org:8443"
