from typing import Any

import django.core.validators
from django.db import migrations, models


def take_present_fees_as_checked(apps: Any, schema_editor: Any) -> None:
    for offer in (
        apps.get_model("offers", "Offer").objects.exclude(regular_fee=None).select_related("regular_fee")
    ):
        offer.checked_fee, offer.checked_amount = offer.regular_fee.amount, offer.amount
        offer.save(update_fields=["checked_fee", "checked_amount"])


class Migration(migrations.Migration):
    dependencies = [
        ("offers", "0008_form_check"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="checked_amount",
            field=models.DecimalField(blank=True, decimal_places=2, editable=False, max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name="offer",
            name="checked_fee",
            field=models.DecimalField(blank=True, decimal_places=2, editable=False, max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name="offer",
            name="closing_message",
            field=models.TextField(
                blank=True,
                default="",
                help_text="Stands on the offer's page once it is over. Say what else you have for people who come too late.",
                max_length=500,
            ),
        ),
        migrations.RunPython(take_present_fees_as_checked, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="offer",
            name="cap_day",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="When so many have asked today, the form closes until midnight. Choose what your desk can answer. Empty: no limit.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="most people a day",
            ),
        ),
        migrations.AlterField(
            model_name="offer",
            name="cap_total",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="When so many have a code, the offer is over. Empty: no limit.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="most people",
            ),
        ),
        migrations.AlterField(
            model_name="offer",
            name="grace_days",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="Days after the last day on which the desk still takes a code. Patients are not told: it is for the visit that was booked in time and fell a little late.",
            ),
        ),
    ]
