"""For the owner: who did what, looked at and never changed."""

from django.http import HttpRequest

from .audit import AuditEntry
from .staff_site import StaffAdmin


class AuditEntryAdmin(StaffAdmin[AuditEntry]):
    plain_words = "Who signed in, took data out, published, or gave rights. Nobody changes it."
    list_display = ["at", "by", "kind", "what"]
    list_filter = ["kind"]
    empty_value_display = ""
    list_select_related = ["by"]
    sortable_by = ()
    show_full_result_count = False
    fields = ["at", "by", "kind", "what"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False
