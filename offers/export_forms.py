"""What is asked before personal data is taken out or erased."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from clinic_site.bounds import DAYS, RowsField
from clinic_site.models import Clinic, load_clinic
from clinic_site.staff_site import DAY

from .forget import all_of_the_person
from .lead_keys import LeadKey, identities
from .leads import Lead
from .stages import Stage


class ExportForm(forms.Form):
    """Days are the clinic's. Empty: from the first, or to the last."""

    first = forms.DateField(label="From", required=False, widget=DAY, validators=DAYS)
    last = forms.DateField(label="To", required=False, widget=DAY, validators=DAYS)
    stage = forms.ChoiceField(label="Stage", required=False, choices=[("", "All stages"), *Stage.choices])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("first") and given.get("last") and given["first"] > given["last"]:
            self.add_error("last", "The last day is before the first.")
        return given

    def leads(self) -> QuerySet[Lead]:
        """Oldest first. Without what was erased, what the form's own test left, and parts of other requests."""
        given = self.cleaned_data
        found = Lead.objects.real().filter(erased_at=None).order_by("created_at", "pk")
        if given["first"]:
            found = found.filter(created_at__gte=midnight(given["first"]))
        if given["last"]:
            found = found.filter(created_at__lt=midnight(given["last"] + dt.timedelta(days=1)))
        return found.filter(stage=given["stage"]) if given["stage"] else found

    def in_words(self) -> str:
        """For the log: which requests, never what they said."""
        given = self.cleaned_data
        span = f"from {given['first'] or 'the first'} to {given['last'] or 'the last'}"
        stage = f", {Stage(given['stage']).label.lower()} only" if given["stage"] else ""
        return f"A table of requests {span}{stage}"


class RequestsField(RowsField[Lead]):
    """One box for each, with what tells them apart and names nobody. `opened`: the lead whose page it is."""

    opened: Lead

    def label_from_instance(self, obj: Any) -> str:
        day = date_format(timezone.localtime(obj.created_at), "N j, Y")
        words = f"{obj}, {day}, {obj.get_stage_display().lower()}"
        return words if obj == self.opened else f"{words}: {_tie(self.opened, obj)}"


def _tie(opened: Lead, other: Lead) -> str:
    """Why `other` is thought to be of the same person. Whoever typed a number may be a stranger to its owner."""
    shared = {kind for kind, _ in set(identities(opened)) & set(identities(other))}
    mains = {lead.merged_into_id or lead.pk for lead in (opened, other)}
    ties = [
        *(["the same phone"] if LeadKey.Kind.PHONE in shared else []),
        *(["the same e-mail"] if LeadKey.Kind.MAIL in shared else []),
        *(["merged"] if len(mains) == 1 else []),
    ]
    return ", ".join(ties) or "tied to this one only through another request"


class RequestsForm(forms.Form):
    """Which of a person's requests are meant. Only the one that was opened is ticked."""

    requests = RequestsField(
        Lead.objects.none(),
        label="Which requests",
        help_text="Tick another one only when you are sure that the same person sent it.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one request."},
    )

    def __init__(self, opened: Lead, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["requests"]
        assert isinstance(field, RequestsField)
        field.opened, field.queryset = opened, all_of_the_person(opened)
        field.initial = [opened.pk]


class CopyForm(RequestsForm):
    how = forms.ChoiceField(choices=[("page", "As a page"), ("json", "As JSON")])


class EraseForm(RequestsForm):
    sure = forms.BooleanField(required=False)


def midnight(day: dt.date) -> dt.datetime:
    clinic = load_clinic() or Clinic()
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min), clinic.zone)
