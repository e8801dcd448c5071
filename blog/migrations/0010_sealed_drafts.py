"""What is typed and not saved is sealed like everything else that nobody has published."""

from typing import Any

from django.db import migrations

import clinic_site.sealed


def seal(apps: Any, schema_editor: Any) -> None:
    _copy(apps, "typed", "sealed")


def unseal(apps: Any, schema_editor: Any) -> None:
    _copy(apps, "sealed", "typed")


def _copy(apps: Any, old: str, new: str) -> None:
    for draft in apps.get_model("blog", "FormDraft").objects.all():
        setattr(draft, new, getattr(draft, old))
        draft.save(update_fields=[new])


class Migration(migrations.Migration):
    dependencies = [("blog", "0009_link_findings")]

    operations = [
        migrations.AddField("formdraft", "sealed", clinic_site.sealed.SealedJSONField(default=dict)),
        migrations.RunPython(seal, unseal),
        migrations.RemoveField("formdraft", "typed"),
        migrations.RenameField("formdraft", "sealed", "typed"),
    ]
