"""Where a record is used: on a page of its own, and before it is deleted."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from clinic_site.staff_site import StaffAdmin

from .uses import public_uses_of, uses_of


class UsedAdmin[Row: models.Model](StaffAdmin[Row]):
    def get_urls(self) -> list[URLPattern]:
        used = self.admin_site.admin_view(self.used_view)
        return [path("<path:object_id>/used/", used, name=f"{self._stem}_used"), *super().get_urls()]

    @property
    def _stem(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    @method_decorator(require_safe)
    def used_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if row is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": f"Where “{row}” is used",
            "opts": self.opts,
            "original": row,
            "uses": uses_of(row),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/blog/used.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if row := kwargs.get("obj"):
            context["used_url"] = reverse(f"admin:{self._stem}_used", args=[row.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        extra = {"uses": public_uses_of(row) if row else []} | (extra_context or {})
        return super().delete_view(request, object_id, extra)
