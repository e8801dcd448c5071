"""The words people agree to, what they agreed to, and "They said stop", as staff see them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from clinic_site.models import AuditEntry
from clinic_site.staff_site import StaffAdmin, staff

from . import wishes
from .admin_views import done, for_the_desk, page_of
from .consent_texts import ConsentText
from .consents import Consent, DoNotContact, Scope, Source
from .models import Lead, LeadView
from .opt_out_words import is_a_no
from .stages import NotAllowed

RECORDED = "Recorded. We leave them alone: {scope}."
NO_NO = (
    "These words do not read as a no, so nothing was recorded. If a person would read them as one, press “They said "
    "stop”."
)


@admin.register(ConsentText)
class ConsentTextAdmin(StaffAdmin[ConsentText]):
    """What somebody has agreed to is only looked at, but for the note of counsel's review."""

    audit_kind = AuditEntry.Kind.CHANGED
    plain_words = "What stands beside the boxes for texts and news. Each wording is a version of its own."
    list_display = ["__str__", "live_from", "made_by", "reviewed_on"]
    fields = ["kind", "wording", "live_from", "reviewed_on", "reviewed_by"]

    def get_readonly_fields(self, request: HttpRequest, obj: ConsentText | None = None) -> list[str]:
        if obj is None:
            return []
        return ["kind", "wording", "live_from"] if obj.is_used() else ["kind"]

    def save_model(
        self, request: HttpRequest, obj: ConsentText, form: ModelForm[ConsentText], change: bool
    ) -> None:
        if not change:
            obj.made_by = staff(request)
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: ConsentText | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.is_used())


class KeptForGood[Row: Consent | DoNotContact](StaffAdmin[Row]):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False


@admin.register(Consent)
class ConsentAdmin(KeptForGood[Consent]):
    """The list shows no address. One row does: it is the proof, and opening it is a look at the lead."""

    plain_words = "Who agreed to texts and news, or did not, and to which words. Only added to."
    list_display = ["__str__", "at", "source", "text", "lead"]
    list_select_related = ["text", "lead"]
    ordering = ["-at", "-pk"]
    fields = [
        *("kind", "given", "at", "source", "by", "channel", "address", "scope", "text", "words", "sha256"),
        *("page", "build", "lead"),
    ]
    readonly_fields = ["words"]
    show_full_result_count = False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        consent = self.get_object(request, object_id)
        if consent and consent.lead and self.has_view_permission(request, consent):
            LeadView.objects.note(consent.lead, by=staff(request))
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.display(description="words")
    def words(self, consent: Consent) -> str:
        return consent.text.wording if consent.text else ""


@admin.register(DoNotContact)
class DoNotContactAdmin(KeptForGood[DoNotContact]):
    plain_words = "Whom to leave alone. It holds no names or numbers, so it stays when a person is erased."
    list_display = ["scope", "at", "source"]
    fields = ["scope", "at", "source"]
    ordering = ["-at", "-pk"]


class StopForm(forms.Form):
    scope = forms.ChoiceField(choices=Scope.choices, initial=Scope.EVERYTHING, widget=forms.RadioSelect)
    words = forms.CharField(required=False, max_length=1000)
    reply = forms.BooleanField(required=False)  # read first whether the words are a no

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].required = False  # who sends none means everything


@require_POST
@for_the_desk
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """One press records it at once. A pasted reply is read first, and recorded when it is a no."""
    lead = get_object_or_404(Lead, pk=pk)
    form = StopForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, "Nothing was recorded. Choose what they said stop to, and shorten their words."
        )
        return page_of(lead)
    words, scope = form.cleaned_data["words"], form.cleaned_data["scope"] or Scope.EVERYTHING
    if form.cleaned_data["reply"] and not is_a_no(words):
        messages.warning(request, NO_NO)
        return page_of(lead)
    recorded = RECORDED.format(scope=Scope(scope).label.lower())
    return done(request, lead, recorded, lambda: _stop(lead, scope, words, staff(request)))


def _stop(lead: Lead, scope: str, words: str, by: User) -> None:
    """Raises NotAllowed where there is nothing to leave alone."""
    with transaction.atomic():
        Lead.objects.select_for_update().get(pk=lead.pk).refuse_if_erased()
        if not _has_address(lead, scope):
            address = "e-mail address" if scope == Scope.NEWS else "phone number"
            raise NotAllowed(f"Nothing was recorded: they gave no {address}.")
        source = Source.REPLY if words else Source.STAFF
        wishes.stop(lead, scope, source=source, by=by, words=words)


def _has_address(lead: Lead, scope: str) -> bool:
    """Whether a stop in this scope is about any phone or mail of theirs, also one told with a merged request."""
    mine = [lead, lead.main, *lead.main.parts.all()]
    phone = scope != Scope.NEWS and any(one.phone for one in mine)
    mail = scope in {Scope.NEWS, Scope.EVERYTHING} and any(one.email for one in mine)
    return phone or mail
