"""Where this machine's Chromium lies, and how it is started."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def find() -> str | None:
    """The one that CHROMIUM names, else the first on PATH. One that is named and missing is no other one."""
    if named := os.environ.get("CHROMIUM"):
        return named if Path(named).is_file() else None
    return next(filter(None, map(shutil.which, NAMES)), None)


def flags() -> list[str]:
    # Chromium's own cage does not work for root, and containers run as root.
    return [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
