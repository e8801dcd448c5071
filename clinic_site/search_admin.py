"""For staff: what patients search for, and the words that lead them to the right page."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from . import facts
from .models import Clinic, SearchCount, Synonym
from .staff_site import StaffAdmin
from .synonyms import Synonyms, phrase

SPANS = (30, 90)  # days
MOST_LISTED = 50


@admin.register(Synonym)
class SynonymAdmin(StaffAdmin[Synonym]):
    plain_words = "Patients' words, and what our pages call it: the search takes one for the other."
    list_display = ["said", "meant"]
    search_fields = ["words", "meaning"]
    fields = ["words", "meaning"]

    @admin.display(description="words patients use", ordering="words")
    def said(self, synonym: Synonym) -> str:
        return ", ".join(synonym.words.splitlines())

    @admin.display(description="what they mean", ordering="meaning")
    def meant(self, synonym: Synonym) -> str:
        return ", ".join(synonym.meaning.splitlines())


@admin.register(SearchCount)
class SearchCountAdmin(StaffAdmin[SearchCount]):
    """A report, not a list: nobody writes these rows."""

    plain_words = "What patients asked for, and what they did not find. Nothing is kept about who asked."

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: SearchCount | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SearchCount | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        days = next((span for span in SPANS if str(span) == request.GET.get("days")), SPANS[0])
        asked = SearchCount.objects.asked(today() - dt.timedelta(days=days))
        context = {
            **self.admin_site.each_context(request),
            "title": "What patients search for",
            "opts": self.opts,
            "days": days,
            "spans": SPANS,
            "asked": asked[:MOST_LISTED],
            "missed": [with_way(row) for row in asked.filter(last=0)[:MOST_LISTED]],
            "may_add": request.user.has_perm("clinic_site.add_synonym"),
        }
        return TemplateResponse(request, "admin/clinic_site/searches.html", context)


def today() -> dt.date:
    clinic: Clinic | None = facts.fact("clinic")
    return clinic.today() if clinic else dt.datetime.now(dt.UTC).date()


def with_way(row: dict[str, Any]) -> dict[str, Any]:
    """A query that found nothing, with the address of the form that teaches the search what it means."""
    synonyms: Synonyms = facts.fact("synonyms") or Synonyms()
    form = reverse("admin:clinic_site_synonym_add")
    return row | {
        "is_known": phrase(row["words"]) in synonyms.meanings,
        "add_url": f"{form}?{urlencode({'words': row['words']})}",
    }
