"""The offer's form in admin."""

from typing import Any

from django import forms

from .offer import Offer


class OfferForm(forms.ModelForm[Offer]):
    fee_is_right = forms.BooleanField(
        label="The regular fee and what is taken off are right",
        required=False,
        help_text="Tick it once you have looked: the regular fee is what everybody else pays for this visit.",
    )

    grace_days = Offer._meta.get_field("grace_days").formfield(required=False)

    answer_within = Offer._meta.get_field("answer_within").formfield(required=False)

    open_within = Offer._meta.get_field("open_within").formfield(required=False)

    def clean_open_within(self) -> int:
        """Empty is as usual; 0 is a choice."""
        hours: int | None = self.cleaned_data["open_within"]
        return Offer().open_within if hours is None else hours

    def clean_answer_within(self) -> int:
        """Empty is as usual."""
        hours: int = self.cleaned_data["answer_within"] or Offer().answer_within
        return hours

    def clean_grace_days(self) -> int:
        """Empty is none."""
        return self.cleaned_data["grace_days"] or 0

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data.get("fee_is_right"):
            self.instance.note_fee_checked()
        return super().save(commit)
