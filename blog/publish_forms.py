"""The forms of the publish page: what to let stand, signing off, publishing."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone

from .checks import typed_facts
from .claim_words import claims_in
from .finding import Finding
from .sign_offs import CHECKLIST

FARTHEST = dt.timedelta(days=2 * 365)  # a date beyond it is a slip of the finger
SHORTEST_REASON = 15  # characters: "ok" is none


class DecisionForm(forms.Form):
    """A tick, or for a claim a reason in writing, for each warning that is to stand. The rest stays asked."""

    def __init__(self, *args: Any, findings: Sequence[Finding], may_sign: bool) -> None:
        super().__init__(*args)
        self.findings = findings
        for finding in findings:
            if not finding.needs_signer:
                self.fields[finding.key] = forms.BooleanField(
                    label="It is right as it stands", required=False
                )
            elif may_sign:
                self.fields[finding.key] = forms.CharField(
                    label="Why it may stand",
                    required=False,
                    min_length=SHORTEST_REASON,
                    max_length=500,
                    widget=forms.Textarea(attrs={"rows": 2}),
                    error_messages={"min_length": "Say in a sentence why: it is kept with the edition."},
                )

    def rows(self) -> Iterator[tuple[Finding, BoundField | None]]:
        """None where whoever asks may not decide."""
        for finding in self.findings:
            yield finding, self[finding.key] if finding.key in self.fields else None

    def clean(self) -> None:
        if not self.errors and not list(self.decided()):
            raise ValidationError("Nothing was ticked or written. Mend the text, or say what may stand.")

    def decided(self) -> Iterator[tuple[Finding, str]]:
        for finding in self.findings:
            if answer := self.cleaned_data.get(finding.key):
                yield finding, answer if finding.needs_signer else ""


class TakeBackForm(forms.Form):
    key = forms.CharField(max_length=16)


class SignForm(forms.Form):
    """`alone`: whoever signs wrote of it, and ticks the whole of `sentences`."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, alone: bool, sentences: Sequence[str] = CHECKLIST, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, sentence in enumerate(sentences if alone else []):
            self.fields[f"tick_{number}"] = forms.BooleanField(
                label=sentence, error_messages={"required": "Do this first, then tick it."}
            )

    def checklist(self) -> list[str]:
        return [str(field.label) for name, field in self.fields.items() if name.startswith("tick_")]


class PublishForm(forms.Form):
    change_note = forms.CharField(
        label="What is new in this edition",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="One sentence. Readers see it at the end of the page, colleagues in the list of editions.",
    )
    visible_from = forms.DateTimeField(
        label="Show it from",
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text="Clinic time. Empty: at once.",
    )

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_change_note(self) -> str:
        """Readers see it, and no sign-off is of it: so nothing in it may be in doubt."""
        note: str = self.cleaned_data["change_note"]
        faults = list(typed_facts(note))
        faults += [f"Say it without “{claim.words}”. {claim.reason}" for claim in claims_in("", note)]
        if faults:
            raise ValidationError(faults)
        return note

    def clean_visible_from(self) -> dt.datetime | None:
        at: dt.datetime | None = self.cleaned_data["visible_from"]
        if at and at < timezone.now():
            raise ValidationError("This moment has passed. Leave it empty to publish at once.")
        if at and at > timezone.now() + FARTHEST:
            raise ValidationError("Choose a moment within the next two years.")
        return at
