"""Columns for what a lead tells, sealed. 0003 moves what is there into them, 0004 tightens."""

from typing import Any

import django.db.models.deletion
from django.core.validators import MinValueValidator
from django.db import migrations, models

from clinic_site.sealed import SealedTextField

NEW_SEALED: dict[str, models.Field[Any, Any]] = {
    "region": SealedTextField(
        blank=True,
        default="",
        help_text="A region's slug. Empty: somewhere else.",
        verbose_name="where it hurts",
    ),
    "article": SealedTextField(
        blank=True, default="", help_text="An article's slug.", verbose_name="came from"
    ),
    "first_article": SealedTextField(
        blank=True, default="", help_text="An article's slug.", verbose_name="read first"
    ),
    "campaign": SealedTextField(blank=True, default=""),
}
NEW_PLAIN: dict[str, models.Field[Any, Any]] = {
    "came_by": models.CharField(
        choices=[("form", "Form on the site"), ("phone", "Phone call")],
        default="form",
        max_length=5,
    ),
    "is_test": models.BooleanField(default=False, help_text="The form alarm's own."),
    "doubts": models.JSONField(blank=True, default=list, help_text="Why it was set aside."),
    "takes_place": models.BooleanField(default=True, help_text="Counts towards the offer's caps."),
    "lost_reason": models.CharField(
        blank=True,
        choices=[
            ("no_answer", "Could not be reached"),
            ("changed_mind", "Changed their mind"),
            ("cost", "The cost"),
            ("times", "No time that suits"),
            ("elsewhere", "Went elsewhere"),
            ("not_for_us", "Needs other care"),
            ("not_new", "The offer is not for them"),
            ("other", "Another reason"),
        ],
        default="",
        max_length=12,
    ),
    "next_contact_on": models.DateField(blank=True, null=True, verbose_name="next contact"),
    "booked_at": models.DateTimeField(blank=True, null=True),
    "voided_at": models.DateTimeField(blank=True, null=True),
    "erased_at": models.DateTimeField(blank=True, null=True),
    "merged_into": models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="parts",
        to="offers.lead",
    ),
}
OF_THE_OFFER: dict[str, models.Field[Any, Any]] = {
    "grace_days": models.PositiveSmallIntegerField(
        default=0,
        help_text="Days after the last day on which the desk still takes a code. Not shown to patients.",
    ),
    "cap_total": models.PositiveIntegerField(
        blank=True,
        help_text="Empty: no limit.",
        null=True,
        validators=[MinValueValidator(1)],
        verbose_name="most people",
    ),
    "cap_day": models.PositiveIntegerField(
        blank=True,
        help_text="Empty: no limit.",
        null=True,
        validators=[MinValueValidator(1)],
        verbose_name="most people a day",
    ),
}


class Migration(migrations.Migration):
    dependencies = [("offers", "0001_first"), ("blog", "0001_first")]

    operations = [
        migrations.CreateModel(
            name="LeadKey",
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
                        choices=[
                            ("phone", "Phone"),
                            ("mail", "Mail"),
                            ("last4", "Last four digits"),
                            ("name", "First letters of a name"),
                        ],
                        max_length=5,
                    ),
                ),
                ("digest", models.CharField(db_index=True, max_length=32)),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="offers.lead"
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(model_name="lead", name="lead_can_be_reached"),
        migrations.RenameField("lead", "region", "region_was"),
        *(migrations.AddField("lead", name, field) for name, field in NEW_SEALED.items()),
        *(
            migrations.AlterField("lead", name, field)
            for name, field in {
                "name": SealedTextField(verbose_name="full name"),
                "phone": SealedTextField(blank=True, default="", help_text="In E.164."),
                "phone_extension": SealedTextField(blank=True, default="", verbose_name="extension"),
                "email": SealedTextField(blank=True, default="", verbose_name="e-mail"),
                "note": SealedTextField(blank=True, default="", verbose_name="note"),
                "token": SealedTextField(),
            }.items()
        ),
        migrations.AlterField("leadevent", "text", SealedTextField()),
        migrations.AddField("lead", "token_digest", models.CharField(max_length=64, default="")),
        *(migrations.AddField("lead", name, field) for name, field in NEW_PLAIN.items()),
        migrations.AlterField(
            "lead",
            "stage",
            models.CharField(
                choices=[
                    ("new", "New"),
                    ("contacted", "Contacted"),
                    ("booked", "Booked"),
                    ("redeemed", "Redeemed"),
                    ("lost", "Lost"),
                    ("set_aside", "Set aside"),
                ],
                db_index=True,
                default="new",
                max_length=9,
            ),
        ),
        migrations.AlterField(
            "leadevent",
            "kind",
            models.CharField(
                choices=[
                    ("claimed", "Claimed"),
                    ("moved", "Stage"),
                    ("note", "Note"),
                    ("redeemed", "Redeemed"),
                    ("undone", "Undone"),
                    ("code", "Code"),
                    ("merged", "Merged"),
                    ("consent", "Consent"),
                    ("erased", "Erased"),
                ],
                max_length=8,
            ),
        ),
        *(migrations.AddField("offer", name, field) for name, field in OF_THE_OFFER.items()),
    ]
