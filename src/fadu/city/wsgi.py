"""The WSGI entry: ``granian --interface wsgi fadu.city.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fadu.city.settings")
application = get_wsgi_application()
