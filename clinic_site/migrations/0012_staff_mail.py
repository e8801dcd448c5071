import django.utils.timezone
from django.db import migrations, models

import clinic_site.mail_tries


class Migration(migrations.Migration):
    dependencies = [
        ("clinic_site", "0011_license_expiry"),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("to", models.JSONField(help_text="A list of addresses.")),
                ("subject", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("html", models.TextField()),
                (
                    "message_id",
                    models.CharField(default=clinic_site.mail_tries.new_message_id, max_length=120),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("queued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("not_before", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "default_permissions": (),
            },
        ),
    ]
