"""Pairs that look like one person's and are not, as somebody of the staff has said: nobody is asked again."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from .leads import Lead


class TwoPeopleQuerySet(models.QuerySet["TwoPeople"]):
    def of(self, one: "Lead", other: "Lead") -> "TwoPeopleQuerySet":
        first, second = sorted([one.pk, other.pk])
        return self.filter(first=first, second=second)

    def about(self, lead: "Lead") -> "TwoPeopleQuerySet":
        return self.filter(models.Q(first=lead.pk) | models.Q(second=lead.pk))

    def note(self, one: "Lead", other: "Lead", *, by: "User") -> None:
        """Once, however often the button is pressed. Where they share a phone or mail, they share a discount still.

        Raises NotAllowed, as does `take_back`.
        """
        first, second = sorted([one, other], key=lambda lead: lead.pk)
        with transaction.atomic():
            _refuse_erased(one, other)
            _, is_new = self.get_or_create(first=first, second=second, defaults={"by": by})
            if is_new:
                _tell_both(first, second, "Not the same person as {}.", by)

    def take_back(self, one: "Lead", other: "Lead", *, by: "User") -> None:
        with transaction.atomic():
            _refuse_erased(one, other)
            if self.of(one, other).delete()[0]:
                _tell_both(one, other, "May be the same person as {} after all.", by)


class TwoPeople(models.Model):
    """`first` is the one with the lower number."""

    first = models.ForeignKey("offers.Lead", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("offers.Lead", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = TwoPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="two_people_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="two_people_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"Requests no. {self.first_id} and {self.second_id} are two people’s"

    def other_than(self, lead: "Lead") -> "Lead":
        return self.second if lead.pk == self.first_id else self.first


def _tell_both(one: "Lead", other: "Lead", words: str, by: "User") -> None:
    one.add_event(words.format(other), by=by)
    other.add_event(words.format(one), by=by)


def _refuse_erased(one: "Lead", other: "Lead") -> None:
    for stored in type(one).objects.select_for_update().filter(pk__in=[one.pk, other.pk]).order_by("pk"):
        stored.refuse_if_erased()
