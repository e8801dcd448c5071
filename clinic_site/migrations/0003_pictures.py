"""Pictures, and with them the portraits: photos of people that are there already become pictures."""

import logging
from functools import partial

import django.db.models.deletion
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import migrations, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from clinic_site import picture_files

log = logging.getLogger(__name__)


def photos_to_pictures(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Picture, Practitioner = (
        apps.get_model("clinic_site", "Picture"),
        apps.get_model("clinic_site", "Practitioner"),
    )
    for person in Practitioner.objects.exclude(photo=""):
        old = person.photo.name
        try:
            with default_storage.open(old) as file:
                developed = picture_files.develop(picture_files.decode(file), person.name)
        except (OSError, ValidationError) as error:
            log.warning("The photo of %s could not be carried over: %s", person.name, error)
            continue
        picture_files.write(developed.files)
        known = {"name": person.name[:80], "alt": person.photo_alt or person.name}
        person.portrait = Picture.objects.get_or_create(
            stem=developed.fields["stem"], defaults=known | developed.fields
        )[0]
        person.save(update_fields=["portrait"])
        transaction.on_commit(partial(picture_files.remove, [old]))


def pictures_to_photos(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for person in apps.get_model("clinic_site", "Practitioner").objects.exclude(portrait=None):
        picture = person.portrait
        person.photo = f"{picture.stem}.{picture.suffix}"
        person.photo_alt = picture.alt[:160] or person.name
        person.portrait = None
        person.save(update_fields=["photo", "photo_alt", "portrait"])


class Migration(migrations.Migration):
    dependencies = [("clinic_site", "0002_search")]

    operations = [
        migrations.CreateModel(
            name="Picture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="What you call it. It goes into the address of the file, so use plain words.",
                        max_length=80,
                    ),
                ),
                (
                    "alt",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="One sentence for people who cannot see it.",
                        max_length=250,
                        verbose_name="what it shows",
                    ),
                ),
                (
                    "decorative",
                    models.BooleanField(
                        default=False,
                        help_text="Nobody who cannot see it would miss anything.",
                        verbose_name="only decoration",
                    ),
                ),
                (
                    "credit",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Who made it, if that has to be said.",
                        max_length=120,
                    ),
                ),
                (
                    "stem",
                    models.CharField(
                        editable=False, max_length=120, unique=True, verbose_name="address of the files"
                    ),
                ),
                ("suffix", models.CharField(editable=False, max_length=4)),
                ("width", models.PositiveIntegerField(editable=False)),
                ("height", models.PositiveIntegerField(editable=False)),
                ("widths", models.JSONField(editable=False, verbose_name="widths of the renditions")),
                (
                    "heaviest",
                    models.PositiveIntegerField(
                        editable=False, verbose_name="bytes of the largest AVIF file"
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("alt", ""), ("decorative", True))
                        | models.Q(("decorative", False), models.Q(("alt", ""), _negated=True)),
                        name="picture_says_what_it_shows",
                        violation_error_message="Say what the picture shows, or tick that it is only decoration.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="practitioner",
            name="portrait",
            field=models.ForeignKey(
                blank=True,
                help_text="The plus sign uploads a new one.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="people",
                to="clinic_site.picture",
            ),
        ),
        migrations.RunPython(photos_to_pictures, pictures_to_photos),
        migrations.RemoveField("practitioner", "photo"),
        migrations.RemoveField("practitioner", "photo_alt"),
    ]
