"""Where the pages of export and erasure stand, and the log of exports."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path

from clinic_site.staff_site import StaffAdmin

from . import export_views as views
from .export_log import ExportLog


def own_pages(guard: Callable[..., Any]) -> list[URLPattern]:
    """Under the leads of the admin site. `guard` is its admin_view."""
    return [
        path("export/", guard(views.export_table), name="offers_lead_export"),
        path("forgetting/", guard(views.forgetting), name="offers_lead_forgetting"),
        path("<int:pk>/copy/", guard(views.copy_for_the_person), name="offers_lead_copy"),
        path("<int:pk>/erase/", guard(views.erase), name="offers_lead_erase"),
    ]


class ExportLogAdmin(StaffAdmin[ExportLog]):
    """Looked at, never changed."""

    plain_words = (
        "Who took leads out of the site, and when. From here you export, and see what will be forgotten."
    )
    list_display = ["what", "rows", "by", "at"]
    list_select_related = ["by"]
    sortable_by = ()
    fields = ["what", "rows", "by", "at"]
    change_list_template = "admin/offers/keeping/exports.html"

    class Media:
        css = {"all": ["admin-clinic/keeping.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ExportLog | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ExportLog | None = None) -> bool:
        return False


admin.site.register(ExportLog, ExportLogAdmin)
