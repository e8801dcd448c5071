"""What is still to be filled in or looked at before the site is whole: listed on the staff home page."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from .models import Clinic, Fee, OpeningHours, Page, Practitioner


@dataclass(frozen=True)
class Task:
    text: str
    url: str


def all_tasks() -> list[Task]:
    """Every app's tasks, in the order of settings.STAFF_CHECKLISTS."""
    return [task for path in settings.STAFF_CHECKLISTS for task in import_string(path)()]


def tasks() -> Iterator[Task]:
    yield from _clinic()
    if not OpeningHours.objects.exists():
        yield Task(
            "Enter the opening hours. Until then no page shows any.",
            reverse("admin:clinic_site_openinghours_add"),
        )
    if not Fee.objects.exists():
        yield Task("Enter what a visit costs.", reverse("admin:clinic_site_fee_add"))
    people = Practitioner.objects.all()
    if not people:
        yield Task("Enter who treats, writes and reviews.", reverse("admin:clinic_site_practitioner_add"))
    for person in people:
        url = reverse("admin:clinic_site_practitioner_change", args=[person.pk])
        if not person.license_number:
            yield Task(f"Enter the license number of {person}.", url)
        elif person.license_expires_on is None:
            yield Task(f"Enter until when the license of {person} holds.", url)
        if person.portrait_id is None:
            yield Task(f"Add a portrait of {person}.", url)
    for page in Page.objects.exclude(counsel_note=""):
        yield Task(f"{page}: {page.counsel_note}", reverse("admin:clinic_site_page_change", args=[page.pk]))


def _clinic() -> Iterator[Task]:
    clinic = Clinic.objects.first()
    if clinic is None:
        yield Task("Enter the facts of the clinic.", reverse("admin:clinic_site_clinic_add"))
        return
    url = reverse("admin:clinic_site_clinic_change", args=[clinic.pk])
    if not clinic.phone:
        yield Task("Enter the phone number.", url)
    if not clinic.email:
        yield Task("Enter the clinic's e-mail address: news of new leads goes there.", url)
    if not clinic.street:
        yield Task("Enter the street and the ZIP code.", url)
    if not (clinic.ways_in or clinic.directions):
        yield Task("Say how to get here: subway, entrance, elevator.", url)
    if not clinic.tagline:
        yield Task("Write the one line about the clinic for search results and shared links.", url)
    if not clinic.scope_line:
        yield Task("Say who may do this work in your state.", url)
