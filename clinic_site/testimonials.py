"""What patients say of the clinic: shown only with their consent in writing, under a disclaimer, and until a last day.

New York is said to bar testimonials of physicians; whether it bars those of acupuncturists is for counsel to say, so
there are none until the clinic's row names who of counsel looked at it, and when. Nobody's words may claim what the
clinic may not claim itself (16 CFR 255.2), and settings.CLAIMS knows what that is.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.module_loading import import_string

from .changes import PublicQuerySet, PublicRow
from .people import Practitioner, today
from .sealed import SealedTextField

if TYPE_CHECKING:
    from .models import Clinic

ENDING = dt.timedelta(days=14)  # before the last day: time enough to ask the person anew
DISCLAIMER = (
    "Each of these is one person’s experience, in that person’s own words. It says nothing about what you may expect "
    "from treatment. Nobody was paid, or given anything, for these words."
)
REFUSED = (
    "It says “{words}”. {reason} What you may not say yourselves, a patient may not say for you (16 CFR 255.2). Leave "
    "it out, or ask the person for other words: do not mend them yourselves."
)


class TestimonialQuerySet(PublicQuerySet["Testimonial"]):
    def live(self) -> "TestimonialQuerySet":
        """What the public may read now. Days are the clinic's."""
        clinic = _clinic()  # read anew: the facts kept in memory are made with this
        if clinic is None or not clinic.testimonials_on:
            return self.none()
        day = clinic.today()
        return self.filter(taken_back_at=None, shown_from__lte=day, last_day__gte=day)

    def ending(self) -> "TestimonialQuerySet":
        return self.live().filter(last_day__lte=today() + ENDING)

    def take_back(self) -> int:
        """At once and for good: the first moment stays."""
        return self.filter(taken_back_at=None).update(taken_back_at=timezone.now())


class Testimonial(PublicRow):
    """Sealed, since it tells of somebody's treatment: it is public only while it is live."""

    words = SealedTextField(
        help_text="As the person wrote them. Leave nothing out that changes what they say.", max_length=2000
    )
    name = SealedTextField(
        "named as", max_length=80, help_text="As the person agreed to be named. Initials will do."
    )
    practitioner = models.ForeignKey(
        Practitioner,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="testimonials",
        verbose_name="about",
        help_text="Whom the words are about, where they are about one of you.",
    )
    signed_on = models.DateField("consent signed on")
    signed_paper = SealedTextField(
        "where the signed paper is", max_length=200, help_text="For staff only: no page shows it."
    )
    consent_use = models.CharField(
        "for which use",
        max_length=200,
        help_text="As the paper says it, with the day on which the consent ends, if it names one. For staff only.",
    )
    shown_from = models.DateField("first day")
    last_day = models.DateField(
        help_text="Ends at the clinic's midnight. At most a year after the first day."
    )
    taken_back_at = models.DateTimeField("consent taken back", null=True, editable=False)

    objects = TestimonialQuerySet.as_manager()  # type: ignore[misc]  # narrower than a row's

    class Meta:
        ordering = ["-shown_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("shown_from")),
                name="testimonial_ends_after_it_starts",
                violation_error_message="The last day cannot be before the first.",
            )
        ]

    def __str__(self) -> str:
        """No personal data: this lands in logs and page titles."""
        return f"Testimonial no. {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A form that was opened before the consent was taken back does not bring it back."""
        if not self._state.adding:
            kept = {"id", "taken_back_at"}
            fields = [field.name for field in self._meta.concrete_fields if field.name not in kept]
            kwargs.setdefault("update_fields", fields)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Raises ValidationError for days that cannot be, and for what nobody may claim for the clinic."""
        errors = {
            "signed_on": _wrong_signing(self.signed_on),
            "last_day": _wrong_end(self.shown_from, self.last_day),
            "words": [
                REFUSED.format(words=claim.words, reason=claim.reason)
                for claim in import_string(settings.CLAIMS)("", self.words)
            ],
        }
        if errors := {name: sentences for name, sentences in errors.items() if sentences}:
            raise ValidationError(errors)

    def changes_pages_at(self) -> list[dt.datetime]:
        clinic = _clinic()
        return (
            [clinic.midnight_before(self.shown_from), clinic.midnight_after(self.last_day)] if clinic else []
        )


def gaps_of(clinic: "Clinic") -> dict[str, list[str]]:
    """What is missing or wrong before patients' words may be shown: field -> sentences."""
    by, on = clinic.testimonials_reviewed_by, clinic.testimonials_reviewed_on
    gaps: dict[str, list[str]] = {}
    if clinic.testimonials_on and not clinic.testimonials_disclaimer:
        gaps["testimonials_disclaimer"] = ["Write the disclaimer that stands above their words."]
    if not by and (on or clinic.testimonials_on):
        gaps["testimonials_reviewed_by"] = ["Write who of your counsel has reviewed it."]
    if not on and (by or clinic.testimonials_on):
        gaps["testimonials_reviewed_on"] = ["Write when your counsel has reviewed it."]
    if on and on > today():
        gaps["testimonials_reviewed_on"] = ["This day is still to come."]
    return gaps


def load_is_any_live() -> bool:
    return Testimonial.objects.live().exists()


def addresses() -> list[str]:
    """Of the page with them, while there is one."""
    return [reverse("what_patients_say")] if load_is_any_live() else []


def _wrong_signing(day: dt.date | None) -> list[str]:
    return (
        ["This day is still to come: nothing is shown before the consent is signed."]
        if day and day > today()
        else []
    )


def _wrong_end(first: dt.date | None, last: dt.date | None) -> list[str]:
    """None: what was typed is no day."""
    if first is None or last is None:
        return []
    try:
        latest = first.replace(year=first.year + 1)
    except ValueError:  # of a February 29
        latest = dt.date(first.year + 1, 2, 28)
    words = f"At most a year after the first day: {date_format(latest, 'F j, Y')}. Then ask the person anew."
    return [words] if last > latest else []


def _clinic() -> "Clinic | None":
    from .models import load_clinic  # it needs the models, of which this module is one

    return load_clinic()
