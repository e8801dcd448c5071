"""Who runs the clinic, and where they are told what concerns them: said here and nowhere else."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from .groups import OWNER
from .models import load_clinic


def owner_accounts() -> QuerySet[User]:
    """The group Owner, and whoever may do everything."""
    found = User.objects.filter(Q(is_superuser=True) | Q(groups__name=OWNER), is_active=True)
    return found.distinct().order_by("pk")


def owners_addresses() -> list[str]:
    """None while none of them has a mail address."""
    return sorted(set(owner_accounts().exclude(email="").values_list("email", flat=True)))


def owners() -> list[str]:
    """Their addresses; the clinic's while none of them has one."""
    clinic = load_clinic()
    usual = (clinic.email if clinic else "") or settings.MAIL_FROM
    return owners_addresses() or [usual]
