"""For staff: what readers say is wrong with a page."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from .models import PageReport
from .staff_site import StaffAdmin


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

    @admin.display(description="what is wrong")
    def short(self, report: PageReport) -> str:
        return Truncator(report.words).words(30)

    @admin.display(description="page", ordering="page")
    def page_link(self, report: PageReport) -> SafeString:
        return format_html('<a href="{}">{}</a>', report.page, report.page)
