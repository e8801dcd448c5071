"""What waits for a person today: counts, each with the page on which it is done."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from .models import PageReport, Practitioner, Testimonial


@dataclass(frozen=True)
class Errand:
    """`one` and `many` are what is counted, with its verb: "lead waits", "leads wait"."""

    number: int
    one: str
    many: str
    url: str
    is_late: bool = False

    @property
    def words(self) -> str:
        return self.one if self.number == 1 else self.many


def all_errands() -> list[Errand]:
    """Every app's, in the order of settings.STAFF_ERRANDS; what is late stands first."""
    found = [errand for path in settings.STAFF_ERRANDS for errand in import_string(path)() if errand.number]
    return sorted(found, key=lambda errand: not errand.is_late)


def reports() -> Iterator[Errand]:
    yield Errand(
        PageReport.objects.filter(done=False).count(),
        "reader reports a problem with a page: read it, mend it, tick it off",
        "readers report a problem with a page: read them, mend it, tick them off",
        f"{reverse('admin:clinic_site_pagereport_changelist')}?done__exact=0",
    )


def licenses() -> Iterator[Errand]:
    """Each leads to the one that is the most pressing."""
    people = Practitioner.objects
    over, ending = list(people.license_over()), list(people.license_ending())
    yield Errand(
        len(over),
        "license has run out: its title and number are on no page. Enter the new one, or take the person off, and "
        "look at what the bio says",
        "licenses have run out: their titles and numbers are on no page. Enter the new ones, or take the people off, "
        "and look at what their bios say",
        _form_of(over),
        is_late=True,
    )
    yield Errand(
        len(ending),
        "license runs out within 60 days: enter its new last day once it is renewed",
        "licenses run out within 60 days: enter their new last days once they are renewed",
        _form_of(ending),
    )


def testimonials() -> Iterator[Errand]:
    yield Errand(
        Testimonial.objects.ending().count(),
        "testimonial ends within 14 days and then leaves the site: ask the person anew, or let it go",
        "testimonials end within 14 days and then leave the site: ask the people anew, or let them go",
        reverse("admin:clinic_site_testimonial_changelist"),
    )


def _form_of(people: list[Practitioner]) -> str:
    return reverse("admin:clinic_site_practitioner_change", args=[people[0].pk]) if people else ""
