"""Who of the staff is told of a new lead, and in which order."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models

from clinic_site.groups import FRONT_DESK, MANAGER, OWNER
from clinic_site.models import load_clinic

OWN_GROUP = ""  # one that the clinic made itself
IN_ORDER = (FRONT_DESK, OWN_GROUP, MANAGER, OWNER)  # of those whom nobody has put in a place


class Recipient(models.Model):
    """Where somebody of the staff stands. Whoever has no row is told in turn, by group (see `in_turn`)."""

    class When(models.TextChoices):
        AT_ONCE = "at_once", "At once, with the clinic"
        IN_TURN = "in_turn", "In turn, while nobody has opened it"
        NEVER = "never", "Not at all: on leave, or not wanted"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, verbose_name="who")
    when = models.CharField("is told", max_length=7, choices=When, default=When.IN_TURN)
    position = models.PositiveSmallIntegerField(
        "place", default=1, help_text="Of those who are told in turn: 1 is told first."
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "person told of new leads"
        verbose_name_plural = "people told of new leads"

    def __str__(self) -> str:
        return self.user.get_full_name() or self.user.username

    def clean(self) -> None:
        """A mail with a link that its reader may not follow helps nobody."""
        user = User.objects.filter(pk=self.user_id).first()
        if user and not user.email:
            raise ValidationError({"user": "Write an e-mail address into this account first."})
        if user and not user.has_perm("offers.view_lead"):
            raise ValidationError({"user": "This account may not see leads: put it into a group first."})
        if user and self.when == self.When.IN_TURN and not user.has_perm("offers.work_lead"):
            raise ValidationError({"user": "This account may not work leads: it can be told at once only."})


def at_once() -> list[str]:
    """The addresses that are told of every new lead, besides the clinic's own. None twice."""
    rows = Recipient.objects.filter(when=Recipient.When.AT_ONCE, user__is_active=True, user__is_staff=True)
    people = [row.user for row in rows.select_related("user")]
    return list(dict.fromkeys(_others(user.email for user in people if user.has_perm("offers.view_lead"))))


def in_turn() -> list[User]:
    """Who is told, one after the other: those with a place, then whoever may work leads, IN_ORDER. No address twice."""
    people = User.objects.with_perm("offers.work_lead").filter(is_staff=True).exclude(email="")
    told_otherwise = [Recipient.When.AT_ONCE, Recipient.When.NEVER]
    people = people.exclude(recipient__when__in=told_otherwise)
    found = sorted(people.select_related("recipient").prefetch_related("groups"), key=_place)
    first_with = {user.email.lower(): user for user in reversed(found)}
    known = set(_others(first_with))
    return [user for user in found if first_with[user.email.lower()] == user and user.email.lower() in known]


def _place(user: User) -> tuple[int, int, str]:
    if row := getattr(user, "recipient", None):
        return 0, row.position, user.username
    names = [group.name for group in user.groups.all()] + ([OWNER] if user.is_superuser else [])
    places = [IN_ORDER.index(name) for name in names if name in IN_ORDER]
    return 1, min(places, default=IN_ORDER.index(OWN_GROUP)), user.username


def _others(addresses: Iterable[str]) -> list[str]:
    """Without the clinic's own, which is told anyhow, and in lower case."""
    clinic = load_clinic()
    own = clinic.email.lower() if clinic else ""
    return [address.lower() for address in addresses if address and address.lower() != own]
