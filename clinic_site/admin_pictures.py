"""The pictures that staff upload: what they show, what they weigh, and where they are shown."""

import logging
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from PIL import Image

from .picture_files import ACCEPTED, decode, develop
from .pictures import Picture, uses_of
from .staff_site import StaffAdmin

log = logging.getLogger(__name__)


class PictureForm(forms.ModelForm[Picture]):
    upload = forms.FileField(
        label="Picture file",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text="JPEG, PNG, WebP or AVIF, up to 8 MB. Where and with what it was taken is not kept.",
        error_messages={"required": "Choose a picture."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["upload"].label = "Another file in its place"
            self.fields["upload"].required = False

    def clean_upload(self) -> Image.Image | None:
        file: File[bytes] | None = self.cleaned_data["upload"]
        return decode(file) if file else None

    def full_clean(self) -> None:
        """The files are made last, when nothing else is wrong: that takes a second or two."""
        super().full_clean()
        image = self.cleaned_data.get("upload") if self.is_bound else None
        if image is None:
            return
        if self.errors:
            self.add_error("upload", "Choose the file again, please: a browser does not keep it.")
            return
        try:
            self.instance.put(develop(image, self.instance.name))
        except ValidationError as refused:
            self.add_error("upload", refused)
        except Exception:  # each kind of storage has its own ways to fail
            log.exception("A picture could not be stored.")
            self.add_error("upload", "The picture could not be stored. Try again in a few minutes.")


class PictureAdmin(StaffAdmin[Picture]):
    plain_words = "Photographs and drawings for articles, and portraits."
    form = PictureForm
    list_display = ["thumbnail", "name", "words", "size"]
    list_display_links = ["name"]
    list_per_page = 24
    search_fields = ["name", "alt", "credit"]
    readonly_fields = ["preview", "size", "used"]

    def get_fields(self, request: HttpRequest, obj: Picture | None = None) -> Any:
        typed = ["upload", "name", "alt", "decorative", "credit"]
        return ["preview", "size", "used", *typed] if obj else typed

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Not in one transaction: while a picture is made smaller, nobody has to wait for the database."""
        return self._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[attr-defined]

    def response_post_save_add(self, request: HttpRequest, obj: Picture) -> HttpResponseRedirect:
        return redirect("admin:clinic_site_picture_change", obj.pk)

    @admin.display(description="picture")
    def thumbnail(self, picture: Picture) -> SafeString:
        return _image(picture, picture.widths[0], "thumb")

    @admin.display(description="preview")
    def preview(self, picture: Picture) -> SafeString:
        return _image(picture, picture.widths[min(1, len(picture.widths) - 1)], "thumb thumb--large")

    @admin.display(description="what it shows", ordering="alt")
    def words(self, picture: Picture) -> str:
        return picture.alt or "Only decoration"

    @admin.display(description="size")
    def size(self, picture: Picture) -> str:
        weight = filesizeformat(picture.heaviest)
        return f"{picture.width} × {picture.height} pixels, at most {weight} on a page"

    @admin.display(description="where it is shown")
    def used(self, picture: Picture) -> str:
        links = ((use.url, use.text) for use in uses_of(picture.stem))
        return format_html_join(SafeString("<br>"), '<a href="{}">{}</a>', links) or "Nowhere yet"


def _image(picture: Picture, width: int, css: str) -> SafeString:
    address = default_storage.url(f"{picture.stem}-{width}.webp")
    tag = '<img class="{}" src="{}" width="{}" height="{}" alt="{}" loading="lazy">'
    return format_html(tag, css, address, width, picture.height_at(width), picture.alt)
