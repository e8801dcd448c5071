"""What articles are made from: conditions with their care advice, muscles, regions, sources; and what was published."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from clinic_site.staff_site import StaffAdmin

from .admin_rows import CareAdviceRows
from .admin_states import moment
from .admin_uses import UsedAdmin
from .models import Condition, Edition, Muscle, Region
from .topics import Feeling, Trigger, lines


def _joined(rows: Any) -> str:
    return ", ".join(str(row) for row in rows)


class WordsField(forms.MultipleChoiceField):
    """Ticked words, kept one on each line."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        return lines(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        return "\n".join(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class ConditionForm(ModelForm[Condition]):
    feels_like = WordsField(choices=Feeling, required=False, help_text="For the finder, from its articles.")
    set_off_by = WordsField(choices=Trigger, required=False, help_text="For the finder, from its articles.")


class AddressedAdmin[Row: Condition | Muscle | Region](StaffAdmin[Row]):
    """Editions, and what others have linked to, know these by their address: it is chosen once."""

    def get_readonly_fields(self, request: HttpRequest, obj: Row | None = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(["slug"] if obj else [])]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Row | None = None) -> Any:
        return {} if obj else {"slug": ["name"]}


class ConditionAdmin(UsedAdmin[Condition], AddressedAdmin[Condition]):
    plain_words = "What hurts, in patients' words, and when it needs a doctor."
    list_display = ["name", "in_regions", "advice", "article_count"]
    search_fields = ["name", "also_called"]
    form = ConditionForm
    fields = [
        *("name", "slug", "also_called", "regions", "feels_like", "set_off_by"),
        ("advice_reviewer", "advice_reviewed_on"),
    ]
    inlines = [CareAdviceRows]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Condition]:
        return super().get_queryset(request).prefetch_related("regions", "care_advice", "articles")

    @admin.display(description="regions")
    def in_regions(self, condition: Condition) -> str:
        return _joined(condition.regions.all())

    @admin.display(description="when to get help", empty_value="nothing yet")
    def advice(self, condition: Condition) -> str | None:
        levels = [row.get_level_display().partition(":")[0] for row in condition.care_advice.all()]
        return ", ".join(levels) or None

    @admin.display(description="articles")
    def article_count(self, condition: Condition) -> int:
        return len(condition.articles.all())

    def save_related(self, request: HttpRequest, form: ModelForm[Any], formsets: Any, change: bool) -> None:
        """Patients see the advice once it is published."""
        super().save_related(request, form, formsets, change)
        if any(formset.has_changed() for formset in formsets):
            words = (
                'Articles show the new advice once it is published. <a href="{}">Look at it and publish</a>'
            )
            url = reverse("admin:blog_adviceedition_publish")
            self.message_user(request, format_html(words, url), messages.WARNING)


class MuscleAdmin(UsedAdmin[Muscle], AddressedAdmin[Muscle]):
    plain_words = "Names, place, and where each muscle refers pain."
    list_display = ["name", "in_regions", "shape"]
    list_filter = ["regions"]
    search_fields = ["name", "aliases", "location", "referred_pain"]
    fields = [
        *("name", "slug", "aliases", "regions", "location", "action", "referred_pain", "loaded_by"),
        *("shape", "sources"),
    ]
    autocomplete_fields = ["sources"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Muscle]:
        return super().get_queryset(request).prefetch_related("regions")

    @admin.display(description="regions")
    def in_regions(self, muscle: Muscle) -> str:
        return _joined(muscle.regions.all())


class RegionAdmin(AddressedAdmin[Region]):
    plain_words = "Parts of the body. Where pain can be an emergency, articles must say when."
    list_display = ["name", "emergency_advice", "position"]
    search_fields = ["name"]
    fields = ["name", "slug", "emergency_advice", "position"]

    def has_delete_permission(self, request: HttpRequest, obj: Region | None = None) -> bool:
        """A part of the body that pages are about stays: with it would go what makes them warn."""
        in_use = obj is not None and (obj.conditions.exists() or obj.editions.exists())
        return super().has_delete_permission(request, obj) and not in_use


class EditionAdmin(StaffAdmin[Edition]):
    """The archive. Nothing in it is ever changed or deleted, by anybody."""

    plain_words = "Everything that was ever public, as it was."
    list_display = ["title", "number", "published", "from_when", "published_by", "change_note"]
    list_display_links = ["title"]
    search_fields = ["title", "change_note", "words"]
    ordering = ["-published_at", "-pk"]
    list_select_related = ["published_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        return super().get_queryset(request).defer("content", "words")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """An edition is looked at as the page that it was."""
        edition = self.get_object(request, object_id)
        if edition is None or not self.has_view_permission(request, edition):
            return super().change_view(request, object_id, *args, **kwargs)
        return redirect("admin:blog_article_edition", edition.article_id, edition.number)

    @admin.display(description="published", ordering="published_at")
    def published(self, edition: Edition) -> str:
        return moment(edition.published_at)

    @admin.display(description="public from", ordering="visible_from")
    def from_when(self, edition: Edition) -> str:
        return moment(edition.visible_from)
