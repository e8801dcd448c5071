"""For staff: what readers say is wrong with a page."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from .models import PageReport
from .staff_site import StaffAdmin


class TickForm(forms.ModelForm[PageReport]):
    """One line of the list. Its tick says to a screen reader which report it is for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["done"].widget.attrs["aria-label"] = f"Done: {Truncator(self.instance.words).words(8)}"


class PageReportAdmin(StaffAdmin[PageReport]):
    """Readers write, staff tick: nobody changes a reader's words."""

    plain_words = "What readers say is wrong with a page. Mend it, then tick it off."
    list_display = ["short", "page_link", "at", "done"]
    list_display_links = ["short"]
    list_editable = ["done"]
    list_filter = ["done"]
    search_fields = ["page", "words"]
    fields = ["page_link", "words", "at", "done"]
    readonly_fields = ["page_link", "words", "at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, **{"form": TickForm} | kwargs)

    @admin.display(description="what is wrong")
    def short(self, report: PageReport) -> str:
        return Truncator(report.words).words(30)

    @admin.display(description="page", ordering="page")
    def page_link(self, report: PageReport) -> SafeString:
        return format_html('<a href="{}">{}</a>', report.page, report.page)
