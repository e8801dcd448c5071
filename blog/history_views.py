"""What was published and what was replaced: the list, two of them side by side, and going back to one."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from clinic_site.staff_site import staff

from .admin_states import moment
from .admin_views import article_for, log, page
from .articles import Article
from .differences import differences
from .editions import Edition
from .kept_copies import KeptCopy, Typed, typed_in

NOW = "now"  # the working copy


class CompareForm(forms.Form):
    before = forms.ChoiceField(label="From")
    after = forms.ChoiceField(label="To")

    def __init__(self, given: dict[str, Any], copies: dict[str, str]) -> None:
        newest = next((name for name in copies if name != NOW), NOW)
        super().__init__({"before": newest, "after": NOW} | given)
        for field in ("before", "after"):
            self.fields[field].choices = list(copies.items())  # type: ignore[attr-defined]


@require_safe
def editions(request: HttpRequest, pk: int) -> HttpResponse:
    article = article_for(request, pk, "view_article")
    related = ("published_by", "kept_copy", "sign_off__signed_by")
    rows = (
        article.editions.select_related(*related)
        .defer("content", "words", "kept_copy__typed")
        .order_by("-number")
    )
    waited = {row.pk for row in rows if row.visible_from - row.published_at > dt.timedelta(minutes=1)}
    context = {
        "editions": rows,
        "waited": waited,
        "waiting": set(Edition.objects.coming().filter(article=article).values_list("pk", flat=True)),
        "replaced": KeptCopy.objects.filter(article=article, edition=None)
        .select_related("kept_by")
        .defer("typed"),
        "may_change": request.user.has_perm("blog.change_article"),
    }
    return page(request, "editions", article, f"Past editions of “{article}”", **context)


@require_safe
def compare_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Two copies side by side; without a choice, what was published last and the working copy."""
    article = article_for(request, pk, "view_article")
    kept = (
        KeptCopy.objects.filter(article=article)
        .select_related("edition", "kept_by")
        .defer("edition__content", "edition__words")
    )
    names = {NOW: "The working copy"} | {str(copy.pk): name_of(copy) for copy in kept.defer("typed")}
    form = CompareForm(request.GET.dict(), names)
    context: dict[str, Any] = {
        "form": form,
        "found": None,
        "may_change": request.user.has_perm("blog.change_article"),
    }
    if form.is_valid():
        chosen = form.cleaned_data["before"], form.cleaned_data["after"]
        copies = dict(_chosen(article, chosen))
        context |= {"before": names[chosen[0]], "after": names[chosen[1]], "chosen": chosen[0], "now": NOW}
        context["found"] = differences(copies[chosen[0]], copies[chosen[1]])
    return page(request, "compare", article, f"What differs in “{article}”", **context)


def _chosen(article: Article, chosen: tuple[str, str]) -> Iterable[tuple[str, Typed]]:
    yield NOW, typed_in(article)
    for copy in KeptCopy.objects.filter(article=article, pk__in=[key for key in chosen if key != NOW]):
        yield str(copy.pk), copy.typed


def name_of(copy: KeptCopy) -> str:
    if copy.edition:
        return f"Edition {copy.edition.number}, {moment(copy.edition.published_at)}"
    return f"Replaced on {moment(copy.kept_at)}"


@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: HttpRequest, pk: int, kept: int) -> HttpResponse:
    """Go on with an old copy. What it replaces is kept, so the same page undoes it."""
    article = article_for(request, pk, "change_article")
    copy = get_object_or_404(KeptCopy.objects.select_related("edition"), pk=kept, article=article)
    if request.method == "POST":
        gone = copy.restore(by=staff(request))
        log(request, article, f"Went back to: {name_of(copy)}.")
        messages.success(request, f"The working copy is now: {name_of(copy)}. What was there is kept below.")
        if gone:
            messages.warning(request, f"Left out, because it was deleted since: {', '.join(gone)}.")
        return redirect("admin:blog_article_editions", pk)
    found = differences(typed_in(article), copy.typed)
    context = {"found": found, "copy": copy, "before": "The working copy", "after": name_of(copy)}
    return page(request, "restore", article, f"Go back to: {name_of(copy)}?", **context)
