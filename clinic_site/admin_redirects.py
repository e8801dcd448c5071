"""For staff: where old addresses lead now, a whole list of them at once, and what is asked for in vain."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from .models import Miss, Redirect
from .redirect_lists import MOST_LINES, Result, take
from .staff_site import StaffAdmin

LONGEST_LIST = 200_000  # characters


class ListForm(forms.Form):
    lines = forms.CharField(
        label="One on each line: the old address, a space, the new address",
        help_text=f"Up to {MOST_LINES} lines. A table with two columns may be pasted, and so may lines such as "
        "/old -> /new 301.",
        max_length=LONGEST_LIST,
        error_messages={"required": "Paste at least one line."},
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )


class RedirectAdmin(StaffAdmin[Redirect]):
    plain_words = "Where the addresses of pages that moved lead now."
    list_display = ["old_path", "new_link"]
    search_fields = ["old_path", "new_path"]
    fields = ["old_path", "new_path"]
    change_list_template = "admin/clinic_site/redirect/list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name="clinic_site_redirect_import"), *super().get_urls()]

    @admin.display(description="new address", ordering="new_path")
    def new_link(self, row: Redirect) -> SafeString:
        return format_html('<a href="{}">{}</a>', row.new_path, row.new_path)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """The good lines are taken; the others stay in the box, with a reason for each."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ListForm(request.POST if request.method == "POST" else None)
        refused: Any = []
        if request.method == "POST" and form.is_valid():
            result = take(form.cleaned_data["lines"])
            messages.info(request, in_words(result))
            if not result.refused:
                return redirect("admin:clinic_site_redirect_changelist")
            refused = result.refused
            form = ListForm(initial={"lines": "\n".join(line.text for line in refused)})
        context = {
            **self.admin_site.each_context(request),
            "title": "Take a list of old addresses",
            "opts": self.opts,
            "form": form,
            "refused": refused,
        }
        return TemplateResponse(request, "admin/clinic_site/redirect/import.html", context)


def in_words(result: Result) -> str:
    parts = [f"{len(result.taken)} taken"]
    parts += [f"{result.known} known already"] if result.known else []
    parts += [f"{len(result.refused)} not taken"] if result.refused else []
    return f"Old addresses: {', '.join(parts)}."


class MissAdmin(StaffAdmin[Miss]):
    plain_words = "Where readers got no page. Send them on with one click."
    list_display = ["path", "count", "last_asked", "way_on"]
    list_display_links = None
    search_fields = ["path"]
    fields = ["path", "count", "last_asked"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Miss | None = None) -> bool:
        return False

    @admin.display(description="what to do")
    def way_on(self, miss: Miss) -> SafeString:
        add = f"{reverse('admin:clinic_site_redirect_add')}?{urlencode({'old_path': miss.path})}"
        drop = reverse("admin:clinic_site_miss_delete", args=[miss.pk])
        return format_html(
            '<a href="{}">Send on<span class="visually-hidden"> from {}</span></a> or '
            '<a href="{}">forget<span class="visually-hidden"> {}</span></a>',
            *(add, miss.path, drop, miss.path),
        )
