"""How a person wants to be reached, changed on the ticket page."""

from typing import Any

from django import forms

from .consent_boxes import BOXES, ConsentBoxes
from .consents import Choice
from .models import Lead
from .permissions import YES_TO, told_here

NEEDS = {Lead.ContactBy.CALL: "phone", Lead.ContactBy.TEXT: "phone", Lead.ContactBy.EMAIL: "email"}


class TicketForm(ConsentBoxes):
    contact_by = forms.ChoiceField(
        label="How should we answer?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how we should answer.",
            "invalid_choice": "Choose how we should answer from the list.",
        },
    )
    field_order = ["contact_by"]
    use_required_attribute = False

    def __init__(self, lead: Lead, data: Any = None) -> None:
        """The ways for which an address is known, and boxes as they are filled now."""
        self.lead = lead
        self.allowed = told_here(lead)
        is_left_alone = not (self.allowed["call"].may or self.allowed["email"].may)
        super().__init__(data, initial={} if is_left_alone else {"contact_by": lead.contact_by})
        self.fields["contact_by"].required = not is_left_alone  # else saving the boxes would end the peace
        self.fields["contact_by"].choices = [  # type: ignore[attr-defined]
            (way.value, way.label) for way in Lead.ContactBy if getattr(lead, NEEDS[way])
        ]
        self.show_boxes()
        for name, (kind, address) in BOXES.items():
            if name in self.fields and not getattr(lead, address):
                del self.fields[name]
                del self.texts[kind]
            elif name in self.fields:
                self.fields[name].initial = next(
                    self.allowed[way].may for way, yes in YES_TO.items() if yes == kind
                )

    def clean(self) -> dict[str, Any]:
        self.ask_again("These words have changed. Read them again, and tick them if you agree.")
        return self.cleaned_data

    def choices(self) -> list[Choice]:
        """An empty box is a no, whatever words stood beside it."""
        if self.knows_what_was_seen:
            return super().choices()
        return [Choice(kind, given=False) for name, (kind, _) in BOXES.items() if name in self.fields]
