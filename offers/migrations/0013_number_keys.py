"""A lead with an extension is found by its bare number too, and "05" is the same extension as "5"."""

from typing import Any

from django.db import migrations, models

from clinic_site.sealed import digest
from offers.lead_keys import findable

KINDS = {"phone", "num"}


def make_keys_anew(apps: Any, schema_editor: Any) -> None:
    lead_model, key_model = (apps.get_model("offers", name) for name in ("Lead", "LeadKey"))
    for lead in lead_model.objects.exclude(phone_extension="").iterator():
        found = [(kind, value) for kind, value in findable(lead) if kind in KINDS]
        key_model.objects.filter(lead=lead, kind__in=KINDS).delete()
        key_model.objects.bulk_create(
            key_model(lead=lead, kind=kind, digest=digest(kind, value)) for kind, value in found
        )


def remove_keys(apps: Any, schema_editor: Any) -> None:
    apps.get_model("offers", "LeadKey").objects.filter(kind="num").delete()


class Migration(migrations.Migration):
    dependencies = [("offers", "0012_two_people")]

    operations = [
        migrations.AlterField(
            model_name="leadkey",
            name="kind",
            field=models.CharField(
                choices=[
                    ("phone", "Phone"),
                    ("mail", "Mail"),
                    ("last4", "Last four digits"),
                    ("name", "First letters of a name"),
                    ("num", "Phone without its extension"),
                ],
                max_length=5,
            ),
        ),
        migrations.RunPython(make_keys_anew, remove_keys),
    ]
