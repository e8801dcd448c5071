"""The clinic's facts, people and pages, and the accounts of its staff."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group, Permission, User
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator

from .admin_audit import AuditEntryAdmin
from .admin_pictures import PictureAdmin
from .admin_redirects import MissAdmin, RedirectAdmin
from .admin_reports import PageReportAdmin
from .admin_testimonials import TestimonialAdmin
from .confirming import confirmed
from .lost_phone_views import lost_phone
from .models import (
    AuditEntry,
    Clinic,
    Closure,
    Fee,
    Miss,
    OpeningHours,
    Page,
    PageReport,
    Picture,
    Practitioner,
    Redirect,
    Testimonial,
)
from .search_admin import SearchCountAdmin, SynonymAdmin
from .staff_site import StaffAdmin, staff
from .user_form import UserForm

__all__ = [
    "ClinicAdmin",
    "ClosureAdmin",
    "FeeAdmin",
    "OpeningHoursAdmin",
    "PageAdmin",
    "PractitionerAdmin",
    "SearchCountAdmin",
    "SynonymAdmin",
]


@admin.register(Clinic)
class ClinicAdmin(StaffAdmin[Clinic]):
    plain_words = "Name, phone, address, and the sentences that stand on every page."
    fieldsets = [
        ("Name", {"fields": ["name", "legal_name", "tagline"]}),
        ("How patients reach you", {"fields": ["phone", "text_number", "email"]}),
        (
            "Where you are",
            {"fields": ["street", "unit", "city", "state", "postal_code", "time_zone"]},
        ),
        ("The way to the door", {"fields": ["subway", "entrance", "elevator", "directions"]}),
        (
            "Sentences that stand on many pages",
            {"fields": ["emergency_line", "disclaimer", "scope_line"]},
        ),
        (
            "What patients say",
            {
                "fields": [
                    *("testimonials_on", "testimonials_disclaimer"),
                    *("testimonials_reviewed_on", "testimonials_reviewed_by"),
                ]
            },
        ),
        ("Colors", {"fields": ["accent", "accent_dark", "point", "point_dark"]}),
    ]

    def save_model(self, request: HttpRequest, obj: Clinic, form: ModelForm[Clinic], change: bool) -> None:
        was_on = bool(form.initial.get("testimonials_on"))
        if obj.testimonials_reviewed_on and _disclaimer_is_new(form):
            obj.testimonials_on, obj.testimonials_reviewed_on, obj.testimonials_reviewed_by = False, None, ""
            words = "The disclaimer has changed, so testimonials are off until your counsel has reviewed it again."
            self.message_user(request, words, messages.WARNING)
        super().save_model(request, obj, form, change)
        if obj.testimonials_on != was_on:
            about = f"testimonials switched {'on' if obj.testimonials_on else 'off'}"
            AuditEntry.objects.note(AuditEntry.Kind.CHANGED, by=staff(request), what=about)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Clinic.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Clinic | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one clinic, so its list would only be in the way."""
        clinic = Clinic.objects.first()
        if clinic and self.has_view_or_change_permission(request, clinic):
            return redirect("admin:clinic_site_clinic_change", clinic.pk)
        return super().changelist_view(request, extra_context)


@admin.register(OpeningHours)
class OpeningHoursAdmin(StaffAdmin[OpeningHours]):
    plain_words = "When you are open each week. A day with a break has two rows."
    list_display = ["weekday", "opens", "closes"]
    fields = ["weekday", "opens", "closes"]


@admin.register(Closure)
class ClosureAdmin(StaffAdmin[Closure]):
    plain_words = "Holidays and other days on which you are closed."
    list_display = ["first_day", "last_day", "reason"]
    ordering = ["-first_day"]


@admin.register(Fee)
class FeeAdmin(StaffAdmin[Fee]):
    plain_words = "What a visit costs. The offer takes its regular price from here."
    list_display = ["name", "amount_text", "minutes", "note"]
    fields = ["name", "amount", "minutes", "note", "position"]

    @admin.display(description="amount", ordering="amount")
    def amount_text(self, fee: Fee) -> str:
        return fee.amount_text


@admin.register(Practitioner)
class PractitionerAdmin(StaffAdmin[Practitioner]):
    plain_words = "Who treats, writes, and checks what is written."
    list_display = ["name", "title", "license_number", "license_expires_on", "has_portrait"]
    search_fields = ["name", "short_name"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        ("Name", {"fields": ["name", "short_name", "slug"]}),
        (
            "License",
            {"fields": ["title", "credentials", "license_number", "license_expires_on", "license_url"]},
        ),
        ("About", {"fields": ["short_bio", "bio"]}),
        ("Portrait", {"fields": ["portrait"]}),
        ("Reminders of reviews", {"fields": ["email"]}),
        ("Place on the page", {"fields": ["position"]}),
    ]

    @admin.display(description="portrait", boolean=True)
    def has_portrait(self, person: Practitioner) -> bool:
        return person.portrait_id is not None


