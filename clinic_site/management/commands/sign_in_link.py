from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from clinic_site import alerts
from clinic_site.models import SignInLink


class Command(BaseCommand):
    help = "Print a link that signs USERNAME in once, within 15 minutes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            names = ", ".join(User.objects.filter(is_active=True).values_list("username", flat=True))
            raise CommandError(
                f"There is no active user {options['username']}. There are: {names or 'none'}."
            )
        token = SignInLink.objects.issue(user)
        alerts.tell(user, alerts.Alert.LINK_MADE)
        self.stdout.write(settings.SITE_ORIGIN + reverse("sign_in", args=[token]))
