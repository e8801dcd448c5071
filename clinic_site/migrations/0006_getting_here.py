from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic_site", "0005_reports"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinic",
            name="elevator",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Whether there is one, and how to get to it.",
                max_length=200,
            ),
        ),
        migrations.AddField(
            model_name="clinic",
            name="entrance",
            field=models.CharField(
                blank=True, default="", help_text="Which door, which bell, steps or a ramp.", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="clinic",
            name="subway",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Lines, station, and how many minutes on foot.",
                max_length=200,
            ),
        ),
        migrations.AlterField(
            model_name="clinic",
            name="directions",
            field=models.TextField(
                blank=True, default="", help_text="What else helps. A blank line starts a new paragraph."
            ),
        ),
    ]
