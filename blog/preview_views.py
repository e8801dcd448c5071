"""The working copy as patients would see it: for the staff at two widths, and for a reviewer without an account."""

import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic_site.staff_site import staff

from .admin_views import article_for, as_patients_would, log, page
from .advice_editions import AdviceEdition
from .articles import Article
from .editions import Edition, changes_so_far
from .preview_links import PreviewLink
from .views import show

POLICY: dict[str, Any] = settings.SECURE_CSP
WIDTHS = {"phone": "Phone", "desk": "Desk"}
OFFERS = {"on": "With the offer", "off": "Without the offer"}


def draft_as_shown(article: Article, by: Any) -> Edition:
    """What `by` would publish now."""
    draft = Edition.draft_of(article)
    draft.published_by = by
    for name in ("reviewed_on", "next_review_on"):  # a date that is missing is not made up
        setattr(draft, name, getattr(article, name))
    draft.earlier_changes = changes_so_far(article, draft.visible_from)
    return draft


@require_safe
@xframe_options_sameorigin
@csp_override({**POLICY, "frame-ancestors": [CSP.SELF]})  # of the page below
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The working copy exactly as it would look if whoever asks published it now."""
    article = article_for(request, pk, "view_article")
    request.without_offer = request.GET.get("offer") == "off"  # type: ignore[attr-defined]  # see offers/context.py
    return as_patients_would(request, draft_as_shown(article, staff(request)), AdviceEdition.objects.public())


@require_safe
@csp_override({**POLICY, "frame-src": [CSP.SELF]})
def widths(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview in a frame: at a phone's width or a desk's, with the offer or without."""
    article = article_for(request, pk, "view_article")
    width, offer = request.GET.get("width"), request.GET.get("offer")
    context = {
        "width": width if width in WIDTHS else "phone",
        "offer": offer if offer in OFFERS else "on",
        "choices": [(w, o, f"{WIDTHS[w]}, {OFFERS[o].lower()}") for w in WIDTHS for o in OFFERS],
    }
    return page(request, "widths", article, f"Preview of “{article}”", **context)


class LinkForm(forms.Form):
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)


class EndForm(forms.Form):
    link = forms.IntegerField(min_value=1)


@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link for a reviewer, and see those that are open."""
    article = article_for(request, pk, "change_article")
    form = LinkForm(
        request.POST if request.method == "POST" else None, initial={"key": secrets.token_urlsafe(16)}
    )
    if request.method == "POST" and form.is_valid():
        token = PreviewLink.objects.issue(article, form.cleaned_data["key"], by=staff(request))
        log(request, article, "Made a preview link.")
        address = settings.SITE_ORIGIN + reverse("preview", args=[token])
        words = (
            'Send this link to the reviewer. It is shown only now: <a class="long-address" href="{}">{}</a>'
        )
        messages.success(request, format_html(words, address, address))
        return redirect("admin:blog_article_links", pk)
    live = PreviewLink.objects.live().filter(article=article).select_related("made_by")
    return page(request, "links", article, f"Preview links of “{article}”", form=form, links=live)


@require_POST
def end_link(request: HttpRequest, pk: int) -> HttpResponse:
    article = article_for(request, pk, "change_article")
    form = EndForm(request.POST)
    if form.is_valid() and PreviewLink.objects.filter(article=article, pk=form.cleaned_data["link"]).end():
        log(request, article, "Ended a preview link.")
        messages.success(request, "The link is over.")
    return redirect("admin:blog_article_links", pk)


@require_safe
@never_cache
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the link. An unknown one answers like one that is over."""
    link = PreviewLink.objects.by_token(token)
    if link is None:
        response = render(request, "blog/preview_over.html", status=410)
    else:
        article = Article.objects.with_everything().get(pk=link.article_id)
        draft = draft_as_shown(article, link.made_by)
        response = show(
            request, draft, AdviceEdition.objects.public(), is_preview=True, shared_until=link.ends_at
        )
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response
