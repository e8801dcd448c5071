"""Whom the site tells what concerns whoever runs the clinic."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q

from .groups import MANAGER, OWNER
from .models import load_clinic


def owners() -> list[str]:
    """Their addresses; the clinic's while none of them has one."""
    return _addresses_of(OWNER)


def owners_and_managers() -> list[str]:
    """The same."""
    return _addresses_of(OWNER, MANAGER)


def _addresses_of(*groups: str) -> list[str]:
    found = User.objects.filter(Q(is_superuser=True) | Q(groups__name__in=groups), is_active=True)
    found = found.exclude(email="")
    clinic = load_clinic()
    usual = (clinic.email if clinic else "") or settings.MAIL_FROM
    return sorted(set(found.values_list("email", flat=True))) or [usual]
