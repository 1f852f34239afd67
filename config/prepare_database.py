"""`python -m config.prepare_database`: bring the database to this version's shape. Repeatable."""

import os
import sys

import django
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=1, stdout=sys.stdout)
    call_command("createcachetable", verbosity=0)


if __name__ == "__main__":
    main()
