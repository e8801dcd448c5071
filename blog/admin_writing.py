"""Writing an article: no newer save of somebody else is overwritten unseen, and nothing typed is lost."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode

from clinic_site.folded_choices import FoldedChoices
from clinic_site.staff_site import staff

from . import draft_views, record_views
from .admin_conflicts import Change, added_elsewhere, changes, rebased
from .admin_uses import UsedAdmin
from .articles import Article
from .editions import Edition
from .form_drafts import LONGEST_KEY, FormDraft, as_key, typed_part
from .late_forms import late_pass

LONGEST_REVIEW = dt.timedelta(days=3 * 366)  # a year is the rule; a date beyond is a slip of the finger
SHOWN_ONLY = "_shown_only"  # a form with this in its data is looked at and not saved


class ArticleForm(ModelForm[Article]):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    form_key = forms.CharField(required=False, max_length=LONGEST_KEY, widget=forms.HiddenInput)
    text_before = ""  # its fingerprint

    class Meta:
        widgets: ClassVar[Any] = {"unlinked_muscles": FoldedChoices}  # of about fifty, hardly any is chosen

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", self.instance.version)
        self.initial.setdefault("form_key", self.instance.pk or uuid.uuid4().hex)

    def clean_reviewed_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["reviewed_on"]
        if day and day > timezone.localdate():
            raise ValidationError("This day is still to come. Put in the one on which the text was reviewed.")
        return day

    def clean_next_review_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["next_review_on"]
        if day and day > timezone.localdate() + LONGEST_REVIEW:
            raise ValidationError("No text is left alone for so long: choose a day within three years.")
        return day

    def is_valid(self) -> bool:
        return SHOWN_ONLY not in self.data and super().is_valid()


class WritingAdmin(UsedAdmin[Article]):
    form = ArticleForm

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        views = {
            "draft": draft_views.keep,
            "draft/token": draft_views.token,
            "draft/throw-away": draft_views.throw_away,
            "records": record_views.records,
        }
        own = [
            path(
                f"{address}/", guard(view), name=f"blog_article_{address.replace('/', '_').replace('-', '_')}"
            )
            for address, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        extra = extra_context or {}
        _show_late(request)
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra)
        with transaction.atomic():
            article = self._locked(request, object_id)
            if object_id and not article and self.has_add_permission(request):
                return self._begin_anew(request)
            key = request.POST.get("_bring_back")
            if key is not None and not self._take_draft(request, key):
                return redirect(request.path)
            is_stale = article is not None and request.POST.get("version") != str(article.version)
            if article and (is_stale or key is not None) and self.has_change_permission(request, article):
                added = added_elsewhere(request.POST, self.formsets(request, article))
                found = self._look(request, article)
                if not found and key is None:  # the second press of a button, or the same words
                    return self.response_change(request, article)
                extra |= {"conflict": [*found, *added] if is_stale else None, "saved": article}
            return super().changeform_view(request, object_id, form_url, extra)

    def _locked(self, request: HttpRequest, object_id: str | None) -> Article | None:
        article = self.get_object(request, unquote(object_id)) if object_id else None
        return Article.objects.select_for_update().get(pk=article.pk) if article else None

    def _begin_anew(self, request: HttpRequest) -> HttpResponse:
        """The article was deleted while its form was open: what was typed is kept, and begins a new one."""
        key = request.POST.get("_bring_back")
        if key is None:
            key = as_key(request.POST.get("form_key", ""))
            FormDraft.objects.keep(staff(request), key, None, typed_part(request.POST.lists()))
        return redirect(f"{reverse('admin:blog_article_add')}?{urlencode({'typed': key})}")

    def _take_draft(self, request: HttpRequest, key: str) -> bool:
        """Show what was typed on this form as if it had just been posted, and store nothing."""
        draft = FormDraft.objects.unsaved_on(staff(request), key)
        if draft is None:
            messages.info(request, "This text has been saved or thrown away since.")
            return False
        data = draft.as_post()
        _put(request, rebased(data, self.formsets(request, None)) if draft.article_is_gone else data)
        return True

    def _look(self, request: HttpRequest, article: Article) -> list[Change]:
        """Bring what was posted up to `article` as it is now, to be shown only. What of it differs."""
        data = rebased(request.POST, self.formsets(request, article))
        _put(request, data)
        return self.changes(request, article, data)

    def changes(self, request: HttpRequest, article: Article | None, data: QueryDict) -> list[Change]:
        """What saving `data` would change, field by field."""
        row = Article.objects.get(pk=article.pk) if article else Article()
        form_class = self.get_form(
            request,
            article,
            change=bool(article),
            fields=flatten_fieldsets(self.get_fieldsets(request, article)),
        )
        return changes(form_class(data, instance=row), self.formsets(request, article, data))

    def formsets(
        self, request: HttpRequest, article: Article | None, data: QueryDict | None = None
    ) -> list[Any]:
        found = []
        for inline in self.get_inline_instances(request, article):
            formset_class = inline.get_formset(request, article)
            rows = inline.get_queryset(request)
            prefix = formset_class.get_default_prefix()
            if data is None or f"{prefix}-TOTAL_FORMS" in data:
                row = article or Article()
                found.append(formset_class(data, instance=row, prefix=prefix, queryset=rows))
        return found

    def save_model(self, request: HttpRequest, obj: Article, form: ModelForm[Any], change: bool) -> None:
        assert isinstance(form, ArticleForm)
        form.text_before = _text_of(obj) if change else ""
        super().save_model(request, obj, form, change)
        keys = {str(obj.pk), str(form.cleaned_data.get("form_key") or "")}
        FormDraft.objects.filter(user=staff(request), key__in=keys).delete()

    def save_related(self, request: HttpRequest, form: ModelForm[Any], formsets: Any, change: bool) -> None:
        """Who saves what is there already has not written it: see sign_offs.py."""
        super().save_related(request, form, formsets, change)
        assert isinstance(form, ArticleForm)
        if _text_of(form.instance) != form.text_before:
            form.instance.note_writer(staff(request))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        article: Article | None = kwargs.get("obj")
        context["version"] = article.version if article else 0
        context["form_key"] = article.pk if article else context["adminform"].form["form_key"].value()
        context["late_pass"] = late_pass(staff(request), context["form_key"], article)
        if article:
            context["others"] = FormDraft.objects.others(staff(request), article)
        if request.method != "POST":
            context["unsaved"] = self._unsaved(request, article)
        return super().render_change_form(request, context, *args, **kwargs)

    def _unsaved(self, request: HttpRequest, article: Article | None) -> list[tuple[FormDraft, list[Change]]]:
        """What was typed here before and not saved, with what it would change; nothing, and it is left out."""
        found = []
        for draft in FormDraft.objects.unsaved(staff(request), article):
            data = rebased(draft.as_post(), self.formsets(request, article))
            if differing := self.changes(request, article, data):
                found.append((draft, differing))
        return found


def _text_of(article: Article) -> str:
    """The fingerprint of the working copy as it is stored."""
    return Edition.draft_of(Article.objects.with_everything().get(pk=article.pk)).hash


def _show_late(request: HttpRequest) -> None:
    """What was sent after the sign-in had ended (late_forms.py), or the article was gone, comes back by itself.

    It is looked at, never saved.
    """
    key = request.GET.get("typed")
    if request.method != "GET" or key is None:
        return
    if draft := FormDraft.objects.unsaved_on(staff(request), key):
        late = "This article was deleted before" if draft.article_is_gone else "Your sign-in had ended when"
        messages.warning(request, f"{late} you sent this. What you typed is all here, and not saved yet.")
    assert not request.FILES  # Django reads the body for it, which later would empty what is put here
    request.method, request.POST = "POST", QueryDict(urlencode({"_bring_back": key}))


def _put(request: HttpRequest, data: QueryDict) -> None:
    data[SHOWN_ONLY] = ""
    request.POST = data  # type: ignore[assignment]
