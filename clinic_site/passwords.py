"""A password of this site is long and is not what somebody who knows the practice would try first."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError

from . import facts
from .models import Practitioner

LEAST_OF_ONES_OWN = 6  # letters and digits beside the practice's words
SHORTEST_WORD = 3
OBVIOUS = [
    *("acupuncture", "acupuncturist", "needling", "needles", "needle", "clinic", "practice", "patient"),
    *("password", "welcome", "letmein", "admin", "owner", "desk"),
]
YEAR = re.compile(r"(19|20)\d\d")


class NotOfThePractice:
    """Refuses what is little more than the clinic's name, street, phone, people or trade, with a year behind it."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError."""
        left = re.sub(r"[^a-z0-9]", "", password.casefold())
        found = False
        for word in sorted(set(_words()), key=len, reverse=True):
            found |= word in left
            left = left.replace(word, "")
        if found and len(YEAR.sub("", left)) < LEAST_OF_ONES_OWN:
            raise ValidationError(self.get_help_text(), code="password_of_the_practice")

    def get_help_text(self) -> str:
        return "Not the clinic's name, street, phone or people with a few signs more: take words of your own."


def _words() -> Iterator[str]:
    yield from OBVIOUS
    texts = [settings.SITE_HOST, *Practitioner.objects.values_list("name", flat=True)]
    if clinic := facts.fact("clinic"):
        texts += [clinic.name, clinic.legal_name, clinic.tagline, clinic.street, clinic.city, clinic.email]
        yield re.sub(r"\D", "", str(clinic.phone))[-10:] or "clinic"  # as it is dialed within the country
    for text in texts:
        for word in re.findall(r"[a-z0-9]+", text.casefold()):
            if len(word) >= SHORTEST_WORD:
                yield word
