"""The offer. Everything on the site that mentions it is printed from its one row."""

import datetime as dt
from decimal import Decimal
from html import unescape

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags

from clinic_site import facts
from clinic_site.changes import PublicRow
from clinic_site.models import Fee, dollars, load_clinic
from clinic_site.rich_text import RichTextField, as_lines


class Offer(PublicRow):
    """New York allows a reduction of an established fee and no other inducement: 8 NYCRR 29.1(b)(12)."""

    title = models.CharField(max_length=80, help_text="For staff.")
    slug = models.SlugField("address", unique=True)
    is_on = models.BooleanField(
        "switched on", default=False, help_text="Shown on the whole site between its first and last day."
    )
    amount = models.DecimalField(
        "taken off", max_digits=7, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    service = models.CharField(max_length=80, help_text="What it is taken off: first visit.")
    regular_fee = models.ForeignKey(
        Fee, null=True, blank=True, on_delete=models.PROTECT, help_text="The established fee that it reduces."
    )
    eligibility = models.CharField("who may use it", max_length=200, blank=True, default="")
    extra_charges = models.CharField(
        max_length=200, blank=True, default="", help_text="What may come on top of it, or: None."
    )
    terms = RichTextField(blank=True, default="", help_text="Stand next to the form.")
    starts_on = models.DateField("first day", null=True, blank=True)
    ends_on = models.DateField("last day", null=True, blank=True, help_text="Ends at the clinic's midnight.")
    terms_reviewed_on = models.DateField(
        null=True, blank=True, help_text="When the clinic's counsel looked at these terms."
    )
    terms_reviewed_by = models.CharField(max_length=80, blank=True, default="")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL
    )

    class Meta:
        ordering = ["-is_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_on"],
                condition=models.Q(is_on=True),
                name="one_offer_at_a_time",
                violation_error_message="Another offer is switched on. Switch that one off first.",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None)
                | models.Q(starts_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="offer_ends_after_it_starts",
                violation_error_message="The last day cannot be before the first.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("offer", args=[self.slug])

    def clean(self) -> None:
        """An offer cannot be switched on by hand with a gap in it."""
        if bool(self.terms_reviewed_on) != bool(self.terms_reviewed_by):
            field = "terms_reviewed_by" if self.terms_reviewed_on else "terms_reviewed_on"
            raise ValidationError({field: "Write both who reviewed the terms and when."})
        if not self.is_on:
            return
        wanted = {
            "regular_fee": "Choose the regular fee that this offer reduces.",
            "eligibility": "Say who may use it.",
            "extra_charges": "Say what may come on top, or write: None.",
            "terms": "Write the terms.",
            "starts_on": "Give the first day.",
            "ends_on": "Give the last day.",
        }
        given = {name: getattr(self, name) for name in wanted}
        given["terms"] = unescape(strip_tags(self.terms)).strip()  # an empty editor sends <p></p>
        if gaps := {name: text for name, text in wanted.items() if not given[name]}:
            raise ValidationError(gaps)
        if self.regular_fee and self.amount and self.amount > self.regular_fee.amount:
            raise ValidationError({"regular_fee": "The amount taken off is more than the regular fee."})

    def changes_pages_at(self) -> list[dt.datetime]:
        return [moment for moment in (self.starts_at, self.ends_at) if moment]

    @property
    def starts_at(self) -> dt.datetime | None:
        clinic = load_clinic()
        return clinic.midnight_before(self.starts_on) if clinic and self.starts_on else None

    @property
    def ends_at(self) -> dt.datetime | None:
        """The first moment at which it is over."""
        clinic = load_clinic()
        return clinic.midnight_after(self.ends_on) if clinic and self.ends_on else None

    def is_live(self, now: dt.datetime | None = None) -> bool:
        """Whether it may be claimed at `now` (aware). Days are the clinic's."""
        clinic = facts.fact("clinic")
        today = timezone.localdate(now or timezone.now(), timezone=clinic.zone if clinic else None)
        return (
            self.is_on
            and (self.starts_on is None or self.starts_on <= today)
            and (self.ends_on is None or today <= self.ends_on)
        )

    @property
    def amount_text(self) -> str:
        return dollars(self.amount)

    @property
    def price_today(self) -> str:
        """What the visit would cost with it, in one line. Empty while the fee is not known, or is below it."""
        if self.regular_fee is None or self.regular_fee.amount < self.amount:
            return ""
        rest = dollars(self.regular_fee.amount - self.amount)
        has_extras = self.extra_charges.strip(" .").lower() not in {"", "none"}
        line = f"Regular fee {self.regular_fee.amount_text}, minus {self.amount_text}: you pay {rest}"
        return f"{line}, plus possible extras, named below." if has_extras else f"{line}."

    @property
    def headline(self) -> str:
        return f"{self.amount_text} off your {self.service}"

    @property
    def last_day_text(self) -> str:
        return date_format(self.ends_on, "j F Y") if self.ends_on else ""

    @property
    def terms_lines(self) -> list[str]:
        """The terms for a mail in plain text."""
        return as_lines(self.terms)


def live_offer(slug: str = "") -> Offer | None:
    """The offer that may be claimed now, from memory: its form can be shown while the database is away."""
    offers: list[Offer] = facts.fact("offers") or []
    return next((offer for offer in offers if offer.is_live() and slug in {"", offer.slug}), None)


def load_offers() -> list[Offer]:
    return list(Offer.objects.filter(is_on=True).select_related("regular_fee"))
