"""The form of the offer. One message for each cause, and nothing typed is lost.

What each field takes (of all text: no control signs, no signs that turn its direction; one Unicode form, NFC):

name        1 to 100 characters on one line, at least one letter of any script
phone       up to 40 characters that make a valid number, an extension included; needed for a call or a text
email       up to 254 characters, an address in full; needed for an e-mail
contact_by  call, text or email
region      a region's slug, or other
note        up to 500 characters, lines and tabs allowed
more        nothing: filled in, it speaks for a machine (suspicion.py)
form_key    a UUID; a broken one is replaced
opened      a signed moment (suspicion.py); a broken one speaks for a machine
asked_about a mail address, compared and not kept
"""

import re
import unicodedata
import uuid
from typing import Any

import phonenumbers
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.core.validators import ProhibitNullCharactersValidator as NullCheck

from blog.models import Region
from clinic_site import facts

from . import slips, suspicion
from .consent_boxes import BOXES, ConsentBoxes
from .models import Lead

OTHER = "other"
# Control characters, and the signs that turn the direction of text about (Unicode UAX 9) to hide what it says.
_SIGNS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff"
UNREADABLE = re.compile(f"[{_SIGNS}]")
UNREADABLE_LINE = re.compile(f"[{_SIGNS}\\t\\r\\n\u2028\u2029]")


def regions() -> list[tuple[str, str]]:
    """From memory, so that the form can be shown while the database is away."""
    rows: list[Region] = facts.fact("regions") or []
    return [*((region.slug, region.name) for region in rows), (OTHER, "Somewhere else, or several places")]


class ConditionalField(forms.CharField):
    """Needed or not by what else is chosen, so its label says neither."""

    conditional = True


class TrapField(forms.CharField):
    """Nobody sees it (templates/clinic/field.html). Machines fill in every box they find."""

    is_trap = conditional = True


class FoldedField(forms.CharField):
    """Few need it, so it waits behind a word (templates/clinic/field.html): no more than five fields are in view."""

    conditional = True  # the word says that it is optional
    fold = "Add a note"


class LeadForm(ConsentBoxes):
    name = forms.CharField(
        label="Full name",
        max_length=100,
        error_messages={
            "required": "Write your name.",
            "max_length": "Shorten your name to 100 characters or fewer.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )
    phone = ConditionalField(
        label="Phone number",
        required=False,
        max_length=40,
        help_text="For a call or a text. Any way you write it, for example 212 555 0123.",
        error_messages={"max_length": "Shorten the phone number to 40 characters or fewer."},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = ConditionalField(
        label="E-mail address",
        required=False,
        max_length=254,
        help_text="Your code goes there too.",
        error_messages={"max_length": "Shorten the e-mail address to 254 characters or fewer."},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "inputmode": "email"}),
    )
    contact_by = forms.ChoiceField(
        label="How should we answer?",
        choices=Lead.ContactBy.choices,
        initial=Lead.ContactBy.CALL,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how we should answer.",
            "invalid_choice": "Choose how we should answer: call, text or e-mail.",
        },
    )
    region = forms.ChoiceField(
        label="Where does it hurt?",
        error_messages={
            "required": "Choose where it hurts.",
            "invalid_choice": "Choose where it hurts from the list.",
        },
    )
    note = FoldedField(
        label="Anything we should know before we answer?",
        required=False,
        max_length=500,
        help_text="When we can reach you, for example. Please send no medical details.",
        error_messages={"max_length": "Shorten this to 500 characters or fewer."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    more = TrapField(
        label="Leave this empty",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    form_key = forms.CharField(required=False, widget=forms.HiddenInput)
    opened = forms.CharField(required=False, widget=forms.HiddenInput, initial=suspicion.stamp)
    asked_about = forms.CharField(required=False, widget=forms.HiddenInput)
    trail = forms.CharField(required=False, widget=forms.HiddenInput)  # see trail.py
    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # filled by static/js/site.js

    use_required_attribute = False  # no pop-ups: the answer to a slip is a page that says what to do

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [("", "Choose one"), *regions()]  # type: ignore[attr-defined]
        self.fields["form_key"].initial = uuid.uuid4
        self.show_boxes()
        for field in self.fields.values():  # the check below says the same of nulls, in words for patients
            field.validators = [check for check in field.validators if type(check) is not NullCheck]

    def _readable(self, name: str, spoken: str, unreadable: re.Pattern[str] = UNREADABLE_LINE) -> str:
        value = unicodedata.normalize("NFC", self.cleaned_data[name])
        if unreadable.search(value):
            raise ValidationError(f"Your {spoken} has signs that cannot be read. Please type it again.")
        return value

    def clean_name(self) -> str:
        name = " ".join(self._readable("name", "name").split())
        if not any(sign.isalpha() for sign in name):
            raise ValidationError("Write your name with letters.")
        return name

    def clean_note(self) -> str:
        return self._readable("note", "note", UNREADABLE)

    def clean_email(self) -> str:
        email = self._readable("email", "e-mail address").strip().lower()
        if email:
            message = "Write the e-mail address in full, like name@example.com."
            EmailValidator(message=message, allowlist=[])(email)
        took = self.data.get("take_meant")  # the button of the question below
        return (slips.suggestion(email) if took else "") or email

    def clean_phone(self) -> phonenumbers.PhoneNumber | None:
        """Any way a person writes it, an extension included; anything else than a possible number is asked about."""
        typed = self._readable("phone", "phone number")
        if not typed:
            return None
        try:
            number = phonenumbers.parse(typed, settings.PHONENUMBER_DEFAULT_REGION)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            raise ValidationError("Write the phone number with its area code, like 212 555 0123.")
        return number

    def clean_form_key(self) -> uuid.UUID:
        """Nobody types it, so a broken one is no reason to send a patient back."""
        try:
            return uuid.UUID(self.cleaned_data["form_key"])
        except ValueError:
            return uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        """What we need depends on how the person wants to hear from us."""
        given = self.cleaned_data
        by = given.get("contact_by")
        if by == Lead.ContactBy.EMAIL and "email" in given and not given["email"]:
            self.add_error("email", "Write your e-mail address, so that we can answer by e-mail.")
        if by in {Lead.ContactBy.CALL, Lead.ContactBy.TEXT} and "phone" in given and not given["phone"]:
            verb = "call" if by == Lead.ContactBy.CALL else "text"
            self.add_error("phone", f"Write your phone number, so that we can {verb} you.")
        return given

    def typed(self) -> list[forms.BoundField]:
        """What a person can have written."""
        hidden = {"more", *BOXES}
        return [field for field in self.visible_fields() if field.value() and field.name not in hidden]

    def asks_about_mail(self) -> str:
        """For a valid form: the address that was likely meant, asked about once; "" when there is no question."""
        email = self.cleaned_data["email"]
        meant = "" if self.cleaned_data["asked_about"] == email else slips.suggestion(email)
        if meant:
            self.data = {name: self.data.get(name, "") for name in self.fields} | {"asked_about": email}
        return meant

    def lead_fields(self) -> dict[str, Any]:
        """The cleaned form as fields of a Lead."""
        given = self.cleaned_data
        number: phonenumbers.PhoneNumber | None = given["phone"]
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number else ""
        return {
            "name": given["name"],
            "phone": e164,
            "phone_extension": (number.extension or "")[:12] if number else "",
            "email": given["email"],
            "contact_by": given["contact_by"],
            "region": "" if given["region"] == OTHER else given["region"],
            "note": given["note"],
        }
