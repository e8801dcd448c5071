from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic_site", "0006_getting_here"),
    ]

    operations = [
        migrations.CreateModel(
            name="RateCount",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("began", models.BigIntegerField(help_text="Seconds since 1970: when the window began.")),
                ("n", models.PositiveIntegerField()),
            ],
        ),
    ]
