"""Who is told of a new lead: an order that the owner sets."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest

from clinic_site.models import AuditEntry
from clinic_site.staff_site import StaffAdmin

from .models import Recipient


class RecipientAdmin(StaffAdmin[Recipient]):
    plain_words = (
        "Who gets a mail about a new lead, at once or when nobody opens it. Without rows: the front desk, then "
        "groups of your own that may work leads, then managers, then owners."
    )
    audit_kind = AuditEntry.Kind.CHANGED
    list_display = ["user", "when", "position", "address"]
    list_select_related = ["user"]
    fields = ["user", "when", "position"]

    @admin.display(description="mail goes to")
    def address(self, row: Recipient) -> str:
        return row.user.email

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(is_active=True, is_staff=True).order_by("username")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
