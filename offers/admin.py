"""Leads, offers and mails, as the front desk sees them."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import ActionLocation
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clinic_site.bounds import are_keys
from clinic_site.models import AuditEntry
from clinic_site.staff_site import StaffAdmin, staff

from . import admin_consents, admin_views, inbox_views, merge_views, phone_views, well_views
from .admin_recipients import RecipientAdmin
from .export_admin import own_pages
from .models import Lead, LeadView, Notice, Offer, Recipient
from .offer_form import OfferForm
from .templatetags.staff_offers import state_in_words


class KeptRowsAdmin[Row: Lead | Notice](StaffAdmin[Row]):
    """Rows that come from the form and stay: looked at here, changed only by the site's own rules."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def has_work_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("offers.work_lead")


class Tabs(admin.ChoicesFieldListFilter):
    template = "admin/offers/tabs.html"


@admin.register(Lead)
class LeadAdmin(KeptRowsAdmin[Lead]):
    """Both pages have templates of their own, so that they read well on a phone."""

    plain_words = "Who asked for the offer. Call them, note what came of it, redeem their code."
    fields = ()

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        of_a_lead: dict[str, Callable[..., HttpResponse]] = {
            "move": admin_views.move,
            "note": admin_views.add_note,
            "next-contact": admin_views.next_contact,
            "redeem": admin_views.redeem,
            "undo": admin_views.undo,
            "void": admin_views.void,
            "reissue": admin_views.reissue,
            "stop": admin_consents.stop,
            "merge": merge_views.merge_into,
            "unmerge": merge_views.part_again,
            "two-people": merge_views.two_people,
            "code": phone_views.code,
        }
        own = [
            path(f"<int:pk>/{name}/", guard(view), name=f"offers_lead_{name.replace('-', '_')}")
            for name, view in of_a_lead.items()
        ]
        reach = path("<int:pk>/reach/<slug:way>/", guard(admin_views.reach), name="offers_lead_reach")
        others = [
            path("release/", guard(admin_views.release), name="offers_lead_release"),
            path("by-phone/", guard(phone_views.by_phone), name="offers_lead_by_phone"),
            path("doubles/", guard(merge_views.doubles), name="offers_lead_doubles"),
            path("<int:pk>/doubles/", guard(merge_views.compare), name="offers_lead_doubles_of"),
        ]
        return [*own, reach, *others, *own_pages(guard), *well_views.own_pages(guard), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lead]:
        leads = Lead.objects.filter(is_test=False).select_related("offer", "redeemed_by", "merged_into")
        return leads.with_undelivered()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return inbox_views.inbox(request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Whoever opens a lead sees what the lists mask, and leaves a line that says so."""
        lead = self.get_object(request, object_id)
        if lead and self.has_view_permission(request, lead):
            LeadView.objects.note(lead, by=staff(request))
        context = {"may_work": self.has_work_permission(request)}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))


@admin.register(Offer)
class OfferAdmin(StaffAdmin[Offer]):
    plain_words = "What is taken off, for whom, from when to when, and the terms."
    audit_kind = AuditEntry.Kind.CHANGED
    form = OfferForm
    list_display = ["title", "state", "amount_text", "lead_count", "ends_on"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "is_on"]}),
        ("What it takes off", {"fields": ["amount", "service", "regular_fee", "fee_is_right"]}),
        ("Who may use it, and what else it may cost", {"fields": ["eligibility", "extra_charges"]}),
        ("From when to when", {"fields": ["starts_on", "ends_on", "grace_days"]}),
        ("For how many", {"fields": ["cap_total", "cap_day"]}),
        ("How soon leads are answered", {"fields": ["answer_within", "open_within"]}),
        ("The terms", {"fields": ["terms"]}),
        ("When it is over", {"fields": ["closing_message"]}),
        ("Your counsel's review", {"fields": ["terms_reviewed_on", "terms_reviewed_by"]}),
    ]

    class Media:
        css = {"all": ["admin-clinic/leads.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offer]:
        return super().get_queryset(request).annotate(lead_count=Count("leads"))

    def get_readonly_fields(self, request: HttpRequest, obj: Offer | None = None) -> list[str]:
        """What is on somebody's ticket stays: for another amount there is another offer."""
        return ["slug", "amount", "service"] if obj and obj.leads.exists() else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Offer | None = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["title"]}

    def save_model(self, request: HttpRequest, obj: Offer, form: ModelForm[Offer], change: bool) -> None:
        obj.changed_by = staff(request)
        if change and "terms" in form.changed_data and "terms_reviewed_on" not in form.changed_data:
            if obj.terms_reviewed_on:
                self.message_user(
                    request, "The terms have changed: have them reviewed again.", messages.WARNING
                )
            obj.terms_reviewed_on, obj.terms_reviewed_by = None, ""
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Offer | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.leads.exists())

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """An offer that was claimed is kept; the page says so instead of refusing without a word."""
        offer = self.get_object(request, object_id)
        if offer and offer.leads.exists() and self.has_view_or_change_permission(request, offer):
            self.message_user(
                request, "This offer has leads, so it is kept. Switch it off instead.", messages.WARNING
            )
            return redirect("admin:offers_offer_change", offer.pk)
        return super().delete_view(request, object_id, extra_context)

    @admin.display(description="now", ordering="is_on")
    def state(self, offer: Offer) -> str:
        if not offer.is_on:
            return "Off"
        if offer.is_live():
            offer.count_places()
        if offer.is_live():
            return "On the site"
        return "On, all places taken" if offer.is_full or offer.full_on else "On, outside its days"

    @admin.display(description="taken off", ordering="amount")
    def amount_text(self, offer: Offer) -> str:
        return offer.amount_text

    @admin.display(description="leads", ordering="lead_count")
    def lead_count(self, offer: Offer) -> int:
        number: int = offer.lead_count  # type: ignore[attr-defined]  # annotated above
        return number


