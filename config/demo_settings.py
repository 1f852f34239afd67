"""What the demo tells its processes, kept in `var/demo.env` so that `manage.py` beside it speaks to the same demo.

The secrets are made at the first start and kept: sessions, webhooks and the sandbox's accounts go on working.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
FILE = VAR / "demo.env"
MADE_ONCE: dict[str, Callable[[], str]] = {
    "DJANGO_SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "STRIPE_SECRET_KEY": lambda: "sk_test_sandbox_" + secrets.token_hex(12),
    "STRIPE_WEBHOOK_SECRETS": lambda: "whsec_" + secrets.token_hex(24),
    "STRIPE_ACCOUNT_WEBHOOK_SECRETS": lambda: "whsec_" + secrets.token_hex(24),
}
HOST = "127.0.0.1"


class Unfit(Exception):
    """A value given to the demo cannot be used. The text says which, and what would do."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The ports that browsers speak to."""

    web: int
    sandbox: int
    live: int


def addresses(environment: Mapping[str, str]) -> Addresses:
    web = _port(environment, "PORT", 8000)
    sandbox = _port(environment, "SANDBOX_PORT", 8001)
    # Whoever moves the demo names two ports; the third is beside them.
    free = next(port for port in (web + 2, web - 2) if port != sandbox and port <= 65535)
    given = {"PORT": web, "SANDBOX_PORT": sandbox, "LIVE_PORT": _port(environment, "LIVE_PORT", free)}
    for one, other in combinations(given, 2):
        if given[one] == given[other]:
            raise Unfit(f"{one} and {other} are both {given[one]}: give each its own.")
    return Addresses(*given.values())


def site(given: Addresses) -> str:
    return f"http://{HOST}:{given.web}"


def write(given: Addresses, urls: Mapping[str, str]) -> dict[str, str]:
    """Write var/demo.env and return what it says. `urls` holds DATABASE_URL and REDIS_URL."""
    kept = _read()
    values = {name: kept.get(name) or make() for name, make in MADE_ONCE.items()}
    sandbox = f"http://{HOST}:{given.sandbox}"
    values |= {
        "GENSEKI_DEMO": "1",
        "DATABASE_URL": urls["DATABASE_URL"],
        "REDIS_URL": urls["REDIS_URL"],
        "STRIPE_API_BASE": sandbox,
        "STRIPE_PAGES": sandbox,
        "SITE_URL": site(given),
        "PORT": str(given.web),
        "SANDBOX_PORT": str(given.sandbox),
        "LIVE_PORT": str(given.live),
        "LIVE_STREAM_URL": f"http://{HOST}:{given.live}",
        "SANDBOX_WEBHOOK_URL": f"{site(given)}/stripe/webhook/",
        "SANDBOX_WEBHOOK_SECRET": values["STRIPE_WEBHOOK_SECRETS"],
        "SANDBOX_THIN_WEBHOOK_URL": f"{site(given)}/stripe/accounts/webhook/",
        "SANDBOX_THIN_WEBHOOK_SECRET": values["STRIPE_ACCOUNT_WEBHOOK_SECRETS"],
        # Else a trainer who is paid through Stripe would wait two days for what was given a minute ago.
        "SANDBOX_AVAILABLE_AFTER": "0",
        "MAIL_URL": f"file://{VAR / 'mail'}",
    }
    (VAR / "mail").mkdir(exist_ok=True)
    text = "# Written by `make demo` at each start; the secrets are this demo's own.\n"
    text += "".join(f"{name}={value}\n" for name, value in values.items())
    with open(os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return values


def environment_of_processes(values: Mapping[str, str]) -> dict[str, str]:
    """Our own environment, with the demo's values in it and without what would point Django elsewhere."""
    unwanted = {"DEBUG", "DJANGO_SETTINGS_MODULE", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "GENSEKI_TEST"}
    inherited = {name: value for name, value in os.environ.items() if name not in unwanted}
    # Where a proxy leads to the world, the sandbox on this machine must not be looked for behind it.
    for name in ("NO_PROXY", "no_proxy"):
        inherited[name] = ",".join(filter(None, [os.environ.get(name), HOST, "localhost"]))
    return inherited | {"PYTHONUNBUFFERED": "1"} | dict(values)


def _read() -> dict[str, str]:
    try:
        lines = FILE.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.partition("=") for line in lines if not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    given = environment.get(name) or str(default)
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= 65535):
        raise Unfit(f"{name} is {given!r}: write a port number from 1 to 65535.")
    return int(given)
