"""Django's admin with the clinic's own front page."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse

from . import facts
from .checklist import all_tasks


class StaffSite(AdminSite):
    index_title = "Today"
    site_url = "/"
    enable_nav_sidebar = False

    @property
    def site_header(self) -> str:  # type: ignore[override]
        clinic = facts.fact("clinic")
        return clinic.name if clinic else "The clinic"

    @property
    def site_title(self) -> str:  # type: ignore[override]
        return self.site_header

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        tasks = all_tasks() if request.user.is_active and request.user.is_staff else []
        return super().index(request, {"tasks": tasks, **(extra_context or {})})
