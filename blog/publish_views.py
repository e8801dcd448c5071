"""The publish page: errors stop, warnings ask, somebody signs off, and then it is published."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from clinic_site.staff_site import staff

from .admin_states import differs, moment, state_of
from .admin_views import article_for, log, log_once, may_publish, may_sign, page
from .articles import Article
from .checks import missing
from .editions import Edition
from .marked_text import marked_text
from .overrulings import Overruling, sorted_warnings
from .publish_forms import DecisionForm, PublishForm, SignForm, TakeBackForm
from .publishing import NotPublishable, publish, sign, what_is_seen
from .readability import prose_of, reading_of
from .sign_offs import SignOff, another_signer, instead_of, writers_of

READ_AND_WRITE = ["GET", "HEAD", "POST"]


@require_http_methods(READ_AND_WRITE)
def publish_page(request: HttpRequest, pk: int) -> HttpResponse:
    article = article_for(request, pk, "publish_article")
    if request.method != "POST":
        return desk(request, article)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return desk(request, article, form=form)
    try:
        edition = publish(article, by=staff(request), **form.cleaned_data)
    except NotPublishable as refused:
        return desk(request, article, form=form, refused=refused.reasons)
    log_once(request, article, f"Published edition {edition.number}.")
    messages.success(request, published_words(edition))
    return redirect("admin:blog_article_change", pk)


@require_http_methods(READ_AND_WRITE)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Let stand what was ticked, and the claims for which somebody who may sign wrote a reason."""
    article = _for_either(request, pk)
    if request.method != "POST":
        return desk(request, article)
    asked = sorted_warnings(article)[0]
    form = DecisionForm(request.POST, findings=asked, may_sign=may_sign(request))
    if not form.is_valid():
        return desk(request, article, decisions=form)
    for finding, reason in form.decided():
        Overruling.objects.let_stand(article, finding, by=staff(request), reason=reason)
        log(request, article, f"Let stand: “{finding.words[:80]}”.")
    messages.success(request, "Kept, with your name.")
    return _back(request, pk)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask again about what was let stand. A claim's reason is taken back by those who may write one."""
    article = _for_either(request, pk)
    form = TakeBackForm(request.POST)
    if form.is_valid():
        held = Overruling.objects.filter(article=article, key=form.cleaned_data["key"])
        if not may_sign(request):
            held = held.exclude(kind="claim")
        if held.delete()[0]:
            log(request, article, "Took back what was let stand.")
    return _back(request, pk)


@require_http_methods(READ_AND_WRITE)
def sign_page(request: HttpRequest, pk: int) -> HttpResponse:
    article = article_for(request, pk, "sign_article")
    if request.method != "POST":
        return desk(request, article)
    form = SignForm(request.POST, alone=staff(request).pk in writers_of(article))
    if not form.is_valid():
        return desk(request, article, signing=form)
    given = {"seen": form.cleaned_data["seen"], "checklist": form.checklist()}
    try:
        sign_off = sign(article, by=staff(request), **given)
    except NotPublishable as refused:
        return desk(request, article, refused=refused.reasons)
    how = "Self-review with the checklist" if sign_off.is_self_review else "Signed off"
    log(request, article, f"{how}, text {sign_off.hash[:8]}.")
    messages.success(request, "Signed off: exactly this text. Any change to it drops the signature.")
    return _back(request, pk)


def _for_either(request: HttpRequest, pk: int) -> Article:
    """For whoever may publish or sign off. Raises PermissionDenied and Http404."""
    if not (may_publish(request) or may_sign(request)):
        raise PermissionDenied
    return article_for(request, pk, "view_article")


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect(f"admin:blog_article_{'publish' if may_publish(request) else 'sign'}", pk)


def desk(
    request: HttpRequest, article: Article, refused: list[str] | None = None, **bound: Any
) -> HttpResponse:
    """The whole page, with the form that was sent back in its place among `bound`."""
    asked, held = sorted_warnings(article)
    user, state, writers = staff(request), state_of(article), writers_of(article)
    reasons, alone, seen = missing(article), user.pk in writers, {"seen": what_is_seen(article)}
    context = {
        "reasons": reasons,
        "refused": [] if reasons else refused,
        "asked": asked,
        "held": held,
        "decisions": DecisionForm(findings=asked, may_sign=may_sign(request)),
        "sign_off": SignOff.objects.holding(article, Edition.draft_of(article).hash),
        "signer": instead_of(user, writers) if may_sign(request) else another_signer(user, writers),
        "alone": alone,
        "signing": SignForm(alone=alone, initial=seen),
        "form": PublishForm(initial=seen),
        "reading": reading_of(prose_of(article)),
        "parts": list(marked_text(article, asked)) if asked else [],
        "waiting": Edition.objects.coming().filter(article=article).order_by("visible_from"),
        "number": article.last_number + 1,
        "is_same": state.newest is not None and not differs(article, state.newest),
    }
    return page(request, "publish", article, f"Publish “{article}”", **context | bound)


def published_words(edition: Edition) -> SafeString:
    if edition.visible_from > timezone.now():
        words = "“{}”, edition {}: patients see it from {}"
        return format_html(words, edition.title, edition.number, moment(edition.visible_from))
    words = '“{}”, edition {}, is public now. <a href="{}">See the page</a>'
    return format_html(words, edition.title, edition.number, edition.get_absolute_url())
