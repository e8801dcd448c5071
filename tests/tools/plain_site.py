"""Our site for short tests: as it is, but with static files by their plain names, so that none has to be collected."""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "clinic_site.settings"
django.setup()

from tests.conftest import pytest_configure  # noqa: E402  (needs the apps)

pytest_configure()

from clinic_site.wsgi import application  # noqa: E402  (needs those settings)

__all__ = ["application"]
