"""Who runs the clinic, and where they are told what concerns them: said here and nowhere else."""

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db.models import Q, QuerySet

from .groups import MANAGER, OWNER
from .models import load_clinic


def owner_accounts() -> QuerySet[User]:
    """The group Owner, and whoever may do everything."""
    return _accounts(OWNER)


def is_last_owner(user: User) -> bool:
    """Whether no other owner may sign in. Inside a transaction: whoever asks next waits for its end, so that two owners
    cannot take each other away."""
    list(Group.objects.select_for_update().filter(name=OWNER))
    may_come_in = set(owner_accounts().filter(is_staff=True).values_list("pk", flat=True))
    return may_come_in == {user.pk}


def owners_addresses() -> list[str]:
    """None while none of them has a mail address."""
    return _addresses(owner_accounts())


def owners() -> list[str]:
    """Their addresses; the clinic's while none of them has one."""
    return owners_addresses() or [_usual()]


def owners_and_managers() -> list[str]:
    """The same."""
    return _addresses(_accounts(OWNER, MANAGER)) or [_usual()]


def _accounts(*groups: str) -> QuerySet[User]:
    found = User.objects.filter(Q(is_superuser=True) | Q(groups__name__in=groups), is_active=True)
    return found.distinct().order_by("pk")


def _addresses(accounts: QuerySet[User]) -> list[str]:
    return sorted(set(accounts.exclude(email="").values_list("email", flat=True)))


def _usual() -> str:
    clinic = load_clinic()
    return (clinic.email if clinic else "") or settings.MAIL_FROM
