"""The mark by which the form knows a request of the form alarm: it is stored like any other, and is nobody's."""

from django import forms
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest

GOOD_FOR = 10 * 60  # seconds: longer than a test takes
SALT = "offers.form_mark"


class MarkForm(forms.Form):
    """No page prints this field; only a process that has SECRET_KEY can fill it in."""

    mark = forms.CharField(required=False, max_length=200)


def new_mark() -> str:
    return _signer().sign("test")


def is_marked(request: HttpRequest) -> bool:
    if "mark" not in request.POST:  # as in every patient's
        return False
    form = MarkForm(request.POST)
    if not form.is_valid():
        return False
    try:
        return _signer().unsign(form.cleaned_data["mark"], max_age=GOOD_FOR) == "test"
    except BadSignature:
        return False


def _signer() -> TimestampSigner:
    return TimestampSigner(salt=SALT)