admin.site.register(Picture, PictureAdmin)


@admin.register(Page)
class PageAdmin(StaffAdmin[Page]):
    """The addresses of the pages are fixed in clinic_site/urls.py, so pages only change."""

    plain_words = "About, first visit, privacy, and the other plain pages."
    list_display = ["title", "address", "updated_on", "counsel_note"]
    fields = ["title", "address", "standfirst", "body", "updated_on", "counsel_note"]
    readonly_fields = ["address"]

    @admin.display(description="address")
    def address(self, page: Page) -> str:
        return page.get_absolute_url()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        return False


admin.site.register(Testimonial, TestimonialAdmin)
admin.site.register(AuditEntry, AuditEntryAdmin)
admin.site.register(PageReport, PageReportAdmin)
admin.site.register(Redirect, RedirectAdmin)
admin.site.register(Miss, MissAdmin)
admin.site.unregister([Group, User])

WORDS = {
    "is_active": ("Works here", "Take this away when somebody leaves. What they did stays on record."),
    "is_staff": ("May sign in", "To these staff pages."),
    "groups": ("Kinds of work", ""),
    "is_superuser": ("May do everything", "Whatever the kinds of work above say."),
}


class NewUserForm(AdminUserCreationForm[User]):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        how = self.fields["usable_password"]
        how.label, how.initial = "Signs in with", "false"
        how.help_text = (
            "Whoever keeps the site makes the link (make sign-in-link USER=name). A password is chosen then."
        )
        how.choices = [  # type: ignore[attr-defined]
            ("false", "a one-time link, the first time"),
            ("true", "a password, typed below"),
        ]


@admin.register(User)
@method_decorator(confirmed, name="add_view")
@method_decorator(confirmed, name="change_view")
@method_decorator(confirmed, name="delete_view")
@method_decorator(confirmed, name="user_change_password")
class UserAdmin(StaffAdmin[User], DjangoUserAdmin[User]):
    """Rights are given and passwords set only by who has just shown both factors."""

    plain_words = "Who may sign in here, and what they may do."
    audit_kind = AuditEntry.Kind.RIGHTS
    list_display = ["username", "first_name", "last_name", "in_groups", "last_login", "is_active"]
    list_filter = ["groups", "is_active"]
    form = UserForm
    add_form = NewUserForm
    ordinary = [
        (None, {"fields": ["username", "password"]}),
        ("Name", {"fields": ["first_name", "last_name", "email"]}),
        ("What this person may do", {"fields": ["is_active", "is_staff", "groups"]}),
    ]
    special = [("For whoever keeps the site", {"fields": ["is_superuser"], "classes": ["collapse"]})]
    readonly_fields = ["last_login", "date_joined"]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Only a superuser makes superusers: nobody gives away more than they have."""
        if obj is None:
            return super().get_fieldsets(request, obj)
        return self.ordinary + (self.special if request.user.is_superuser else [])

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(lost_phone)
        return [path("<int:pk>/lost-phone/", view, name="auth_user_lost_phone"), *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _not_above(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _not_above(request, obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """In the words of a clinic, not of a framework."""
        label, help_text = WORDS.get(db_field.name, (None, None))
        if label:
            kwargs |= {"label": label, "help_text": help_text}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description="groups")
    def in_groups(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())


@admin.register(Group)
@method_decorator(confirmed, name="add_view")
@method_decorator(confirmed, name="change_view")
@method_decorator(confirmed, name="delete_view")
class GroupAdmin(StaffAdmin[Group]):
    """For whoever keeps the site; the clinic's own five groups are put right at every start (groups.py)."""

    plain_words = "What each kind of work may do."
    audit_kind = AuditEntry.Kind.RIGHTS
    fields = ["name", "permissions"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return request.user.is_superuser

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = Permission.objects.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def _disclaimer_is_new(form: ModelForm[Clinic]) -> bool:
    """Whether it is another than the one that counsel has reviewed."""
    changed = set(form.changed_data)
    return "testimonials_disclaimer" in changed and "testimonials_reviewed_on" not in changed


def _not_above(request: HttpRequest, user: User | None) -> bool:
    return user is None or request.user.is_superuser or not user.is_superuser
