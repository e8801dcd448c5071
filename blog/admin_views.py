"""What the pages of an article have in common; withdrawing; an edition as it was."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import site
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from clinic_site.staff_site import staff

from .admin_states import state_of, with_states
from .advice_editions import AdviceEdition
from .articles import Article
from .editions import Edition
from .uses import public_uses_of
from .views import show


def may_publish(request: HttpRequest) -> bool:
    return request.user.has_perm("blog.publish_article")


def may_sign(request: HttpRequest) -> bool:
    return request.user.has_perm("blog.sign_article")


def article_for(request: HttpRequest, pk: int, permission: str) -> Article:
    """The article with all its rows. Raises Http404, or PermissionDenied for whoever lacks `permission`."""
    if not request.user.has_perm(f"blog.{permission}"):
        raise PermissionDenied
    return get_object_or_404(with_states(Article.objects.all()), pk=pk)


def page(request: HttpRequest, name: str, article: Article, title: str, **more: Any) -> HttpResponse:
    context = {
        **site.each_context(request),
        "title": title,
        "article": article,
        "opts": Article._meta,
        "state": state_of(article),
        "may_publish": may_publish(request),
        "may_sign": may_sign(request),
        **more,
    }
    request.current_app = site.name
    return TemplateResponse(request, f"admin/blog/article/{name}.html", context)


def as_patients_would(request: HttpRequest, edition: Edition, advice: AdviceEdition | None) -> HttpResponse:
    response = show(request, edition, advice, is_preview=True)
    response["X-Robots-Tag"] = "noindex"
    return response


def log(request: HttpRequest, article: Article, text: str) -> None:
    LogEntry.objects.log_actions(staff(request).pk, [article], CHANGE, text, single_object=True)


def log_once(request: HttpRequest, article: Article, text: str) -> None:
    """However often the button was pressed."""
    rows = LogEntry.objects.filter(change_message=text, object_id=str(article.pk))
    if not rows.filter(content_type__app_label="blog", content_type__model="article").exists():
        log(request, article, text)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_page(request: HttpRequest, pk: int) -> HttpResponse:
    article = article_for(request, pk, "publish_article")
    if not state_of(article).may_be_withdrawn:
        messages.info(request, f"“{article}” is not public, so there is nothing to withdraw.")
        return redirect("admin:blog_article_change", pk)
    if request.method == "POST":
        article.withdraw()
        log(request, article, "Withdrawn.")
        messages.success(request, f"“{article}” is withdrawn. Publishing it again brings it back.")
        return redirect("admin:blog_article_change", pk)
    return page(request, "withdraw", article, f"Withdraw “{article}”?", uses=public_uses_of(article))


@require_http_methods(["GET", "HEAD", "POST"])
def call_off_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What waits for its hour will not be shown; what patients read now stays."""
    article = article_for(request, pk, "publish_article")
    waiting = list(Edition.objects.coming().filter(article=article).order_by("visible_from"))
    if not waiting:
        messages.info(request, f"Nothing of “{article}” waits for its hour.")
        return redirect("admin:blog_article_change", pk)
    if request.method == "POST":
        article.editions.call_off()
        names = " and ".join(f"edition {edition.number}" for edition in waiting)
        log(request, article, f"Called off {names}.")
        messages.success(request, f"Called off: {names}. The text stays here as it is.")
        return redirect("admin:blog_article_change", pk)
    return page(request, "call_off", article, f"Call off “{article}”?", waiting=waiting)


@require_safe
def edition(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """An edition as it was, from its own frozen text and the advice of its first day."""
    article = article_for(request, pk, "view_article")
    rows = article.editions.select_related("author", "reviewer")
    found = get_object_or_404(rows, number=number)
    return as_patients_would(request, found, AdviceEdition.objects.as_of(found.visible_from))
