"""Flags of the command line, each also read from the environment."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

WEBHOOK_TIMEOUT = 10.0


@dataclass(frozen=True)
class Options:
    """How one sandbox runs. An empty `webhook_url` keeps events and sends nothing; delays are in seconds."""

    port: int = 8001
    database: str = ":memory:"
    webhook_url: str = ""
    webhook_secret: str = "whsec_sandbox"  # noqa: S105 - the secret of a sandbox is public
    public_url: str = ""
    settle_delay: float = 0.3
    thin_webhook_url: str = ""
    thin_webhook_secret: str = "whsec_sandbox_thin"  # noqa: S105 - as above
    available_after: int = 2 * 24 * 3600
    seed: str = ""
    allow_reset: bool = False


def read_options(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Options:
    """Options from flags, else from SANDBOX_* variables, else the defaults."""
    parser = _parser(environment)
    given = parser.parse_args(arguments)
    _check(parser, given)
    return Options(
        port=int(given.port),
        database=given.database,
        webhook_url=given.webhook_url,
        webhook_secret=given.webhook_secret,
        public_url=given.public_url.rstrip("/"),
        settle_delay=float(given.settle_delay),
        allow_reset=given.allow_reset,
        thin_webhook_url=given.thin_webhook_url,
        thin_webhook_secret=given.thin_webhook_secret,
        available_after=int(given.available_after),
        seed=given.seed,
    )


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    usual = Options()
    parser = argparse.ArgumentParser(prog="sandbox", description="A Stripe-compatible sandbox. No real money.")

    def flag(name: str, default: str, meaning: str) -> None:
        variable = "SANDBOX_" + name.replace("-", "_").upper()
        parser.add_argument(f"--{name}", default=environment.get(variable) or default, help=f"{meaning} [{variable}]")

    flag("port", str(usual.port), "port on 127.0.0.1; 0 takes a free one")
    flag("database", "var/sandbox.sqlite", "SQLite file, or :memory:")
    flag("webhook-url", "", "where events are posted; none are sent without it")
    flag("webhook-secret", usual.webhook_secret, "signs the events")
    flag("public-url", "", "address of the hosted pages as browsers reach it")
    flag("settle-delay", str(usual.settle_delay), "seconds until a charge gets its balance transaction")
    flag("thin-webhook-url", "", "where thin events of the second version of the API are posted")
    flag("thin-webhook-secret", usual.thin_webhook_secret, "signs the thin events")
    flag("available-after", str(usual.available_after), "seconds until a payment is in the available balance")
    flag("seed", "", "counts ids from this word, so that two runs have the same; with :memory: only")
    parser.add_argument(
        "--allow-reset",
        action="store_true",
        default=environment.get("SANDBOX_ALLOW_RESET", "") in ("1", "true"),
        help="let POST /_control/reset forget everything [SANDBOX_ALLOW_RESET]",
    )
    return parser


def _check(parser: argparse.ArgumentParser, given: argparse.Namespace) -> None:
    for name in ("webhook_url", "thin_webhook_url"):
        address = getattr(given, name)
        if address and urlsplit(address).scheme not in ("http", "https"):
            parser.error(f"--{name.replace('_', '-')} is an http or https address, not {address!r}")
    for name in ("port", "available_after"):
        if not getattr(given, name).isdecimal():
            parser.error(f"--{name.replace('_', '-')} is a number, not {getattr(given, name)!r}")
    if given.seed and given.database != ":memory:":
        parser.error("--seed counts from the beginning at every start, so it goes with --database :memory: only")
