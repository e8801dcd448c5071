"""The clinic itself: the only place where its facts exist. What is not known stays empty, never invented."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from phonenumber_field.modelfields import PhoneNumberField

from .audit import AuditEntry, AuditHead
from .changes import PageChange, PublicRow
from .misses import Miss
from .people import Practitioner
from .pictures import Picture, Use
from .rates import RateCount
from .redirects import Redirect
from .reports import PageReport
from .rich_text import RichTextField, as_lines, headings
from .search_counts import SearchCount
from .search_index import SearchBuild, SearchDocument, SearchPosting, SearchText, SearchWord, Weight
from .second_factor import AuthenticatorApp, RecoveryCode, RecoverySheet
from .sign_in import SignInLink
from .staff_mail import StaffMail
from .synonyms import Synonym
from .testimonials import DISCLAIMER, Testimonial, gaps_of
from .theme import FIELDS as COLORS
from .theme import check_color, css, too_faint

__all__ = [
    "AuditEntry",
    "AuditHead",
    "AuthenticatorApp",
    "Clinic",
    "Closure",
    "Fee",
    "Miss",
    "OpeningHours",
    "Page",
    "PageChange",
    "PageReport",
    "Picture",
    "Practitioner",
    "RateCount",
    "RecoveryCode",
    "RecoverySheet",
    "Redirect",
    "SearchBuild",
    "SearchCount",
    "SearchDocument",
    "SearchPosting",
    "SearchWord",
    "SignInLink",
    "StaffMail",
    "Synonym",
    "Testimonial",
]


# Of closures that are over: whoever came before one has not waited while it lasted (offers/clinic_time.py).
REMEMBERED = dt.timedelta(days=130)


def check_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError("Choose a time zone such as America/New_York.")


class Clinic(PublicRow):
    """One row. Pages, mails, and structured data print these facts from here and from nowhere else."""

    name = models.CharField(max_length=80, help_text="The name on the door.")
    legal_name = models.CharField("legal name", max_length=120, blank=True, default="")
    tagline = models.CharField(
        max_length=160, blank=True, default="", help_text="One line for the home page."
    )
    phone = PhoneNumberField(blank=True, default="", help_text="For calls.")
    text_number = PhoneNumberField("number for texts", blank=True, default="")
    email = models.EmailField(
        "e-mail", blank=True, default="", help_text="Patients reply here, and news of new leads goes here."
    )
    street = models.CharField(max_length=120, blank=True, default="")
    unit = models.CharField("floor or suite", max_length=60, blank=True, default="")
    city = models.CharField(max_length=60, blank=True, default="")
    state = models.CharField(max_length=30, blank=True, default="")
    postal_code = models.CharField("ZIP code", max_length=12, blank=True, default="")
    subway = models.CharField(
        max_length=200, blank=True, default="", help_text="Lines, station, and how many minutes on foot."
    )
    entrance = models.CharField(
        max_length=200, blank=True, default="", help_text="Which door, which bell, steps or a ramp."
    )
    elevator = models.CharField(
        max_length=200, blank=True, default="", help_text="Whether there is one, and how to get to it."
    )
    directions = models.TextField(
        blank=True, default="", help_text="What else helps. A blank line starts a new paragraph."
    )
    time_zone = models.CharField(max_length=40, default="America/New_York", validators=[check_time_zone])
    disclaimer = models.TextField(blank=True, default="", help_text="Stands under every article and form.")
    emergency_line = models.CharField(
        max_length=200, blank=True, default="", help_text="One sentence: when to call 911 instead of us."
    )
    scope_line = models.TextField(
        "who may needle", blank=True, default="", help_text="Who may do this work in your state."
    )
    testimonials_on = models.BooleanField(
        "show testimonials",
        default=False,
        help_text="They stand on a page of their own. New York is said to bar them for physicians: have your counsel "
        "say whether you may show any, and note below who did and when.",
    )
    testimonials_disclaimer = models.TextField(
        "their disclaimer",
        blank=True,
        default=DISCLAIMER,
        help_text="Stands above their words. Counsel reviews it, too.",
    )
    testimonials_reviewed_on = models.DateField(
        "testimonials reviewed on", null=True, blank=True, help_text="When the clinic's counsel looked at it."
    )
    testimonials_reviewed_by = models.CharField(
        "testimonials reviewed by", max_length=80, blank=True, default=""
    )
    accent = models.CharField(
        "accent color",
        max_length=7,
        blank=True,
        default="",
        validators=[check_color],
        help_text="Of links, buttons and the ticket, such as #0b4a47. Empty: the design's own.",
    )
    accent_dark = models.CharField(
        "accent color in the dark",
        max_length=7,
        blank=True,
        default="",
        validators=[check_color],
        help_text="Empty: worked out from the one above.",
    )
    point = models.CharField(
        "color of points",
        max_length=7,
        blank=True,
        default="",
        validators=[check_color],
        help_text="Of points, marks and frames, such as #d4351c. Empty: the design's own.",
    )
    point_dark = models.CharField(
        "color of points in the dark",
        max_length=7,
        blank=True,
        default="",
        validators=[check_color],
        help_text="Empty: worked out from the one above.",
    )

    class Meta:
        verbose_name_plural = "clinic"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1), name="one_clinic", violation_error_message="There is one clinic."
            ),
            models.CheckConstraint(
                condition=models.Q(testimonials_on=False)
                | models.Q(testimonials_reviewed_on__isnull=False)
                & ~models.Q(testimonials_reviewed_by="")
                & ~models.Q(testimonials_disclaimer=""),
                name="testimonials_reviewed_by_counsel",
                violation_error_message="Patients' words are shown only under a disclaimer, after counsel's review.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Raises ValidationError: with the measured contrast where a color is too faint for what it is used for, and
        for what counsel has not reviewed."""
        for name in COLORS:
            setattr(self, name, getattr(self, name).lower())
        faint = {name: found for name in COLORS if (found := too_faint(name, getattr(self, name)))}
        if wrong := faint | gaps_of(self):
            raise ValidationError(wrong)

    def css(self) -> str:
        """The clinic's own colors; "" when it has none."""
        return css(self.accent, self.accent_dark, self.point, self.point_dark)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def today(self) -> dt.date:
        """The date on the clinic's wall."""
        return timezone.localdate(timezone=self.zone)

    def midnight_after(self, day: dt.date) -> dt.datetime:
        """The first moment that is no longer `day` at the clinic, summer time included."""
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, tzinfo=self.zone)

    def midnight_before(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time.min, tzinfo=self.zone)

    @property
    def town(self) -> str:
        """City, state and ZIP code on one line, whatever of them is known."""
        return " ".join(part for part in (f"{self.city},".lstrip(","), self.state, self.postal_code) if part)

    @property
    def map_url(self) -> str:
        """The address on a map, for a link; without a street there is nothing to point at."""
        place = f"{self.street}, {self.town}".rstrip(", ")
        return f"https://www.openstreetmap.org/search?query={quote(place)}" if self.street else ""

    @property
    def ways_in(self) -> list[tuple[str, str]]:
        """What is known of the way to the door, each with its name."""
        known = {"Subway": self.subway, "Entrance": self.entrance, "Elevator": self.elevator}
        return [(name, text) for name, text in known.items() if text]

    @property
    def has_way(self) -> bool:
        return bool(self.street or self.ways_in or self.directions)


