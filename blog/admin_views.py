"""Preview, publish, withdraw, and past editions: the pages that the article's buttons lead to."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import site
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from clinic_site.staff_site import staff

from .admin_states import differs, moment, state_of, with_states
from .advice_editions import AdviceEdition
from .articles import Article
from .checks import missing, typed_facts
from .editions import Edition, changes_so_far
from .publishing import NotPublishable, publish, what_is_seen
from .views import show

FARTHEST = dt.timedelta(days=2 * 365)  # a date beyond it is a slip of the finger


class PublishForm(forms.Form):
    change_note = forms.CharField(
        label="What is new in this edition",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="One sentence. Readers see it at the end of the page, colleagues in the list of editions.",
    )
    visible_from = forms.DateTimeField(
        label="Show it from",
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text="Clinic time. Empty: at once.",
    )

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_change_note(self) -> str:
        note: str = self.cleaned_data["change_note"]
        if faults := list(typed_facts(note)):
            raise ValidationError(faults)
        return note

    def clean_visible_from(self) -> dt.datetime | None:
        at: dt.datetime | None = self.cleaned_data["visible_from"]
        if at and at < timezone.now():
            raise ValidationError("This moment has passed. Leave it empty to publish at once.")
        if at and at > timezone.now() + FARTHEST:
            raise ValidationError("Choose a moment within the next two years.")
        return at


def may_publish(request: HttpRequest) -> bool:
    return request.user.has_perm("blog.publish_article")


def _article(request: HttpRequest, pk: int, permission: str) -> Article:
    """The article with all its rows. Raises Http404, or PermissionDenied for whoever lacks `permission`."""
    if not request.user.has_perm(f"blog.{permission}"):
        raise PermissionDenied
    return get_object_or_404(with_states(Article.objects.all()), pk=pk)


def _page(request: HttpRequest, name: str, article: Article, title: str, **more: Any) -> HttpResponse:
    context = {
        **site.each_context(request),
        "title": title,
        "article": article,
        "opts": Article._meta,
        "state": state_of(article),
        "may_publish": may_publish(request),
        **more,
    }
    request.current_app = site.name
    return TemplateResponse(request, f"admin/blog/article/{name}.html", context)


def _as_patients_would(request: HttpRequest, edition: Edition, advice: AdviceEdition | None) -> HttpResponse:
    response = show(request, edition, advice, is_preview=True)
    response["X-Robots-Tag"] = "noindex"
    return response


def _log(request: HttpRequest, article: Article, text: str) -> None:
    LogEntry.objects.log_actions(staff(request).pk, [article], CHANGE, text, single_object=True)


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The working copy exactly as it would look if whoever asks published it now."""
    article = _article(request, pk, "view_article")
    draft = Edition.draft_of(article)
    draft.published_by = staff(request)
    for name in ("reviewed_on", "next_review_on"):  # a date that is missing is not made up
        setattr(draft, name, getattr(article, name))
    draft.earlier_changes = changes_so_far(article)
    return _as_patients_would(request, draft, AdviceEdition.objects.public())


@require_http_methods(["GET", "HEAD", "POST"])
def publish_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is missing, in sentences; or the form that makes the working copy the next edition."""
    article = _article(request, pk, "publish_article")
    reasons = missing(article)
    seen = {"seen": "" if reasons else what_is_seen(article)}
    form = PublishForm(request.POST if request.method == "POST" else None, initial=seen)
    if request.method == "POST" and not reasons and form.is_valid():
        try:
            edition = publish(article, by=staff(request), **form.cleaned_data)
        except NotPublishable as refused:  # somebody else saved in between
            reasons = refused.reasons
        else:
            _log(request, article, f"Published edition {edition.number}.")
            messages.success(request, published_words(edition))
            return redirect("admin:blog_article_change", pk)
    newest = state_of(article).newest
    context = {
        "form": form,
        "reasons": reasons,
        "number": newest.number + 1 if newest else 1,
        "is_same": newest is not None and not differs(article, newest),
    }
    return _page(request, "publish", article, f"Publish “{article}”", **context)


def published_words(edition: Edition) -> SafeString:
    if edition.visible_from > timezone.now():
        words = "“{}”, edition {}: patients see it from {}"
        return format_html(words, edition.title, edition.number, moment(edition.visible_from))
    words = '“{}”, edition {}, is public now. <a href="{}">See the page</a>'
    return format_html(words, edition.title, edition.number, edition.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_page(request: HttpRequest, pk: int) -> HttpResponse:
    article = _article(request, pk, "publish_article")
    if not state_of(article).may_be_withdrawn:
        messages.info(request, f"“{article}” is not public, so there is nothing to withdraw.")
        return redirect("admin:blog_article_change", pk)
    if request.method == "POST":
        article.withdraw()
        _log(request, article, "Withdrawn.")
        messages.success(request, f"“{article}” is withdrawn. Publishing it again brings it back.")
        return redirect("admin:blog_article_change", pk)
    return _page(request, "withdraw", article, f"Withdraw “{article}”?")


@require_safe
def editions(request: HttpRequest, pk: int) -> HttpResponse:
    article = _article(request, pk, "view_article")
    rows = article.editions.select_related("published_by").defer("content", "words").order_by("-number")
    waited = {row.pk for row in rows if row.visible_from - row.published_at > dt.timedelta(minutes=1)}
    return _page(request, "editions", article, f"Past editions of “{article}”", editions=rows, waited=waited)


@require_safe
def edition(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """An edition as it was, from its own frozen text and the advice of its first day."""
    article = _article(request, pk, "view_article")
    rows = article.editions.select_related("author", "reviewer")
    found = get_object_or_404(rows, number=number)
    return _as_patients_would(request, found, AdviceEdition.objects.as_of(found.visible_from))
