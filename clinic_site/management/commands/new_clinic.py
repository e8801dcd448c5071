"""Another clinic is configuration: its facts, an owner, and the texts that are of no one clinic."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, models, transaction
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.text import capfirst

from clinic_site import facts, starter
from clinic_site.checklist import tasks
from clinic_site.groups import OWNER, ensure_groups
from clinic_site.models import Clinic, SignInLink
from clinic_site.search_index import together
from clinic_site.search_rebuild import ensure

ASKED = [
    *("name", "legal_name", "time_zone", "phone", "text_number", "email"),
    *("street", "unit", "city", "state", "postal_code"),
]
# No guess stands for these: an option or an answer has to say them.
NEEDED = {"name", "time_zone"}


class Command(BaseCommand):
    help = (
        "Set up an empty, migrated database for another clinic. What no option says is asked for on a terminal; what "
        "is left empty stays empty, and the staff home page asks for it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        for field in _fields():
            parser.add_argument(f"--{field.name.replace('_', '-')}", help=str(field.verbose_name))
        parser.add_argument("--owner", default="owner", help="name of the first account (owner)")
        parser.add_argument("--owner-email", default="", help="where the owner gets mail")
        parser.add_argument(
            "--origin", help="the site's address, to make sure that SITE_ORIGIN says the same"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """All of it or nothing."""
        self.refuse(options)
        row = starter.standing_sentences() | {field.name: self.fact(field, options) for field in _fields()}
        ensure()
        with transaction.atomic(), together():
            starter.new_clinic(row)
            for path in settings.NEW_CLINIC_CONTENT:
                import_string(path)()
            token = SignInLink.objects.issue(self.make_owner(options))
        facts.forget()
        self.say(options["owner"], token)

    def refuse(self, options: dict[str, Any]) -> None:
        try:
            clinic = Clinic.objects.first()
        except DatabaseError:
            raise CommandError("The database has no tables yet: run manage.py migrate first.") from None
        if clinic:
            raise CommandError(
                f"This database is the site of {clinic}. Its facts are changed on the staff pages, under Clinic. "
                "For another clinic give VAR_DIR another folder, or DATABASE_URL another database, and migrate that."
            )
        if User.objects.filter(username=options["owner"]).exists():
            raise CommandError(f"There is an account {options['owner']} already: choose another --owner.")
        origin = options["origin"]
        if origin and origin.rstrip("/") != settings.SITE_ORIGIN:
            raise CommandError(
                f"SITE_ORIGIN is {settings.SITE_ORIGIN} here, and all links would say so: set it to {origin} first."
            )

    def fact(self, field: models.Field[Any, Any], options: dict[str, Any]) -> Any:
        """From its option, else from whoever sits at the terminal, who may try again. Raises CommandError."""
        typed = options[field.name]
        asks = typed is None and sys.stdin.isatty()
        while True:
            answer = input(self.question(field)).strip() if asks else typed or ""
            try:
                return field.clean(answer, None) if answer or field.name in NEEDED else field.get_default()
            except ValidationError as error:
                sentence = " ".join(error.messages)
                if not asks:
                    option = f"--{field.name.replace('_', '-')}"
                    raise CommandError(f"{option}: {sentence}") from None
                self.stderr.write(sentence)

    def question(self, field: models.Field[Any, Any]) -> str:
        example = {"time_zone": ", such as America/Chicago"}.get(field.name, "")
        return (
            f"{capfirst(str(field.verbose_name))}{example}{'' if field.name in NEEDED else ' (or nothing)'}: "
        )

    def make_owner(self, options: dict[str, Any]) -> User:
        """Without a password: the link leads to the choice of one."""
        ensure_groups()
        owner = User.objects.create_user(options["owner"], options["owner_email"], is_staff=True)
        owner.groups.add(Group.objects.get(name=OWNER))
        return owner

    def say(self, name: str, token: str) -> None:
        write = self.stdout.write
        write(f"{Clinic.objects.get()} is set up. Still to be filled in, on the staff home page:")
        for task in tasks():
            write(f"- {task.text}")
        write(f"\nThe first sign-in, once, within 15 minutes, as “{name}”, while the site runs:")
        write(settings.SITE_ORIGIN + reverse("sign_in", args=[token]))


def _fields() -> Iterator[models.Field[Any, Any]]:
    for name in ASKED:
        field = Clinic._meta.get_field(name)
        assert isinstance(field, models.Field)
        yield field
