"""What patients let the clinic show, and the press by which one of them takes that back."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods

from . import facts
from .audit import AuditEntry
from .staff_site import StaffAdmin
from .testimonials import Testimonial

LINE = forms.TextInput(attrs={"class": "vTextField"})


class TestimonialAdmin(StaffAdmin[Testimonial]):
    plain_words = "What patients let you show, with their consent in writing, until a last day."
    audit_kind = AuditEntry.Kind.CHANGED
    list_display = ["name", "practitioner", "state"]
    sortable_by = ()
    readonly_fields = ["taken_back_at"]
    fieldsets = [
        ("What they say", {"fields": ["words", "name", "practitioner"]}),
        ("Their consent", {"fields": ["signed_on", "signed_paper", "consent_use"]}),
        ("From when to when", {"fields": ["shown_from", "last_day"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.taken_back)
        own = path("<int:pk>/taken-back/", view, name="clinic_site_testimonial_taken_back")
        return [own, *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: Testimonial | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or obj.taken_back_at is None:
            return fieldsets
        return [("Off the site for good", {"fields": ["taken_back_at"]}), *fieldsets]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Testimonial]:
        live = Testimonial.objects.live().filter(pk=OuterRef("pk"))
        return super().get_queryset(request).annotate(is_live=Exists(live))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Sealed or not, a line is a line."""
        if db_field.name in {"name", "signed_paper"}:
            kwargs["widget"] = LINE
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Testimonial | None = None) -> bool:
        """What was taken back is a record, and is only looked at."""
        return super().has_change_permission(request, obj) and not (obj and obj.taken_back_at)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def taken_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        testimonial = get_object_or_404(Testimonial, pk=pk)
        if not super().has_change_permission(request, testimonial):
            raise PermissionDenied
        there = redirect("admin:clinic_site_testimonial_change", pk)
        if testimonial.taken_back_at:
            self.message_user(request, "This consent has been taken back already.")
            return there
        if request.method == "POST":
            if Testimonial.objects.filter(pk=pk).take_back():
                self.log_change(request, testimonial, "Consent taken back.")
            self.message_user(request, "Taken back: these words are off the site, for good.")
            return there
        context = {"title": "Has the consent been taken back?", "opts": self.opts, "original": testimonial}
        context |= self.admin_site.each_context(request)
        return TemplateResponse(request, "admin/clinic_site/testimonial/taken_back.html", context)

    @admin.display(description="now")
    def state(self, testimonial: Testimonial) -> str:
        first, last = (date_format(day, "N j, Y") for day in (testimonial.shown_from, testimonial.last_day))
        if testimonial.taken_back_at:
            return f"Consent taken back on {date_format(timezone.localtime(testimonial.taken_back_at), 'N j, Y')}"
        if testimonial.is_live:  # type: ignore[attr-defined]  # annotated above
            return f"On the site until {last}"
        clinic = facts.fact("clinic")
        off = "" if clinic and clinic.testimonials_on else ". All are switched off, under Clinic"
        return f"Not on the site: its days are {first} to {last}{off}"
