"""The offer. Everything on the site that mentions it is printed from its one row."""

import datetime as dt
from decimal import Decimal
from html import unescape
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags

from clinic_site import facts
from clinic_site.changes import PageChange, PublicRow
from clinic_site.models import Clinic, Fee, dollars, load_clinic
from clinic_site.rich_text import RichTextField, as_lines

from . import reminders


class OfferFull(Exception):
    """All places are taken, for good or for today."""


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
    closing_message = models.TextField(
        blank=True,
        default="",
        max_length=500,
        help_text="Stands on the offer's page once it is over. Say what else you have for people who come too late.",
    )
    starts_on = models.DateField("first day", null=True, blank=True)
    ends_on = models.DateField("last day", null=True, blank=True, help_text="Ends at the clinic's midnight.")
    grace_days = models.PositiveSmallIntegerField(
        default=0,
        help_text="Days after the last day on which the desk still takes a code. Patients are not told: it is for "
        "the visit that was booked in time and fell a little late.",
    )
    cap_total = models.PositiveIntegerField(
        "most people",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="When so many have a code, the offer is over. Empty: no limit.",
    )
    cap_day = models.PositiveIntegerField(
        "most people a day",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="When so many have asked today, the form closes until midnight. Choose what your desk can "
        "answer. Empty: no limit.",
    )
    answer_within = models.PositiveSmallIntegerField(
        "hours to answer in",
        default=4,
        validators=[MinValueValidator(1)],
        help_text="Opening hours after which a lead without an answer is overdue.",
    )
    open_within = models.PositiveSmallIntegerField(
        "hours to open in",
        default=1,
        help_text="Opening hours after which the next of the staff is told of a lead that nobody has opened. "
        "0: nobody else is told.",
    )
    terms_reviewed_on = models.DateField(
        null=True, blank=True, help_text="When the clinic's counsel looked at these terms."
    )
    terms_reviewed_by = models.CharField(max_length=80, blank=True, default="")
    # The fee and the amount as somebody last looked at them together (see fee_doubt).
    checked_fee = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True, editable=False)
    checked_amount = models.DecimalField(
        max_digits=7, decimal_places=2, null=True, blank=True, editable=False
    )
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.checked_fee is None:  # entered together
            self.note_fee_checked()
        with transaction.atomic():
            super().save(*args, **kwargs)
            reminders.plan_for(self)  # the reminders before its last day go where that day goes

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

    def note_fee_checked(self) -> None:
        """Somebody has looked: the regular fee is the established one, and the offer still makes sense beside it."""
        self.checked_fee = self.regular_fee.amount if self.regular_fee else None
        self.checked_amount = self.amount if self.regular_fee else None

    @property
    def fee_doubt(self) -> str:
        """What has changed of the fee or of the amount since they were last looked at together. Empty: nothing.

        A "regular" fee must be the one that is really charged: FTC Guides Against Deceptive Pricing, 16 CFR 233.
        """
        if self.regular_fee is None or self.checked_fee is None or self.checked_amount is None:
            return ""
        if self.regular_fee.amount != self.checked_fee:
            now, before = self.regular_fee.amount_text, dollars(self.checked_fee)
            return f"The regular fee is {now} now and was {before} when this offer was last checked."
        if self.amount != self.checked_amount:
            now, before = self.amount_text, dollars(self.checked_amount)
            return f"It takes off {now} now, and took off {before} when it was last checked against the regular fee."
        return ""

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
        today = _today(now)
        return (
            self.is_on
            and (self.starts_on is None or self.starts_on <= today)
            and (self.ends_on is None or today <= self.ends_on)
            and today != self.full_on
            and not self.is_full
        )

    def is_past_grace(self) -> bool:
        """Whether the desk takes its codes no more. Days are the clinic's."""
        return self.ends_on is not None and _today() > self.ends_on + dt.timedelta(days=self.grace_days)

    # Whether its places are taken, as of when its row was read (`count_places`).
    is_full = False
    full_on: dt.date | None = None

    @property
    def is_capped(self) -> bool:
        return bool(self.cap_total or self.cap_day)

    def _places(self) -> tuple[int | None, int | None]:
        """How many may still claim it: in all, and today at the clinic. None: any number."""
        taken = self.leads.filter(takes_place=True)
        in_all = today = None
        if self.cap_total:
            in_all = max(0, self.cap_total - taken.count())
        if self.cap_day:
            clinic = load_clinic() or Clinic()
            since = clinic.midnight_before(clinic.today())
            today = max(0, self.cap_day - taken.filter(created_at__gte=since).count())
        return in_all, today

    def count_places(self) -> None:
        """Note whether all are taken: for good, or for this day at the clinic."""
        in_all, today = self._places()
        self.is_full = in_all == 0
        self.full_on = (load_clinic() or Clinic()).today() if today == 0 else None

    def take_a_place(self) -> None:
        """Inside the transaction that stores the lead. Raises OfferFull.

        The offer's row is locked until that ends, so of any number of claims at once as many pass as there are
        places. (SQLite has taken its write lock at the start.) The last one makes every mention disappear.
        """
        if not self.is_capped:
            return
        Offer.objects.select_for_update(of=("self",)).get(pk=self.pk)
        left = [places for places in self._places() if places is not None]
        if min(left) == 0:
            raise OfferFull
        if min(left) == 1:
            PageChange.objects.note()

    def note_places(self) -> None:
        """One more is free, or is taken otherwise than by a claim: the site may offer it anew, or no more."""
        if self.is_capped:
            PageChange.objects.note()

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
    def last_day_for_staff(self) -> str:
        """As all days stand on staff pages."""
        return date_format(self.ends_on, "F j, Y") if self.ends_on else ""

    @property
    def fixed_terms(self) -> list[str]:
        """The terms that its own fields say, for the place where it is claimed."""
        lines = ["Once for each person."]
        if self.regular_fee:
            lines.append(f"Regular fee: {self.regular_fee.amount_text}.")
        if self.ends_on:
            lines.append(f"Last day: {self.last_day_text}, until midnight at the clinic.")
        return lines

    @property
    def terms_lines(self) -> list[str]:
        """The terms for a mail in plain text."""
        return as_lines(self.terms)


def live_offer(slug: str = "") -> Offer | None:
    """The offer that may be claimed now, from memory: its form can be shown while the database is away."""
    offers: list[Offer] = facts.fact("offers") or []
    return next((offer for offer in offers if offer.is_live() and slug in {"", offer.slug}), None)


def addresses() -> list[str]:
    """Of what is advertised now."""
    return [offer.get_absolute_url() for offer in Offer.objects.filter(is_on=True) if offer.is_live()]


def advertised() -> str:
    """What other pages say of the live offer, in one line, to tell when they say something else."""
    offer = live_offer()
    told = (
        (offer.slug, offer.headline, offer.price_today, offer.eligibility, offer.last_day_text)
        if offer
        else ()
    )
    return " · ".join(told)


def load_offers() -> list[Offer]:
    offers = list(Offer.objects.filter(is_on=True).select_related("regular_fee"))
    for offer in offers:
        offer.count_places()
    return offers


def _today(now: dt.datetime | None = None) -> dt.date:
    """The date on the clinic's wall."""
    clinic = facts.fact("clinic")
    return timezone.localdate(now or timezone.now(), timezone=clinic.zone if clinic else None)
