import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("offers", "0006_notice_status"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="lead",
            options={
                "ordering": ["-created_at", "-pk"],
                "permissions": [
                    ("work_lead", "Can move, note and redeem leads"),
                    ("export_lead", "Can export what leads tell"),
                    ("erase_lead", "Can erase what leads tell"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExportLog",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("what", models.CharField(max_length=200)),
                ("rows", models.PositiveIntegerField(verbose_name="requests in it")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "export", "ordering": ["-at", "-pk"], "default_permissions": ("view",)},
        ),
    ]
