"""For staff: the pages as they were shown, and a copy of those of some days."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from clinic_site.staff_site import DAY, StaffAdmin, staff

from .archive import ShownPage

MOST_PAGES = 2_000  # in one file: about 60 MB unpacked


class DaysForm(forms.Form):
    first = forms.DateField(label="Shown from", widget=DAY)
    last = forms.DateField(label="To", widget=DAY)

    def clean(self) -> None:
        days = self.cleaned_data
        if "first" in days and "last" in days and days["last"] < days["first"]:
            self.add_error("last", "The last day cannot be before the first.")


class ShownPageAdmin(StaffAdmin[ShownPage]):
    plain_words = "Articles, offers and the home page as patients saw them, to show what was advertised when."
    list_display = ["address", "first_shown", "last_shown"]
    search_fields = ["address"]
    fields = ["address", "first_shown", "last_shown", "advertised", "hash"]
    change_list_template = "admin/blog/shownpage/list.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("packed")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ShownPage | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ShownPage | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export)
        return [path("export/", view, name="blog_shownpage_export"), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponse:
        """A zip of what was shown on some days. It is in the log before it is sent."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = DaysForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            days = form.cleaned_data["first"], form.cleaned_data["last"]
            pages = list(ShownPage.objects.between(*days)[: MOST_PAGES + 1])
            if 0 < len(pages) <= MOST_PAGES:
                text = f"Exported {len(pages)} pages shown from {days[0]} to {days[1]}."
                LogEntry.objects.log_actions(staff(request).pk, pages[:1], CHANGE, text, single_object=True)
                name = f"shown-{days[0]}-to-{days[1]}.zip"
                headers = {"Content-Disposition": f'attachment; filename="{name}"'}
                return HttpResponse(zipped(pages), content_type="application/zip", headers=headers)
            words = "Too many pages: choose fewer days." if pages else "Nothing was shown on these days."
            messages.error(request, words)
        title = "Export pages as they were shown"
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "form": form}
        return TemplateResponse(request, "admin/blog/shownpage/export.html", context)


def zipped(pages: Iterable[ShownPage]) -> bytes:
    """The pages, and a table with their addresses, times (clinic time) and the SHA-256 of each file."""
    table, out = io.StringIO(), io.BytesIO()
    lines = csv.writer(table)
    lines.writerow(["file", "address", "first shown", "last shown", "sha256"])
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for page in pages:
            first, last = timezone.localtime(page.first_shown), timezone.localtime(page.last_shown)
            stem = page.address.strip("/").replace("/", "-") or "home"
            name, html = f"{first:%Y-%m-%d}-{stem}-{page.pk}.html", page.html
            archive.writestr(name, html)
            digest = hashlib.sha256(html).hexdigest()
            lines.writerow([name, page.address, f"{first:%Y-%m-%d %H:%M}", f"{last:%Y-%m-%d %H:%M}", digest])
        archive.writestr("pages.csv", table.getvalue())
    return out.getvalue()
