"""For staff: which pages are due for a review, "reviewed, no change" with one press, and all that is claimed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST, require_safe

from clinic_site.staff_site import staff

from .admin_views import log_once
from .articles import Article
from .claim_register import claim_register
from .publishing import NotPublishable
from .reviews import due_for_review, review_without_change
from .sign_offs import CHECKLIST, another_signer

MOST_SHOWN = 100


class ReviewedForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)


def own_pages(guard: Callable[..., Any]) -> list[URLPattern]:
    """Under the articles of the admin site. `guard` is its admin_view."""
    return [
        path("reviews/", guard(reviews), name="blog_article_reviews"),
        path("claims/", guard(claims), name="blog_article_claims"),
        path("<int:pk>/reviewed/", guard(reviewed), name="blog_article_reviewed"),
    ]


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("blog.view_article"):
        raise PermissionDenied
    due = due_for_review()
    count = due.count()
    context = {
        **site.each_context(request),
        "title": "Reviews due",
        "editions": due[:MOST_SHOWN],
        "more": max(0, count - MOST_SHOWN),
        "today": timezone.localdate(),
        "may_sign": request.user.has_perm("blog.sign_article"),
        "may_change": request.user.has_perm("blog.change_article"),
        "checklist": [] if another_signer(staff(request)) else CHECKLIST,
    }
    request.current_app = site.name
    return TemplateResponse(request, "admin/blog/article/reviews.html", context)


@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("blog.view_article"):
        raise PermissionDenied
    found = claim_register()
    context = {
        **site.each_context(request),
        "title": "What we say it does",
        "claims": Paginator(found, MOST_SHOWN).get_page(request.GET.get("page")),
        "in_doubt": sum(bool(claim.doubts) for claim in found),
    }
    request.current_app = site.name
    return TemplateResponse(request, "admin/blog/article/claims.html", context)


@require_POST
def reviewed(request: HttpRequest, pk: int) -> HttpResponse:
    if not (request.user.has_perm("blog.publish_article") or request.user.has_perm("blog.sign_article")):
        raise PermissionDenied
    article = get_object_or_404(Article, pk=pk)
    form = ReviewedForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else 0
    try:
        edition = review_without_change(article, by=staff(request), seen=seen)
    except NotPublishable as refused:
        messages.error(request, f"“{article}” was not noted as reviewed. {refused}")
    else:
        log_once(request, article, f"Reviewed without a change: edition {edition.number}.")
        words = date_format(edition.next_review_on, "N j, Y")
        messages.success(request, f"“{article}” is reviewed. The next review is due on {words}.")
    return redirect("admin:blog_article_reviews")
