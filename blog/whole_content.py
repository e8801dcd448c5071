"""All content in one file, to keep or to move elsewhere: rows, pages, pictures and old addresses.

Nothing of patients is in it. Of the staff, whoever published, signed or changed something is a number: an account
without a name, rights or a way to sign in. `manage.py migrate`, then `loaddata rows/*.json` makes an empty database
this site again; do it before the first start, since accounts there would be written over.
"""

from collections.abc import Iterator, Sequence
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django.apps import apps
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import User
from django.core import serializers
from django.core.files.storage import default_storage
from django.db import models, transaction

from clinic_site.addresses import answer_at
from clinic_site.changes import PublicRow
from clinic_site.models import Picture, Redirect, Testimonial

from .archive import ShownPage, with_styles
from .editions import Edition
from .form_drafts import FormDraft
from .kept_copies import KeptCopy
from .link_checks import LinkCheck
from .preview_links import PreviewLink
from .review_reminders import ReviewReminder

# Of this app, what is work and no content; and what patients say. Pages as they were shown have an export of their own.
NOT_CONTENT: set[type[models.Model]] = {
    FormDraft,
    KeptCopy,
    LinkCheck,
    PreviewLink,
    ReviewReminder,
    ShownPage,
    Testimonial,
}


def write_all(file: IO[bytes]) -> int:
    """A zip into `file`, which can be read on. How many rows are in it. All as of one moment."""
    with transaction.atomic(), ZipFile(file, "w", ZIP_DEFLATED) as whole:
        rows, people = 0, set[int]()
        for model in content_models():
            found = list(model._default_manager.order_by("pk"))
            people |= {key for row in found for key in _people(row)}
            rows += _write(whole, found)
        rows += _write(
            whole, [_nobody(key) for key in sorted(people)], fields=["username", "password", "is_active"]
        )
        for edition in Edition.objects.live():
            address = edition.get_absolute_url()
            html = with_styles(answer_at(address).content.decode())
            whole.writestr(f"pages/{address.strip('/').replace('/', '-')}.html", html)
        for picture in Picture.objects.all():
            for name in picture.file_names():
                with default_storage.open(name) as stored:
                    whole.writestr(f"pictures/{name}", stored.read())
        whole.writestr("old-addresses.txt", _old_addresses())
    return rows


def content_models() -> list[type[models.Model]]:
    """What is written for the public, in the order in which rows can be taken in again."""
    return serializers.sort_dependencies(
        [
            (config, [model for model in config.get_models() if _is_content(model)])
            for config in apps.get_app_configs()
        ]
    )


def _is_content(model: type[models.Model]) -> bool:
    is_ours = model._meta.app_label == "blog" or issubclass(model, PublicRow)
    return is_ours and model not in NOT_CONTENT


def _write(whole: ZipFile, rows: Sequence[models.Model], fields: Sequence[str] | None = None) -> int:
    if rows:
        name = rows[0]._meta.label_lower
        whole.writestr(f"rows/{name}.json", serializers.serialize("json", rows, indent=1, fields=fields))
    return len(rows)


def _nobody(key: int) -> User:
    return User(pk=key, username=f"staff-{key}", password=UNUSABLE_PASSWORD_PREFIX, is_active=False)


def _people(row: models.Model) -> Iterator[int]:
    for field in row._meta.concrete_fields:
        if field.related_model is User and (key := getattr(row, field.attname)):
            yield key
    for many in row._meta.many_to_many:
        if many.related_model is User:
            yield from (user.pk for user in getattr(row, many.name).all())


def _old_addresses() -> str:
    """As `manage.py import_redirects` reads them."""
    return "".join(f"{row.old_path} {row.new_path}\n" for row in Redirect.objects.all())
