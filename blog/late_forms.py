"""What is sent from an article's form after the sign-in has ended: kept, and shown again to whoever typed it.

The script of the page keeps what is typed before it is sent (draft_views.py); this is for a browser without script.
The form carries a pass that is signed here and names its person and its form. What comes with it is kept as that
person's unsaved text, as the script would have kept it, and it is saved into the article by nobody but them.

No token of the session is asked for, because the session is what has ended. The pass stands in for it: another site can
neither make one nor read one from our page, it is good for one person and one form, and for three days.
"""

import datetime as dt
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from .articles import Article
from .form_drafts import LATE_PASS, FormDraft, as_key, typed_part

FORMS = {"admin:blog_article_add", "admin:blog_article_change"}
SALT = "blog.late_forms"
GOOD_FOR = dt.timedelta(days=3)  # a form that was left open over a weekend
MOST = 1_000_000  # characters of one form; the longest article has not a tenth of it


def late_pass(user: User, key: str, article: Article | None) -> str:
    whose = [user.pk, as_key(str(key)), article.pk if article else None]
    return signing.dumps(whose, salt=SALT, compress=True)


class LateFormMiddleware:
    """Around the door to the staff pages, so that it sees who was turned away there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not _was_turned_away(request, response) or not (key := keep(request)):
            return response
        back = f"{request.path}?typed={quote(key)}"
        if response.status_code == 403:
            return redirect(back)
        messages.info(request, "What you typed has been kept. Sign in, and you are back at it.")
        return redirect_to_login(back, urlsplit(response.headers["Location"]).path)


def _was_turned_away(request: HttpRequest, response: HttpResponseBase) -> bool:
    """To sign in; or because the page's token is of an earlier sign-in, which Django decides before any view."""
    match = request.resolver_match
    if request.method != "POST" or match is None or match.view_name not in FORMS:
        return False
    if response.status_code == 302:
        ways_in = {reverse("admin:login"), reverse("admin:second_factor")}
        return urlsplit(response.headers["Location"]).path in ways_in
    return response.status_code == 403 and not getattr(request, "csrf_processing_done", False)


def keep(request: HttpRequest) -> str:
    """The key under which what was sent is kept; "" when it is not: no good pass, too much, or no right to write."""
    try:
        pk, key, number = signing.loads(request.POST.get(LATE_PASS, ""), salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return ""
    user = User.objects.filter(pk=pk, is_active=True, is_staff=True).first()
    article = Article.objects.filter(pk=number).first() if number else None
    typed = typed_part(request.POST.lists())
    if user is None or sum(map(len, map(str, typed.values()))) > MOST:
        return ""
    if not user.has_perms(["blog.add_article", "blog.change_article"]):
        return ""
    FormDraft.objects.keep(user, key, article, typed)
    FormDraft.objects.close(user, key)
    return str(key)
