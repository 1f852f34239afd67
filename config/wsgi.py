import os

from django.core.wsgi import get_wsgi_application

from config.open_files import allow_many_open_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
allow_many_open_files()

django = get_wsgi_application()

# Models can be imported only now that Django is set up; and every view is, by way of the addresses, before the first
# visitor comes, who would wait for seconds.
import config.urls  # noqa: E402, F401
from campaigns.views.live_door import at_the_door  # noqa: E402

application = at_the_door(django)
