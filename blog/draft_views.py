"""What the script of the editing page asks: keep what is typed, and say who else is there."""

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
from .form_drafts import FormDraft, Typed, typed_part


class DraftForm(forms.Form):
    """`typed` is missing when the page only says that it is open, and not the whole form when `is_part` is set."""

    key = forms.CharField(max_length=40)
    article = forms.ModelChoiceField(Article.objects.all(), required=False)
    version = forms.IntegerField(required=False)
    typed = forms.JSONField(required=False)
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
    key, article, typed = asked["key"], asked["article"], asked["typed"]
    drafts = FormDraft.objects
    if typed is not None:
        before = drafts.filter(user=user, key=key).exclude(typed_at=None).first()
        if asked["is_part"]:
            typed = before.typed | typed if before else None
    if typed is not None:
        drafts.keep(user, key, article, typed)
    elif not asked["is_closed"]:
        drafts.note(user, key, article)
    if asked["is_closed"]:
        drafts.close(user, key)
    return JsonResponse(_news(request, article, asked["version"]))


def _news(request: HttpRequest, article: Article | None, version: int | None) -> dict[str, object]:
    """Who else has the page open, and who saved it since it was opened."""
    at = date_format(timezone.localtime(), "P")
    if article is None:
        return {"at": at, "others": [], "saved": ""}
    others = FormDraft.objects.others(staff(request), article)
    return {"at": at, "others": others, "saved": saved_words(article) if version != article.version else ""}


def saved_words(article: Article) -> str:
    who = article.changed_by
    name = (who.get_full_name() or who.get_username()) if who else "Somebody"
    return f"{name} saved this article at {date_format(timezone.localtime(article.changed_at), 'P')}."


@require_safe
def token(request: HttpRequest) -> HttpResponse:
    """Signing in anew ends the page's old token; the page goes on with this one."""
    _may_write(request)
    return JsonResponse({"token": get_token(request)})


class ThrowAwayForm(forms.Form):
    key = forms.CharField(max_length=40)


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