class OpeningHours(PublicRow):
    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    opens = models.TimeField(help_text="Clinic time. A day with a break has two rows.")
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        verbose_name_plural = "opening hours"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")),
                name="closes_after_opening",
                violation_error_message="The closing time comes after the opening time.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M} to {self.closes:%H:%M}"


class Closure(PublicRow):
    """Days on which the clinic is closed although the hours say open. Over by itself after the last day."""

    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=120, blank=True, default="", help_text="Shown to patients.")

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="closure_ends_after_it_starts",
                violation_error_message="The last day cannot be before the first.",
            )
        ]

    def __str__(self) -> str:
        return f"Closed {self.first_day} to {self.last_day}"

    def changes_pages_at(self) -> list[dt.datetime]:
        clinic = load_clinic()
        return [clinic.midnight_after(self.last_day)] if clinic else []


class Fee(PublicRow):
    """What a visit costs, in US dollars."""

    name = models.CharField(max_length=120, help_text="For example: First visit.")
    amount = models.DecimalField(max_digits=7, decimal_places=2, validators=[MinValueValidator(0)])
    minutes = models.PositiveSmallIntegerField("length in minutes", null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def amount_text(self) -> str:
        return dollars(self.amount)


class Page(PublicRow):
    """One of the plain pages. Their addresses are fixed in clinic_site/urls.py."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    standfirst = models.TextField(blank=True, default="", help_text="One or two sentences under the title.")
    body = RichTextField(blank=True, default="")
    counsel_note = models.TextField(
        "still to be checked", blank=True, default="", help_text="For staff only; empty it when it is done."
    )
    updated_on = models.DateField(default=timezone.localdate, help_text="Shown on the page.")

    search_kind = "Page"

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/{self.slug}/"

    def search_text(self) -> SearchText:
        parts = [
            (Weight.NAME, self.title),
            (Weight.LEAD, self.standfirst),
            (Weight.HEADING, " ".join(headings(self.body))),
            (Weight.BODY, " ".join(as_lines(self.body))),
        ]
        return SearchText(self.title, parts)

    def search_line(self) -> str:
        return self.standfirst


def dollars(amount: object) -> str:
    """US dollars as a person writes them: whole dollars without cents, other amounts with two digits of them."""
    return f"${amount:,.2f}".removesuffix(".00")


def portraits(stem: str) -> Iterator[Use]:
    for person in Practitioner.objects.filter(portrait__stem=stem):
        yield Use(f"Portrait of {person}", reverse("admin:clinic_site_practitioner_change", args=[person.pk]))


def load_clinic() -> Clinic | None:
    return Clinic.objects.first()


def load_opening_hours() -> list[OpeningHours]:
    return list(OpeningHours.objects.all())


def load_closures() -> list[Closure]:
    """Closures that are not over for longer than REMEMBERED; the page decides what to show of them."""
    clinic = load_clinic()
    return list(Closure.objects.filter(last_day__gte=clinic.today() - REMEMBERED)) if clinic else []
