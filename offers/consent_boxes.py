"""The two boxes of a form: empty until a person ticks them, and needed for nothing.

The form carries, signed, which words stood beside its boxes. So the record says what the person saw, also when
there are newer words by the time the form is sent. A tick without that is dropped: nobody could say what it meant.
"""

from django import forms
from django.core import signing

from clinic_site import facts

from .consent_texts import ConsentText, shown_texts
from .consents import Choice, Consent

# Box -> what it is about, and the field with the address that it is about.
BOXES = {
    "text_consent": (Consent.Kind.TEXTS, "phone"),
    "news_consent": (Consent.Kind.NEWS, "email"),
}
STAMP = "consent_texts"
SALT = "offers.consent_texts"


class ConsentBox(forms.BooleanField):
    """Its label is what the person agrees to."""

    is_consent = True  # both stand in a group of their own: components/consent_boxes.html

    def __init__(self) -> None:
        super().__init__(required=False)


class ConsentBoxes(forms.Form):
    """For a form with the boxes, which calls `show_boxes` at the end of its __init__."""

    text_consent = ConsentBox()
    news_consent = ConsentBox()
    consent_texts = forms.CharField(required=False, widget=forms.HiddenInput)

    texts: dict[str, ConsentText]
    lost_ticks: list[str]  # boxes that were ticked beside words that we do not know any more

    def show_boxes(self) -> None:
        """From memory. Without words for it there is no box."""
        self.lost_ticks = []
        self.texts = self._as_seen() if self.is_bound else shown_texts()
        if self.is_bound and not self.texts:
            self._begin_anew()
        else:
            self.knows_what_was_seen = self.is_bound
        self.fields[STAMP].initial = stamp(self.texts)
        for name, (kind, _) in BOXES.items():
            if text := self.texts.get(kind):
                self.fields[name].label = text.rendered()
            else:
                del self.fields[name]

    def choices(self) -> list[Choice]:
        """What was chosen at each box that was there: yes or no, and to which words. Of a valid form."""
        if not self.knows_what_was_seen:
            return []
        return [
            Choice(
                kind,
                given=bool(self.cleaned_data[name]),
                text_id=self.texts[kind].pk,
                sha256=self.texts[kind].sha256,
                # A mail address may have been mended by the question about a slip: it is kept as it was taken.
                typed=str(self.data.get("phone", "")).strip() if address == "phone" else "",
            )
            for name, (kind, address) in BOXES.items()
            if kind in self.texts
        ]

    def ask_again(self, words: str) -> None:
        """In `clean`, where a tick must not be lost without a word."""
        for name in self.lost_ticks:
            self.add_error(name, words)

    def _as_seen(self) -> dict[str, ConsentText]:
        """The texts that the form says were shown; none when it does not say, or they read differently now."""
        try:
            seen = dict(_signer().unsign_object(self.data.get(STAMP, "")))
        except (signing.BadSignature, ValueError, TypeError):
            return {}
        known = {text.pk: text for text in facts.fact("consent_texts") or []}
        found = {kind: known.get(pk) for kind, (pk, _) in seen.items()}
        same = {kind: text for kind, text in found.items() if text and text.sha256 == seen[kind][1]}
        return same if same.keys() == seen.keys() else {}

    def _begin_anew(self) -> None:
        self.knows_what_was_seen = False
        self.texts = shown_texts()
        self.lost_ticks = [
            name for name, (kind, _) in BOXES.items() if kind in self.texts and self.data.get(name)
        ]
        kept = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict, see Form
        kept[STAMP] = stamp(self.texts)
        for name in BOXES:
            kept.pop(name, None)
        self.data = kept


def stamp(texts: dict[str, ConsentText]) -> str:
    """The same words make the same stamp at any time."""
    return _signer().sign_object({kind: [text.pk, text.sha256] for kind, text in texts.items()})


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT)
