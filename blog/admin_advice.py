"""The advice that articles share: its rows, the page that publishes it, and what was published."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import site
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from clinic_site.staff_site import StaffAdmin, staff

from .admin_states import moment
from .admin_uses import UsedAdmin
from .admin_views import may_publish, may_sign
from .advice import AfterStep, CareAdvice, Caution, Harm, StandingText
from .advice_checks import missing_advice
from .advice_editions import FOR_ALL, AdviceEdition, Content, by_condition, fingerprint, freeze_advice
from .advice_sign_offs import ADVICE_CHECKLIST, AdviceSignOff, advice_writers
from .publish_forms import PublishForm, SignForm
from .publishing import NotPublishable, publish_advice, sign_advice
from .sign_offs import another_signer, instead_of
from .topics import Condition

LABELS: dict[str, dict[str, str]] = {
    "levels": dict(CareAdvice.Level.choices),
    "kinds": dict(Caution.Kind.choices),
    "steps": dict(AfterStep.Level.choices),
}


class AdvicePublishForm(PublishForm):
    visible_from = None  # type: ignore[assignment]  # shared advice is public at once
    change_note = forms.CharField(
        label="What is new",
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="One sentence for colleagues, who see it in the list of editions.",
    )


class SharedAdmin[Row: Caution | AfterStep | Harm | StandingText](StaffAdmin[Row]):
    """Working rows: saving one shows nothing to patients yet."""

    def response_post_save_change(self, request: HttpRequest, obj: Row) -> HttpResponseRedirect:
        words = (
            'Patients see this once the shared advice is published. <a href="{}">Look at it and publish</a>'
        )
        url = reverse("admin:blog_adviceedition_publish")
        self.message_user(request, format_html(words, url), messages.INFO)
        return super().response_post_save_change(request, obj)

    response_post_save_add = response_post_save_change


class StandingTextAdmin(UsedAdmin[StandingText], SharedAdmin[StandingText]):
    plain_words = "Texts that stand on every article: our interest, trigger points, the first visit."
    list_display = ["place", "heading"]


class CautionAdmin(SharedAdmin[Caution]):
    plain_words = "Who should not be needled, or should talk to us first."
    list_display = ["who", "kind", "position"]
    fields = ["who", "kind", "reason", "conditions", "position"]


class AfterStepAdmin(SharedAdmin[AfterStep]):
    plain_words = "What is normal after treatment, and what is not."
    list_display = ["when", "level", "position"]
    fields = ["level", "when", "what", "conditions", "position"]


class HarmAdmin(SharedAdmin[Harm]):
    plain_words = "Side effects in numbers: so many in 100, counted by whom."
    list_display = ["what", "in_words", "position"]
    fields = ["what", ("rate", "cases", "watched", "unit"), "note", "conditions", "position"]

    @admin.display(description="how often")
    def in_words(self, harm: Harm) -> str:
        return f"{harm.in_100()} ({harm.count()})"


class AdviceEditionAdmin(StaffAdmin[AdviceEdition]):
    """The archive of the shared advice, and the way to its next edition."""

    plain_words = "The shared advice as patients read it, with all that came before."
    list_display = ["number", "published", "published_by", "change_note"]
    list_select_related = ["published_by"]
    change_list_template = "admin/blog/advice/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        own = [
            path("publish/", guard(publish_page), name="blog_adviceedition_publish"),
            path("sign/", guard(sign_page), name="blog_adviceedition_sign"),
        ]
        return [*own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AdviceEdition | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AdviceEdition | None = None) -> bool:
        return False

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        edition = self.get_object(request, object_id)
        if edition is None:
            raise Http404
        return _page(request, "edition", str(edition), content=edition.content, edition=edition)

    @admin.display(description="public from", ordering="published_at")
    def published(self, edition: AdviceEdition) -> str:
        return moment(edition.published_at)


def _page(request: HttpRequest, name: str, title: str, **more: Any) -> HttpResponse:
    names = dict(Condition.objects.values_list("slug", "name"))
    about = {"title": title, "opts": AdviceEdition._meta, "names": names}
    context = {**site.each_context(request), **about, **LABELS, **more}
    request.current_app = site.name
    return TemplateResponse(request, f"admin/blog/advice/{name}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def publish_page(request: HttpRequest) -> HttpResponse:
    """For whoever may sign it off, too; only who may publish it publishes it."""
    if not may_publish(request) and (request.method == "POST" or not may_sign(request)):
        raise PermissionDenied
    form = AdvicePublishForm(request.POST)
    if request.method != "POST":
        return _desk(request)
    if not form.is_valid():
        return _desk(request, form=form)
    try:
        edition = publish_advice(by=staff(request), **form.cleaned_data)
    except NotPublishable as refused:  # somebody else saved in between
        return _desk(request, form=form, refused=refused.reasons)
    LogEntry.objects.log_actions(staff(request).pk, [edition], CHANGE, "Published.", single_object=True)
    messages.success(request, f"{edition} is public now, on every article it concerns.")
    return redirect("admin:blog_adviceedition_changelist")


@require_http_methods(["GET", "HEAD", "POST"])
def sign_page(request: HttpRequest) -> HttpResponse:
    if not may_sign(request):
        raise PermissionDenied
    if request.method != "POST":
        return _desk(request)
    alone = staff(request).pk in advice_writers()
    form = SignForm(request.POST, alone=alone, sentences=ADVICE_CHECKLIST)
    if not form.is_valid():
        return _desk(request, signing=form)
    try:
        sign_advice(by=staff(request), seen=form.cleaned_data["seen"], checklist=form.checklist())
    except NotPublishable as refused:
        return _desk(request, refused=refused.reasons)
    messages.success(request, "Signed off: exactly this advice. Any change to it drops the signature.")
    return redirect("admin:blog_adviceedition_publish")


def _desk(request: HttpRequest, refused: list[str] | None = None, **bound: Any) -> HttpResponse:
    """All of the shared advice as it would stand on the articles: what is missing, who signs, and the button."""
    content, writers, user = freeze_advice(), advice_writers(), staff(request)
    reasons, seen = missing_advice(content), {"seen": fingerprint(content)}
    alone = user.pk in writers
    context = {
        "content": content,
        "changes": changes(content),
        "reasons": reasons,
        "refused": [] if reasons else refused,
        "sign_off": AdviceSignOff.objects.holding(seen["seen"]),
        "alone": alone,
        "signer": instead_of(user, writers) if may_sign(request) else another_signer(user, writers),
        "signing": SignForm(alone=alone, sentences=ADVICE_CHECKLIST, initial=seen),
        "form": AdvicePublishForm(initial=seen),
        "may_sign": may_sign(request),
        "may_publish": may_publish(request),
    }
    return _page(request, "publish", "Publish the shared advice", **context | bound)


def changes(content: Content) -> list[str]:
    """What of `content` (from `freeze_advice()`) patients do not read yet: conditions by name."""
    public = AdviceEdition.objects.public()
    before = public.content["prints"] if public else {}
    after = by_condition(content)
    slugs = {slug for slug in before.keys() | after.keys() if before.get(slug) != after.get(slug)}
    names = dict(Condition.objects.filter(slug__in=slugs).values_list("slug", "name"))
    everywhere = ["What stands on every article"] if FOR_ALL in slugs else []
    return everywhere + sorted(names.get(slug, slug) for slug in slugs - {FOR_ALL})
