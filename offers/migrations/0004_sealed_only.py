import secrets

from django.db import migrations, models

from clinic_site.sealed import SealedTextField


class Migration(migrations.Migration):
    dependencies = [("offers", "0003_seal_leads")]

    operations = [
        migrations.RemoveField("lead", "region_was"),
        migrations.AlterField("lead", "token", SealedTextField(default=secrets.token_urlsafe)),
        migrations.AlterField("lead", "token_digest", models.CharField(max_length=64, unique=True)),
        migrations.AddIndex(
            "lead", models.Index(fields=["offer", "takes_place", "created_at"], name="lead_places")
        ),
        migrations.AddConstraint(
            "lead",
            models.CheckConstraint(
                condition=~models.Q(phone="") | ~models.Q(email="") | models.Q(erased_at__isnull=False),
                name="lead_can_be_reached",
            ),
        ),
    ]
