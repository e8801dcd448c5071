"""What the script of the editing page asks: keep what is typed, and say who else is there."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST, require_safe

from clinic_site.staff_site import staff

from .articles import Article
from .form_drafts import LONGEST_KEY, FormDraft, Typed, typed_part


class TypedField(forms.JSONField):
    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except RecursionError as error:  # lists in lists in lists
            raise forms.ValidationError("Not a form.") from error


class DraftForm(forms.Form):
    """`typed` is missing when the page only says that it is open, and not the whole form when `is_part` is set."""

    key = forms.CharField(max_length=LONGEST_KEY)
    article = forms.IntegerField(required=False)
    version = forms.IntegerField(required=False)
    typed = TypedField(required=False)
    is_part = forms.BooleanField(required=False)
    is_closed = forms.BooleanField(required=False)

    def clean_typed(self) -> Typed | None:
        typed = self.cleaned_data["typed"]
        if typed is None:
            return None
        if not isinstance(typed, dict):
            raise forms.ValidationError("Not a form.")
        return typed_part((name, values) for name, values in typed.items() if isinstance(values, list))


def _may_write(request: HttpRequest) -> None:
    if not request.user.has_perms(["blog.add_article", "blog.change_article"]):
        raise PermissionDenied


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    _may_write(request)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    user, asked = staff(request), form.cleaned_data
    article = Article.objects.filter(pk=asked["article"]).first()
    key, typed = asked["key"], asked["typed"]
    drafts = FormDraft.objects
    if typed is not None and asked["is_part"]:
        before = drafts.unsaved_on(user, key)
        typed = before.typed | typed if before else None
    if typed is not None:
        drafts.keep(user, key, article, typed)
    elif not asked["is_closed"]:
        drafts.note(user, key, article)
    if asked["is_closed"]:
        drafts.close(user, key)
    at, others = date_format(timezone.localtime(), "P"), drafts.others(user, article) if article else []
    return JsonResponse({"at": at, "others": others, "saved": _saved_words(article, asked)})


def _saved_words(article: Article | None, asked: dict[str, Any]) -> str:
    """What became of the article since the page was opened; "" when nothing did."""
    if article is None:
        gone = "This article has been deleted since. When you save, what you typed begins a new one."
        return gone if asked["article"] else ""
    if asked["version"] == article.version:
        return ""
    who = article.changed_by
    name = (who.get_full_name() or who.get_username()) if who else "Somebody"
    at = date_format(timezone.localtime(article.changed_at), "P")
    return f"{name} saved this article at {at}: when you save, you will see both."


@require_safe
def token(request: HttpRequest) -> HttpResponse:
    """Signing in anew ends the page's old token; the page goes on with this one."""
    _may_write(request)
    return JsonResponse({"token": get_token(request)})


class ThrowAwayForm(forms.Form):
    key = forms.CharField(max_length=LONGEST_KEY)


@require_POST
def throw_away(request: HttpRequest) -> HttpResponse:
    _may_write(request)
    form = ThrowAwayForm(request.POST)
    if not form.is_valid():
        return redirect("admin:blog_article_changelist")
    draft = FormDraft.objects.filter(user=staff(request), key=form.cleaned_data["key"]).first()
    if draft is None:
        return redirect("admin:blog_article_changelist")
    draft.delete()
    if draft.article_id:
        return redirect("admin:blog_article_change", draft.article_id)
    return redirect("admin:blog_article_add")
