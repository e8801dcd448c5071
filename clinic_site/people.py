"""Who writes and who reviews, and the book of their licenses."""

import datetime as dt

from django.db import models
from django.urls import reverse
from django.utils import timezone

from .changes import PublicQuerySet, PublicRow
from .front_door import clinic_zone
from .pictures import Picture
from .rich_text import RichTextField, as_lines
from .search_index import SearchText, Weight

WARNED = dt.timedelta(days=60)  # before a license runs out: time enough to renew it


def today() -> dt.date:
    """The clinic's."""
    return timezone.localdate(timezone=clinic_zone())


def day_after(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, tzinfo=clinic_zone())


class PractitionerQuerySet(PublicQuerySet["Practitioner"]):
    def license_over(self) -> "PractitionerQuerySet":
        return self.filter(license_expires_on__lt=today()).order_by("license_expires_on")

    def license_ending(self) -> "PractitionerQuerySet":
        """Within WARNED; the last day itself still counts."""
        days = (today(), today() + WARNED)
        return self.filter(license_expires_on__range=days).order_by("license_expires_on")


class Practitioner(PublicRow):
    """Who writes and who reviews."""

    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=80, blank=True, default="", help_text="As patients say it.")
    slug = models.SlugField(unique=True)
    title = models.CharField("licensed title", max_length=120, help_text="Exactly as on the license.")
    credentials = models.CharField("other credentials", max_length=200, blank=True, default="")
    license_number = models.CharField(max_length=40, blank=True, default="")
    license_expires_on = models.DateField(
        "license runs out on",
        null=True,
        blank=True,
        help_text="Its last day. The staff home page reminds 60 days before. After that day title and number are on "
        "no page, until you enter the new one.",
    )
    license_url = models.URLField("where the state verifies the license", blank=True, default="")
    short_bio = models.TextField(
        blank=True, default="", help_text="One or two sentences, under every article."
    )
    bio = RichTextField(blank=True, default="")
    portrait = models.ForeignKey(
        Picture,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
        help_text="The plus sign uploads a new one.",
    )
    email = models.EmailField(
        "e-mail for reminders",
        blank=True,
        default="",
        help_text="When a page they review is due. No page shows it. Empty: the owners are told.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    objects = PractitionerQuerySet.as_manager()  # type: ignore[misc]  # narrower than a row's

    search_kind = "Person"

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("team_member", args=[self.slug])

    def search_text(self) -> SearchText:
        parts = [
            (Weight.NAME, self.name),
            (Weight.ALIAS, self.short_name),
            (Weight.LEAD, f"{self.title} {self.credentials}"),
            (Weight.NOTE, self.short_bio),
            (Weight.BODY, " ".join(as_lines(self.bio))),
        ]
        return SearchText(self.name, parts, exact=f"{self.name} {self.short_name}")

    def search_line(self) -> str:
        return self.public_title

    def changes_pages_at(self) -> list[dt.datetime]:
        last = self.license_expires_on
        return [day_after(last)] if last else []

    @property
    def license_is_over(self) -> bool:
        return self.license_expires_on is not None and self.license_expires_on < today()

    @property
    def public_title(self) -> str:
        """The licensed title; "" once the license has run out: nobody carries it without one."""
        return "" if self.license_is_over else self.title

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()
