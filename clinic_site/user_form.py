"""The account of one of the staff, as owners change it."""

from typing import Any

from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from .groups import OWNER
from .owners import is_last_owner


class UserForm(UserChangeForm[User]):
    def clean(self) -> dict[str, Any] | None:
        """Raises ValidationError where nobody would be left who gives rights: the site's own computer gives no link
        to who does not work here."""
        after = super().clean() or self.cleaned_data
        if not self.stays_owner(after) and is_last_owner(self.instance):
            raise ValidationError(
                "No other owner works here and may sign in, so this one stays an owner. Make somebody else one first."
            )
        return after

    def stays_owner(self, after: dict[str, Any]) -> bool:
        """What the page does not show stays as it is."""

        def stays(name: str) -> bool:
            return bool(after.get(name, getattr(self.instance, name)))

        groups = after.get("groups", self.instance.groups.all())
        is_owner = stays("is_superuser") or any(group.name == OWNER for group in groups)
        return is_owner and stays("is_active") and stays("is_staff")
