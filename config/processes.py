"""The processes of Genseki, defined once: the demo's supervisor, compose and a test of both read them from here.

The order is the order of starting; stopping goes backwards, so that what others lean on goes last.
"""

import signal
from dataclasses import dataclass

ALIVE = "/healthz"


@dataclass(frozen=True, slots=True)
class Process:
    """`command` begins with a program of the environment. `health` is an address that answers 200 once it serves.

    `grace` is how many seconds the process gets to end by itself after `stop_signal`, before it is killed.
    """

    name: str
    command: tuple[str, ...]
    health: str = ""
    stop_signal: int = signal.SIGTERM
    grace: float = 10.0


def web(*, host: str = "127.0.0.1", port: int = 8000, workers: int = 2) -> Process:
    """The pages and the webhook. Without a kill timeout granian may wait for its workers for ever.

    `--backpressure` counts open connections, also those that rest: at its default of 512 a worker, a thousand open
    pages would keep out everybody else.
    """
    command = ["granian", "--interface", "wsgi", "config.wsgi:application", "--host", host, "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "4", "--backlog", "1024"]
    command += ["--backpressure", "16384"]
    command += ["--respawn-failed-workers", "--workers-kill-timeout", "5", "--log-level", "warning"]
    return Process("web", tuple(command), health=f"http://127.0.0.1:{port}{ALIVE}")


def live(*, host: str = "127.0.0.1", port: int = 8002) -> Process:
    """Tells open pages how a campaign stands, over connections that stay open. It keeps nothing and may be killed.

    One process is enough for ten thousand pages. Streams never end by themselves, so stopping does not wait for them.
    """
    command = ["granian", "--interface", "asginl", "config.live:application", "--host", host, "--port", str(port)]
    command += ["--workers", "1", "--backlog", "1024", "--backpressure", "16384"]
    command += ["--respawn-failed-workers", "--workers-kill-timeout", "1", "--log-level", "warning"]
    return Process("live", tuple(command), health=f"http://127.0.0.1:{port}{ALIVE}")


def worker(*, concurrency: int = 2) -> Process:
    """Handles events, closes campaigns, delivers mail. Gossip and mingling between workers serve nothing here."""
    command = ["celery", "-A", "config.celery", "worker", "--without-gossip", "--without-mingle"]
    command += ["--concurrency", str(concurrency), "--loglevel", "INFO"]
    return Process("worker", tuple(command), grace=20.0)


def beat() -> Process:
    """The clock. Exactly one of it runs; a second would only find nothing to do."""
    command = ["celery", "-A", "config.celery", "beat", "--schedule", "var/beat-schedule", "--loglevel", "WARNING"]
    return Process("beat", tuple(command))


def sandbox(*, port: int = 8001) -> Process:
    """The pretend Stripe of the demo. Where it sends events, and their secret, it reads from SANDBOX_* variables."""
    command = ("python", "-m", "sandbox", "--port", str(port), "--database", "var/sandbox.sqlite")
    return Process("sandbox", command, health=f"http://127.0.0.1:{port}/")


def migrate() -> Process:
    """Runs once before the others, at each new version."""
    return Process("migrate", ("python", "manage.py", "migrate", "--no-input"))
