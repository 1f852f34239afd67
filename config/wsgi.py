import os

from django.core.wsgi import get_wsgi_application

from config.open_files import allow_many_open_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
allow_many_open_files()

django = get_wsgi_application()

# Models can be imported only now that Django is set up.
from django.urls import get_resolver  # noqa: E402

from campaigns.views.live_door import at_the_door  # noqa: E402

# Every view is imported before the first visitor comes, who would wait for seconds.
assert get_resolver().url_patterns

application = at_the_door(django)
