"""The rows of an article and of a condition, as parts of their one editing page."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, RelatedFieldWidgetWrapper
from django.db import models
from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.text import Truncator

from clinic_site.staff_site import WIDGETS

from .models import (
    ArticleMuscle,
    ArticlePicture,
    Benefit,
    CareAdvice,
    Citation,
    Comparison,
    KeyPoint,
    Question,
)
from .source_select import SourceSelect


def short(row: object) -> tuple[str, str]:
    """A folded row in one line: its name, and how it goes on."""
    match row:
        case KeyPoint():
            return Truncator(row.text).chars(110), ""
        case Benefit():
            return row.get_certainty_display().partition(":")[0], row.statement
        case ArticleMuscle():
            return row.muscle.name, row.note
        case ArticlePicture():
            return f"[picture {row.number}]", row.caption or row.picture.name
        case Comparison():
            return row.aspect, row.left
        case Question():
            return row.question, row.answer
        case Citation():
            return f"[{row.number}]" if row.number else "Further reading", str(row.source)
        case CareAdvice():
            return row.get_level_display().partition(":")[0], ", ".join(row.lines())
    return str(row), ""


class RowForm(forms.ModelForm[Any]):
    @property
    def name(self) -> str:
        return short(self.instance)[0] if self.instance.pk else ""

    @property
    def more(self) -> str:
        text = short(self.instance)[1] if self.instance.pk else ""
        return Truncator(strip_tags(text.replace("><", "> <"))).chars(140)


class UniqueForm(RowForm):
    def validate_constraints(self) -> None:
        """By the formset, which sees all rows of the article as they will be: two may change places."""


class RowFormSet(forms.BaseInlineFormSet[Any, Any, Any]):
    """Rows of which no two have the same number, source, muscle or address."""

    model: Any

    def get_unique_error_message(self, unique_check: Any) -> str:
        names = [self.model._meta.get_field(name).verbose_name for name in unique_check if name != "article"]
        return f"Two rows have the same {' and '.join(str(name) for name in names)}. Nothing has been saved."

    def save_existing_objects(self, commit: bool = True) -> Any:
        """What changes is taken away and put back under its old key, or two rows could not change places."""
        if commit:
            changed = [form.instance.pk for form in self.initial_forms if form.has_changed()]
            self.model._default_manager.filter(pk__in=changed).delete()
        return super().save_existing_objects(commit)


class PlacedForm(UniqueForm):
    position = forms.IntegerField(
        label="Place", required=False, min_value=0, help_text="1 comes first. Empty: at the end."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial.pop("position", None)


class PlacedFormSet(RowFormSet):
    """A row without a place goes to the end."""

    def clean(self) -> None:
        super().clean()
        last = max((form.instance.position or 0 for form in self.forms), default=0)
        for form in self.forms:
            if form.has_changed() and form.instance.position is None:
                last += 1
                form.instance.position = last


class Rows(admin.StackedInline[Any, Any]):
    """Rows that are folded to one line each, so that a whole article can be looked over on one page."""

    template = "admin/blog/rows.html"
    form: Any = RowForm
    formfield_overrides = WIDGETS | {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
    extra = 0
    intro = ""
    numbered = False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The choices are read once for all rows; nothing is deleted elsewhere by the way."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.choices = list(field.choices)  # type: ignore[attr-defined]
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field


class PlacedRows(Rows):
    form = PlacedForm
    formset = PlacedFormSet


class KeyPointRows(PlacedRows):
    model = KeyPoint
    fields = ["text", "position"]
    verbose_name_plural = "key points"
    intro = "Three to five short sentences: what a reader in pain wants to know first."


class BenefitRows(PlacedRows):
    model = Benefit
    fields = ["statement", "certainty", "position"]
    verbose_name_plural = "what it may do, and how sure we are"
    intro = "Each statement needs the marker of a trial, a review of trials, or a guideline."


class MuscleRows(PlacedRows):
    model = ArticleMuscle
    fields = ["muscle", "note", "position"]
    verbose_name_plural = "muscles, numbered as in the figure"
    numbered = True

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("muscle")


class PictureRows(Rows):
    form = UniqueForm
    formset = RowFormSet
    model = ArticlePicture
    fields = ["number", "picture", "caption"]
    verbose_name_plural = "pictures"
    intro = "The line [picture 1] in the text, with nothing else on it, stands for picture 1."

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("picture")


class ComparisonRows(PlacedRows):
    model = Comparison
    fields = ["aspect", "left", "right", "position"]
    verbose_name_plural = "rows of the comparison"


class QuestionRows(PlacedRows):
    model = Question
    fields = ["question", "answer", "anchor", "position"]
    verbose_name_plural = "questions patients ask"
    prepopulated_fields = {"anchor": ["question"]}


class CitationRows(Rows):
    form = UniqueForm
    formset = RowFormSet
    model = Citation
    fields = ["number", "source"]
    verbose_name_plural = "sources"
    intro = "The number is the marker in the text: [1] stands for source 1."

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "source":
            kwargs["widget"] = SourceSelect(db_field, self.admin_site)
            kwargs["error_messages"] = {"invalid_choice": "No source has this short name."}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("source")


class CareAdviceRows(Rows):
    model = CareAdvice
    fields = ["level", "heading", "items"]
    max_num = len(CareAdvice.Level)
    verbose_name_plural = "when to get help"
    intro = "Every article about this condition shows this before anything is offered."
