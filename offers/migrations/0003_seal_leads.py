"""What leads have told is sealed where it stands, and digests are stored to find it by."""

import hashlib
from typing import Any

from django.db import migrations, models
from django.db.models.functions import Cast

from clinic_site.sealed import digest
from offers.lead_keys import findable

TOLD = ["name", "phone", "phone_extension", "email", "note", "token"]
AS_STORED = models.TextField()  # past the sealing, whatever the field of that name does


def seal_all(apps: Any, schema_editor: Any) -> None:
    lead_model, key_model, event_model = (
        apps.get_model("offers", name) for name in ("Lead", "LeadKey", "LeadEvent")
    )
    stored = {f"{name}_stored": Cast(name, AS_STORED) for name in TOLD}
    for row in lead_model.objects.annotate(**stored).values("pk", "region_was__slug", *stored).iterator():
        told = {name: row[f"{name}_stored"] for name in TOLD}
        told["token_digest"] = hashlib.sha256(told["token"].encode()).hexdigest()
        told["region"] = row["region_was__slug"] or ""
        lead_model.objects.filter(pk=row["pk"]).update(**told)
        found = findable(lead_model(pk=row["pk"], **told))
        key_model.objects.bulk_create(
            key_model(lead_id=row["pk"], kind=kind, digest=digest(kind, value)) for kind, value in found
        )
    for pk, text in event_model.objects.values_list("pk", Cast("text", AS_STORED)).iterator():
        event_model.objects.filter(pk=pk).update(text=text)


def unseal_all(apps: Any, schema_editor: Any) -> None:
    lead_model, event_model, region_model = (
        apps.get_model(*names) for names in (("offers", "Lead"), ("offers", "LeadEvent"), ("blog", "Region"))
    )
    regions = dict(region_model.objects.values_list("slug", "pk"))
    for row in lead_model.objects.values("pk", "region", *TOLD):
        told = {name: models.Value(row[name], AS_STORED) for name in TOLD}
        lead_model.objects.filter(pk=row["pk"]).update(region_was=regions.get(row["region"]), **told)
    for pk, text in event_model.objects.values_list("pk", "text"):
        event_model.objects.filter(pk=pk).update(text=models.Value(text, AS_STORED))


class Migration(migrations.Migration):
    dependencies = [("offers", "0002_sealed_columns")]

    operations = [migrations.RunPython(seal_all, unseal_all)]
