#!/usr/bin/env python3
"""The command line of Genseki: `manage.py help` lists what it can do."""

import os
import sys
from pathlib import Path

from lineage.engine import command, whatif_command

DEMO = Path(__file__).resolve().parent / "var" / "demo.env"


def use_the_demo() -> None:
    """Beside a demo (`make demo`) the commands speak to the demo, unless the environment says otherwise."""
    if any(name in os.environ for name in ("DJANGO_SECRET_KEY", "DJANGO_SECRET_KEY_FILE", "DATABASE_URL")):
        return
    if not DEMO.is_file():
        return
    print("Using the demo of `make demo` (var/demo.env).", file=sys.stderr)
    for line in DEMO.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())


def main() -> None:
    # What speaks of lineage files alone needs no database and no settings, so it comes before Django.
    if sys.argv[1:2] == ["judge"]:
        sys.exit(command.main(sys.argv[2:], sys.stdout, sys.stderr))
    if sys.argv[1:2] == ["what_if"]:
        sys.exit(whatif_command.main(sys.argv[2:], sys.stdout, sys.stderr))
    use_the_demo()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