@admin.register(Notice)
class NoticeAdmin(KeptRowsAdmin[Notice]):
    plain_words = "What was mailed to patients and to you, and what could not be delivered."
    list_display = ["what", "lead_link", "state"]
    list_filter = [("status", Tabs)]
    show_facets = admin.ShowFacets.ALWAYS
    sortable_by = ()
    list_per_page = 25
    list_select_related = ["lead", "to"]
    show_full_result_count = False
    ordering = ["-queued_at", "-pk"]
    actions = ["send_again"]  # type: ignore[assignment]
    readonly_fields = [
        *("kind", "lead_link", "state", "queued_at", "tries", "not_before", "sent_at", "message_id"),
    ]
    fields = (*readonly_fields,)

    class Media:
        css = {"all": ["admin-clinic/leads.css"]}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(admin_views.send_again)
        return [path("<int:pk>/send-again/", view, name="offers_notice_send_again"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return super().get_queryset(request).filter(lead__is_test=False)

    def response_action(
        self,
        request: HttpRequest,
        queryset: QuerySet[Notice],
        action_location: ActionLocation = ActionLocation.CHANGE_LIST,
    ) -> HttpResponse | None:
        """Django asks the database for whatever keys were posted."""
        if are_keys(request.POST.getlist(ACTION_CHECKBOX_NAME)):
            return super().response_action(request, queryset, action_location)
        self.message_user(request, "Choose mails from the list.", messages.WARNING)
        return None

    @admin.display(description="mail", ordering="kind")
    def what(self, notice: Notice) -> str:
        return notice.what()

    @admin.display(description="lead", ordering="lead")
    def lead_link(self, notice: Notice) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:offers_lead_change", args=[notice.lead_id]), notice.lead
        )

    @admin.display(description="what became of it", ordering="status")
    def state(self, notice: Notice) -> str:
        return state_in_words(notice)

    @admin.action(description="Send again", permissions=["work"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Notice]) -> None:
        chosen = list(Notice.objects.filter(pk__in=queryset.values("pk")).select_related("lead__offer"))
        wanted = [notice.pk for notice in chosen if admin_views.would_go(notice)]
        queued = Notice.objects.filter(pk__in=wanted).queue_again(by=staff(request))
        mails = "1 mail is" if queued == 1 else f"{queued} mails are"
        dropped = len(chosen) - len(wanted)
        rest = f" {dropped} not: nobody wants it any more, or the request was erased." if dropped else ""
        self.message_user(request, f"{mails} queued to be sent again.{rest}", messages.SUCCESS)


admin.site.register(Recipient, RecipientAdmin)
