"""What waits for a person today: counts, each with the page on which it is done."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from .models import PageReport


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
