"""What gunicorn runs. The facts are read before the first visitor comes."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings")
application = get_wsgi_application()

from clinic_site import facts  # noqa: E402  (models can be imported only now)

facts.current()
