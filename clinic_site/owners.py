"""Whom the site tells what concerns whoever runs the clinic."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q

from .groups import OWNER
from .models import load_clinic


def owners() -> list[str]:
    """Their addresses; the clinic's while none of them has one."""
    found = User.objects.filter(Q(is_superuser=True) | Q(groups__name=OWNER), is_active=True).exclude(
        email=""
    )
    clinic = load_clinic()
    usual = (clinic.email if clinic else "") or settings.MAIL_FROM
    return sorted(set(found.values_list("email", flat=True))) or [usual]
