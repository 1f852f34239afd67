"""The application of the live process: `granian --interface asginl config.live:application`."""

import os

import django

from config.open_files import allow_many_open_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
files = allow_many_open_files()
# Who watches can wait a moment for who gives: where both want the processor, giving goes first. The threads that are
# started later take it over from this one.
os.nice(10)
django.setup()

# Models can be imported only now that Django is set up; and every view is, by way of the addresses, before the first
# page comes: on a busy machine that alone may take longer than a look has time.
import config.urls  # noqa: E402, F401
from campaigns.views.live_stream import MOST_STREAMS, Streams  # noqa: E402

# Some files are for the database, the log and those whom it sends away.
application = Streams(most=max(1, min(MOST_STREAMS, files - 200)))
