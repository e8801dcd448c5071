"""Editors' pictures. Their files are there before the row, and go after it, once nothing shows them any more."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.module_loading import import_string

from . import picture_files
from .changes import PublicQuerySet, PublicRow

SAY_IT = "Say what the picture shows, or tick that it is only decoration."
# What cameras, phones and desks call their files. Words of this kind alone say nothing about a picture.
FILE_WORDS = {
    *("img", "image", "images", "photo", "photos", "picture", "pictures", "pic", "pics", "file", "untitled"),
    *("dsc", "dscn", "dscf", "dcim", "pxl", "mvimg", "gopr", "wp", "scan", "screenshot", "screen", "shot"),
    *("whatsapp", "at", "am", "pm", "copy", "of", "final", "edited", "new"),
}
FILE_NAME = re.compile(
    r"\.(?:jpe?g|png|webp|avif|gif|hei[cf]|svg|tiff?|bmp)\b"  # IMG 1234.jpg
    r"|^\S*_\S*$"  # front_desk
    r"|^\w+(?:-\w+){2,}$",  # our-front-desk
    re.IGNORECASE,
)


def looks_like_a_file_name(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return bool(FILE_NAME.search(text.strip())) or not set(words) - FILE_WORDS


@dataclass(frozen=True)
class Use:
    """Where a picture is shown, in a word for staff and the page where it can be changed."""

    text: str
    url: str = ""


def uses_of(stem: str) -> list[Use]:
    """What shows the files of `stem`, working copies and editions alike, by settings.PICTURE_USES."""
    finders: list[Callable[[str], Iterator[Use]]] = [import_string(path) for path in settings.PICTURE_USES]
    return [use for find in finders for use in find(stem)]


def remove_unused(stem: str, names: list[str]) -> None:
    if not Picture.objects.filter(stem=stem).exists() and not uses_of(stem):
        picture_files.remove(names)


class PictureQuerySet(PublicQuerySet["Picture"]):
    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        gone = list(self)
        deleted = super().delete()
        for picture in gone:
            picture.forget_files()
        return deleted


class Picture(PublicRow):
    name = models.CharField(
        max_length=80, help_text="What you call it. It goes into the address of the file, so use plain words."
    )
    alt = models.CharField(
        "what it shows",
        max_length=250,
        blank=True,
        default="",
        help_text="One sentence for people who cannot see it.",
    )
    decorative = models.BooleanField(
        "only decoration", default=False, help_text="Nobody who cannot see it would miss anything."
    )
    credit = models.CharField(
        max_length=120, blank=True, default="", help_text="Who made it, if that has to be said."
    )
    stem = models.CharField("address of the files", max_length=120, unique=True, editable=False)
    suffix = models.CharField(max_length=4, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    widths = models.JSONField("widths of the renditions", editable=False)
    heaviest = models.PositiveIntegerField("bytes of the largest AVIF file", editable=False)

    objects = PictureQuerySet.as_manager()  # type: ignore[misc]  # narrower than a row's

    _replaced: tuple[str, list[str]] | None = None
    _written: list[str] | None = None

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decorative=True, alt="") | models.Q(decorative=False) & ~models.Q(alt=""),
                name="picture_says_what_it_shows",
                violation_error_message=SAY_IT,
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not self.alt and not self.decorative:
            raise ValidationError({"alt": SAY_IT})
        if self.alt and self.decorative:
            raise ValidationError(
                {"decorative": "Decoration is not described: empty the words, or untick this."}
            )
        if self.alt and looks_like_a_file_name(self.alt):
            raise ValidationError({"alt": "This looks like the name of a file. Say what the picture shows."})

    @property
    def master(self) -> str:
        return f"{self.stem}.{self.suffix}"

    @property
    def src(self) -> str:
        return default_storage.url(self.master)

    @property
    def avif(self) -> str:
        return self._srcset("avif")

    @property
    def webp(self) -> str:
        return self._srcset("webp")

    def _srcset(self, kind: str) -> str:
        return ", ".join(
            f"{default_storage.url(f'{self.stem}-{width}.{kind}')} {width}w" for width in self.widths
        )

    def height_at(self, width: int) -> int:
        return picture_files.height_at(width, (self.width, self.height))

    def file_names(self) -> list[str]:
        renditions = [f"{self.stem}-{width}.{kind}" for width in self.widths for kind in ("avif", "webp")]
        return [self.master, *renditions]

    def put(self, developed: picture_files.Developed) -> None:
        """Write the files and take them for this row's. `save` comes next: it removes what they replace.

        Raises ValidationError when another picture has them, and what the storage raises.
        """
        stem = developed.fields["stem"]
        if twin := Picture.objects.filter(stem=stem).exclude(pk=self.pk).first():
            raise ValidationError(f"This picture is here already: “{twin}”.")
        if stem == self.stem:
            return
        picture_files.write(developed.files)
        self._written = list(developed.files)
        self._replaced = (self.stem, self.file_names()) if self.stem else None
        for name, value in developed.fields.items():
            setattr(self, name, value)

    def save(self, *args: Any, **kwargs: Any) -> None:
        try:
            with transaction.atomic():
                super().save(*args, **kwargs)
                if self._replaced:
                    transaction.on_commit(partial(remove_unused, *self._replaced), robust=True)
        except BaseException:
            if self._written:
                remove_unused(self.stem, self._written)
            raise

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            self.forget_files()
        return deleted

    def forget_files(self) -> None:
        transaction.on_commit(partial(remove_unused, self.stem, self.file_names()), robust=True)
