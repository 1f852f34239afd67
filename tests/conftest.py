"""What every test run needs: servers before settings, settings before anything that imports a model.

This happens when pytest loads this file, which comes before every other conftest and test. The settings' name stands
here and not in pyproject.toml: from there, pytest-django would read the settings before the servers have addresses.
"""

import os

import django
from hypothesis import settings

from tests import servers

if os.environ.get("PYTEST_XDIST_WORKER"):
    servers.set_the_stage_of_a_worker(os.environ["PYTEST_XDIST_WORKER"])
else:
    servers.set_the_stage()
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

# Two shared cores are slow at times, which says nothing about the code.
settings.register_profile("genseki", deadline=None)
settings.load_profile("genseki")
