"""Claim by phone: a code while the caller waits. The same ledger as the form on the site."""

import re
import uuid
from collections.abc import Mapping
from typing import Any

import phonenumbers
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from blog.index import Entry
from clinic_site import facts

from .codes import SIGNS
from .consent_boxes import ConsentBoxes
from .forms import OTHER, UNREADABLE, UNREADABLE_LINE, regions
from .models import Lead, Offer

# Said so that no sign is heard as another: the International Radiotelephony Spelling Alphabet, without its oddities.
_WORDS = (
    "three four six seven nine Charlie Delta Foxtrot Golf Hotel Juliet Kilo Mike Papa Romeo Tango Victor "
    "Whiskey X-ray"
)
SPOKEN = dict(zip(SIGNS, _WORDS.split(), strict=True))


def spelled(code: str) -> list[tuple[str, str]]:
    """Each sign of a code with the word to say for it."""
    return [(sign, SPOKEN[sign]) for sign in code]


def articles() -> list[tuple[str, str]]:
    """What is public now, by title."""
    index = facts.fact("articles")
    entries: list[Entry] = sorted(index.newest if index else [], key=lambda entry: entry.title.casefold())
    return [("", "Not asked"), *((entry.slug, entry.title) for entry in entries)]


class PhoneClaimForm(ConsentBoxes):
    """The boxes are read to the caller, who says yes or no. The proof names who of the staff heard it."""

    name = forms.CharField(
        max_length=100,
        label="Full name",
        error_messages={"required": "Write the caller’s name."},
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    phone = forms.CharField(
        max_length=40, required=False, label="Phone number", widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(
        required=False,
        label="E-mail address",
        help_text="The code goes there too.",
        error_messages={"invalid": "Write the address in full, like name@example.com."},
    )
    region = forms.ChoiceField(
        label="Where does it hurt?",
        error_messages={"required": "Choose where it hurts, or: Somewhere else."},
    )
    article = forms.ChoiceField(required=False, label="Which of our pages did they read?")
    note = forms.CharField(
        max_length=500, required=False, label="Note", widget=forms.Textarea(attrs={"rows": 2})
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"invalid": "", "required": ""})

    use_required_attribute = False  # all that is wrong is said at once, not one bubble after another

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.fields["region"].choices = [("", "Choose one"), *regions()]  # type: ignore[attr-defined]
        self.fields["article"].choices = articles()  # type: ignore[attr-defined]
        self.fields["form_key"].initial = uuid.uuid4
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"  # what the browser knows is of the last caller
        self.show_boxes()

    def _readable(self, name: str, unreadable: re.Pattern[str] = UNREADABLE_LINE) -> str:
        value: str = self.cleaned_data[name]
        if unreadable.search(value):
            raise ValidationError("There are signs in it that cannot be read. Type it again.")
        return value

    def clean_name(self) -> str:
        name = " ".join(self._readable("name").split())
        if not any(sign.isalpha() for sign in name):
            raise ValidationError("Write the name with letters.")
        return name

    def clean_email(self) -> str:
        return self._readable("email").lower()

    def clean_note(self) -> str:
        return self._readable("note", UNREADABLE)

    def clean_phone(self) -> phonenumbers.PhoneNumber | None:
        typed = self._readable("phone")
        if not typed:
            return None
        try:
            number = phonenumbers.parse(typed, settings.PHONENUMBER_DEFAULT_REGION)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            raise ValidationError("Write the number with its area code, like 212 555 0123.")
        return number

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not given.get("phone") and not given.get("email") and not {"phone", "email"} & set(self.errors):
            self.add_error("phone", "Write a phone number or an e-mail address.")
        self.ask_again("These words have changed meanwhile. Read them again, and tick them on a yes.")
        return given

    def claim(self, offer: Offer, by: Any) -> Lead:
        """For a valid form; the same form twice is one lead. Raises OfferFull."""
        given, number = self.cleaned_data, self.cleaned_data["phone"]
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number else ""
        return Lead.objects.claim(
            offer,
            given["form_key"],
            by=by,
            trail={"article": given["article"]},
            consents=self.choices(),
            name=given["name"],
            phone=e164,
            phone_extension=(number.extension or "")[:12] if number else "",
            email=given["email"],
            contact_by=Lead.ContactBy.CALL if number else Lead.ContactBy.EMAIL,
            region="" if given["region"] == OTHER else given["region"],
            note=given["note"],
        )
