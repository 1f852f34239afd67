"""Read the environment loudly: a bad or missing value stops the start with its name and what to do.

Everything that differs between two installations is read here, once, and documented in `docs/running.md`.
"""

import os
import re
from datetime import date
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

ORIGIN = re.compile(r"https?://([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """A string, or the content of the file that `NAME_FILE` names (for secrets kept in files)."""
    given = os.environ.get(name, "").strip()
    if given:
        return given
    file = os.environ.get(f"{name}_FILE", "").strip()
    if file:
        return _content(name, Path(file))
    if default is None:
        raise ImproperlyConfigured(
            f"{name} is not set. Set it in the environment (docs/running.md says how), "
            "or run `make demo` to try Genseki with everything embedded."
        )
    return default


def switch(name: str, default: bool) -> bool:
    given = os.environ.get(name)
    if given is None:
        return default
    if given.strip().lower() in TRUE:
        return True
    if given.strip().lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {given!r}. Write 1 or 0.")


def number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    given = text(name, str(default))
    if not given.isascii() or not given.isdigit() or not least <= int(given) <= most:
        raise ImproperlyConfigured(f"{name} is {given!r}. Write a whole number from {least} to {most}.")
    return int(given)


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def origin(name: str, *, secure: bool) -> str:
    """Scheme, name and port alone, as `https://live.example.org`; empty where nothing was said.

    It goes into the policy that pages carry, so nothing else may be in it. Pages of a `secure` site may not leave TLS.
    """
    given = text(name, "").rstrip("/").lower()
    if given and not ORIGIN.fullmatch(given):
        raise ImproperlyConfigured(
            f"{name} is {given!r}. Write an address without a path, as https://live.example.org."
        )
    if given and secure and not given.startswith("https://"):
        raise ImproperlyConfigured(
            f"{name} is {given!r}. Pages of an https:// site can only reach an https:// address."
        )
    return given


def day(name: str) -> date | None:
    """A day as 2026-11-30, or None where nothing was said."""
    given = text(name, "")
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {given!r}. Write a day as 2026-11-30.") from None


def database() -> dict[str, object]:
    """The database of `DATABASE_URL`. Only PostgreSQL: deferred constraints and row locks are promises we keep."""
    url = text("DATABASE_URL")
    settings: dict[str, object] = environ.Env.db_url_config(url)
    if settings.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must be a postgres:// address: Genseki needs PostgreSQL 15 or newer.")
    return settings


def mailer() -> dict[str, object]:
    """The mail transport of `MAIL_URL`: smtp://, smtps:// or, to write mails as files, file:///folder."""
    url = text("MAIL_URL", "smtp://localhost:25")
    if url.startswith("file://"):
        folder = url.removeprefix("file://")
        return {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": folder}}
    if url == "memory://":
        return {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
    return _smtp(url)


def _smtp(url: str) -> dict[str, object]:
    parts = environ.Env.email_url_config(url)
    options = {
        "host": parts["EMAIL_HOST"],
        "port": parts["EMAIL_PORT"] or 25,
        "username": parts["EMAIL_HOST_USER"] or "",
        "password": parts["EMAIL_HOST_PASSWORD"] or "",
        "use_tls": url.startswith("smtp+tls://"),
        "use_ssl": url.startswith(("smtps://", "smtp+ssl://")),
        "timeout": 15,
    }
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}


def _content(name: str, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE names {file}, which cannot be read: {error.strerror}.") from error
