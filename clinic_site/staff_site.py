"""Django's admin with the clinic's own front page, and what all its forms have in common."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import AnonymousUser, User
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, resolve
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache
from phonenumber_field.modelfields import PhoneNumberField
from phonenumber_field.widgets import RegionalPhoneNumberWidget

from . import alerts, facts, sign_in_rates, staff_session
from .audit import AuditEntry
from .bounds import DAYS
from .checklist import Task, all_tasks
from .errands import Errand, all_errands
from .error_views import too_many_requests
from .sign_in import BY_LINK

APPS = {  # the order on the staff home page, and the names that differ from the app's own
    "offers": "Offers and leads",
    "blog": "Articles",
    "clinic_site": "The clinic",
    "auth": "Staff accounts",
}

# The browser's own fields for days and hours: every phone has them, and they need no script.
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
PHONE = RegionalPhoneNumberWidget(attrs={"class": "vTextField"})
HOUR = forms.TimeInput(format="%H:%M", attrs={"type": "time"})


WIDGETS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    PhoneNumberField: {"widget": PHONE},
    models.DateField: {"widget": DAY, "validators": DAYS},
    models.TimeField: {"widget": HOUR},
    models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
}


class StaffAdmin[Row: models.Model](admin.ModelAdmin[Row]):
    """Forms without stumbling blocks. `plain_words` says on the staff home page what the rows are for."""

    plain_words = ""
    audit_kind = ""  # an AuditEntry.Kind, where a change of these rows belongs in the trail
    actions = None  # rows are deleted one at a time, each on its own page
    formfield_overrides = WIDGETS
    list_per_page = 50
    empty_value_display = "none"
    show_facets = admin.ShowFacets.NEVER

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Who saves an address or a name at the same moment as somebody else is told that it is taken.

        The form found it free; looked at once more, it finds the other's row. Nothing of the first try is stored.
        """
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = kwargs.get("obj")
        context |= {"title": str(row or f"New {self.opts.verbose_name}"), "subtitle": None}
        context.setdefault("show_save_and_continue", False)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_view_on_site_url(self, obj: Row | None = None) -> str | None:
        """Where the public sees it, without Django's detour over an address that asks for no permission."""
        if obj is None or callable(self.view_on_site):
            return super().get_view_on_site_url(obj)
        return obj.get_absolute_url() if self.view_on_site and hasattr(obj, "get_absolute_url") else None

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A choice may be added to from here, but not deleted by the way; and nobody makes a user by the way."""
        if db_field.name == "slug" and db_field.verbose_name == "slug":
            kwargs |= {"label": "Address", "help_text": "The last part of the page's address."}
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = field.widget.can_view_related = False
            if isinstance(db_field, models.ManyToManyField) or db_field.related_model is User:
                field.widget.can_add_related = field.widget.can_change_related = False
        return field

    def log_addition(self, request: HttpRequest, obj: Row, message: Any) -> Any:
        self._note(request, obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Row, message: Any) -> Any:
        self._note(request, obj)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for row in queryset:
            self._note(request, row)
        return super().log_deletions(request, queryset)

    def _note(self, request: HttpRequest, row: models.Model) -> None:
        if self.audit_kind:
            AuditEntry.objects.note(self.audit_kind, by=staff(request), row=row)


class StaffSite(admin.AdminSite):
    index_title = "Today"
    site_url = "/"
    enable_nav_sidebar = False
    password_change_template = "admin/choose_password.html"  # noqa: S105

    @property
    def site_header(self) -> str:  # type: ignore[override]
        clinic = facts.fact("clinic")
        return clinic.name if clinic else "The clinic"

    @property
    def site_title(self) -> str:  # type: ignore[override]
        return self.site_header

    def get_urls(self) -> list[URLResolver | URLPattern]:
        from . import second_factor_views as second  # it asks who is signed in, as all staff pages do

        own = [
            path("password/", self.admin_view(self.choose_password), name="choose_password"),
            path("second-factor/", second.enter_code, name="second_factor"),
            path("second-factor/phone/", second.phone, name="phone"),
            path("second-factor/recovery-codes/", second.recovery_codes, name="recovery_codes"),
            path("second-factor/remove/", second.remove, name="remove_phone"),
        ]
        # "r/<kind>/<number>/" leads all of the staff to any row, and a ticket's address is its patient's secret.
        return [*own, *(one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site")]

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "POST" and (seconds := sign_in_rates.seconds_to_wait(request)):
            return too_many_requests(request, seconds)
        response = super().login(request, {"title": "Sign in", **(extra_context or {})})
        if request.method == "POST":
            if response.status_code == 302:
                staff_session.begin(request)
            else:
                sign_in_rates.note_failure(request)
                known = _account(request.POST.get("username", ""))
                AuditEntry.objects.note(AuditEntry.Kind.FAILED, by=known, what="password")
                alerts.tell_of_guessing(request, known)
        return response

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The browser forgets what it has kept of these pages, where others use it too."""
        user = request.user
        response = super().logout(request, {"title": "Signed out", **(extra_context or {})})
        if request.method == "POST":
            if isinstance(user, User):
                AuditEntry.objects.note(AuditEntry.Kind.SIGNED_OUT, by=user)
            response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        tasks = [task for task in all_tasks() if may_do(request.user, task)]
        errands = [errand for errand in all_errands() if may_do(request.user, errand)]
        context = {"tasks": tasks, "errands": errands, "may_choose_password": may_choose_password(request)}
        return super().index(request, {**context, **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """In the order of a working day; within an app, as registered."""
        apps = self._build_app_dict(request, app_label)
        for label, app in apps.items():
            app["name"] = APPS.get(label, app["name"])
            for row in app["models"]:
                row["plain_words"] = getattr(self.get_model_admin(row["model"]), "plain_words", "")
        order = list(APPS)
        return sorted(apps.values(), key=lambda app: ([*order, app["app_label"]]).index(app["app_label"]))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        response = super().password_change(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            AuditEntry.objects.note(AuditEntry.Kind.PASSWORD, by=staff(request), row=staff(request))
        return response

    def choose_password(self, request: HttpRequest) -> HttpResponse:
        """For whoever has no password yet, or came by a link because it is lost: the old one is not asked for."""
        if not may_choose_password(request):
            return redirect("admin:password_change")
        form = SetPasswordForm(staff(request), request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            form.save()
            update_session_auth_hash(request, staff(request))
            request.session.pop(BY_LINK, None)
            AuditEntry.objects.note(AuditEntry.Kind.PASSWORD, by=staff(request), row=staff(request))
            messages.success(request, "Your password is set. Sign in with it from now on.")
            return redirect("admin:index")
        context = {**self.each_context(request), "title": "Choose a password", "form": form}
        return TemplateResponse(request, "admin/choose_password.html", context)


def _account(typed: str) -> User | None:
    """PostgreSQL cannot be asked for a null character."""
    return None if "\0" in typed else User.objects.filter(username=typed).first()


def staff(request: HttpRequest) -> User:
    """Whoever asks. Only for pages behind the sign-in."""
    assert isinstance(request.user, User)
    return request.user


def may_choose_password(request: HttpRequest) -> bool:
    return not staff(request).has_usable_password() or bool(request.session.get(BY_LINK))


def may_do(user: User | AnonymousUser, task: Task | Errand) -> bool:
    """Whether the page that a task leads to would let `user` do it."""
    name = resolve(urlsplit(task.url).path).url_name or ""
    app, model, page = name.rsplit("_", 2)
    wanted = {"add": "add", "changelist": "view", "well": "view"}.get(page, "change")
    return user.has_perm(f"{app}.{wanted}_{model}")
