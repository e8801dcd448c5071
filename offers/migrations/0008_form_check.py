import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("offers", "0007_export_log"),
    ]

    operations = [
        migrations.CreateModel(
            name="Chore",
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
                        help_text="The dotted path of its function.", max_length=100, unique=True
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("last_ok_at", models.DateTimeField(blank=True, null=True)),
                ("trouble", models.CharField(blank=True, default="", max_length=100)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="FormCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("form", "Test of the form"), ("silence", "Look for silence")],
                        default="form",
                        max_length=7,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ok", models.BooleanField()),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unreachable", "The form cannot be reached"),
                            ("refused", "The form refuses requests"),
                            ("not_stored", "Requests are not stored"),
                            ("no_ticket", "The ticket is missing"),
                            ("not_mailed", "Mails do not go out"),
                            ("quiet", "Unusually quiet"),
                            ("no_offer", "No offer is open"),
                        ],
                        default="",
                        max_length=11,
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        blank=True, default="", help_text="In one plain sentence.", max_length=300
                    ),
                ),
                (
                    "told_at",
                    models.DateTimeField(
                        blank=True, help_text="When the owner was mailed about it.", null=True
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["kind", "at"], name="form_check_kind_at")],
            },
        ),
    ]
