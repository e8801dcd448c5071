"""Sources: their fields are typed, or filled from a pasted record and then looked over."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import get_text_list

from .admin_uses import UsedAdmin
from .models import Source
from .records import NotARecord, read_record


class CheckedFilter(admin.SimpleListFilter):
    title = "checked"
    parameter_name = "checked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Checked"), ("no", "Not checked yet")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Source]) -> QuerySet[Source]:
        if self.value() in {"yes", "no"}:
            return queryset.filter(checked_on__isnull=self.value() == "no")
        return queryset


def _linked(sources: QuerySet[Source]) -> SafeString:
    rows = ((reverse("admin:blog_source_change", args=[source.pk]), source) for source in sources)
    return format_html_join(", ", '<a href="{}">{}</a>', rows)


def _free_key(key: str) -> str:
    """jensen-2019, or jensen-2019-2 when another source has that name."""
    taken = set(Source.objects.filter(key__startswith=key).values_list("key", flat=True))
    names = (f"{key}-{number}" if number > 1 else key for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _given(data: QueryDict, name: str) -> str:
    """Without nulls, which no field has refused yet: PostgreSQL takes none."""
    return data.get(name, "").replace("\x00", "")


class RecordBox(forms.Textarea):
    """The box with its button."""

    template_name = "admin/blog/source/record.html"


class SourceForm(ModelForm[Source]):
    """With a record in its box it only fills its empty fields: it is then unbound, and nothing is stored."""

    record = forms.CharField(
        label="The record",
        required=False,
        widget=RecordBox(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text="From PubMed (“Cite”, then “NBIB”), a journal’s page or a library: RIS, BibTeX or PubMed. "
        "A DOI, a PMID or an ISBN alone fills its own field. What you have typed stays.",
    )

    def __init__(self, data: QueryDict | None = None, files: Any = None, **kwargs: Any) -> None:
        self.said: list[tuple[int, str]] = []
        if data is not None and ("_fill" in data or data.get("record", "").strip()):
            super().__init__(**kwargs | {"initial": {name: _given(data, name) for name in self.base_fields}})
            self.fill(_given(data, "record"))
        else:
            super().__init__(data, files, **kwargs)

    def fill(self, record: str) -> None:
        """Raises nothing: what there is to say of the record is in `said`."""
        try:
            found = read_record(record)
        except NotARecord as refused:
            self.said.append((messages.ERROR, str(refused)))
            return
        if not self.initial["key"] and found.get("key"):
            found["key"] = _free_key(found["key"])
        new = {name for name, value in found.items() if not self.initial[name]}
        kept = [
            name for name, value in found.items() if name != "key" and self.initial[name] not in {"", value}
        ]
        self.initial.update({name: found[name] for name in new}, record="")
        if new:
            names = get_text_list([self._label(name) for name in self.fields if name in new], "and")
            self.said.append(
                (messages.SUCCESS, f"Filled: {names}. Look it over, then save: nothing is stored yet.")
            )
        for name in kept:
            words = f"{self._label(name)} stays as it was typed. The record says: {found[name]}"
            self.said.append((messages.WARNING, words))
        if same := self._same(**{name: str(self.initial[name]) for name in ("doi", "pmid", "isbn")}):
            words = format_html("You have a source with this number already: {}.", _linked(same))
            self.said.append((messages.WARNING, words))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        numbers = {name: values.get(name) or "" for name in ("doi", "pmid")}
        if same := self._same(**numbers, isbn=""):
            raise ValidationError(format_html("There is one with this number already: {}.", _linked(same)))
        return values

    def _same(self, *, doi: str, pmid: str, isbn: str) -> QuerySet[Source]:
        return Source.objects.same_as(doi=doi, pmid=pmid, isbn=isbn).exclude(pk=self.instance.pk)

    def _label(self, name: str) -> str:
        return str(self.fields[name].label)


class SourceAdmin(UsedAdmin[Source]):
    plain_words = "Papers, guidelines and books. Only a checked source may be shown."
    list_display = ["key", "title", "kind", "year", "checked_on"]
    list_filter = [CheckedFilter, "kind"]
    search_fields = ["key", "authors", "title", "container", "year", "doi", "pmid", "isbn"]
    form = SourceForm
    fieldsets: ClassVar[Any] = [
        ("Paste a record: RIS, BibTeX, PubMed", {"fields": ["record"]}),
        ("What it is", {"fields": ["key", "kind", "title", "authors", "year"]}),
        ("Where it appeared", {"fields": ["container", "publisher", "volume", "pages"]}),
        ("Where readers find it", {"fields": ["doi", "pmid", "isbn", "url"]}),
        ("Checked", {"fields": ["checked_on", "checked_by"]}),
    ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        for level, words in context["adminform"].form.said:
            self.message_user(request, words, level)
        return super().render_change_form(request, context, *args, **kwargs)
