"""How staff find a lead by what a caller or a visitor says: in a POST, since addresses end up in logs."""

import re
import unicodedata
from dataclasses import dataclass, field

import phonenumbers
from django.conf import settings

from .codes import LENGTH, SIGNS, is_code, normalise
from .inbox import ROW
from .lead_keys import LeadKey
from .lead_queries import LeadQuerySet
from .models import Lead

SHOWN = 12  # whoever wants more types more
LEAST_DIGITS = 7  # of a whole number, as one is said without its area code


@dataclass
class Found:
    """What was found, the newest first, and in what sense the words were taken."""

    by: str  # code, digits, phone, mail, name
    leads: list[Lead] = field(default_factory=list)
    words: str = ""  # why there is nothing, or that there is more
    is_whole: bool = True

    @property
    def only(self) -> Lead | None:
        return self.leads[0] if len(self.leads) == 1 else None


def find(typed: str) -> Found:
    """By a code, the last four digits of a phone, a whole phone number or mail address, or a name."""
    typed = _plain(typed)
    rows: LeadQuerySet = Lead.objects.filter(is_test=False, erased_at=None).only(*ROW).with_undelivered()
    if is_code(normalise(typed)):
        return _found("code", list(rows.by_code(typed)), "Nobody has this code.")
    if "@" in typed:
        return _found(
            "mail", list(rows.by_mail(typed).newest_first()[: SHOWN + 1]), "Nobody gave this address."
        )
    digits = re.sub(r"[^0-9]", "", typed)
    if len(digits) >= LEAST_DIGITS and (found := _by_number(rows, typed)):
        return found
    if re.fullmatch(r"[\d\s().+-]+", typed):
        if len(digits) == 4:
            return _found("digits", rows.by_last_four(digits), "No phone number ends in these digits.")
        return Found("phone", words="Type the last four digits, or the whole number.")
    leads = rows.by_name(typed, SHOWN + 1)
    if not leads and _is_near_a_code(typed):
        slip = "This is no code of ours: a sign is wrong or missing. A code has seven letters and digits."
        return Found("code", words=slip)
    return _found("name", leads, "Nobody of this name asked for the offer.")


def _plain(typed: str) -> str:
    """With the digits of our keyboards, whichever keyboard they were typed on."""
    text = unicodedata.normalize("NFKC", typed).strip()
    return re.sub(r"\d", lambda digit: str(int(digit[0])), text)


def _by_number(rows: LeadQuerySet, typed: str) -> Found | None:
    """A whole number; with an extension ("ext. 5", "x5") nobody else's. None when it is no number."""
    try:
        number = phonenumbers.parse(typed, settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    leads = rows.by_phone(e164, number.extension or "")
    if not number.extension:
        leads |= rows.keyed(LeadKey.Kind.NUMBER, e164)
    return _found("phone", list(leads.newest_first()[: SHOWN + 1]), "Nobody gave this number.")


def _is_near_a_code(typed: str) -> bool:
    """Whether a code was meant: grouped as one, or about as long with a digit or nothing but signs of codes."""
    plain = normalise(typed)
    has_digit = any(sign.isdigit() for sign in plain)
    return bool(re.fullmatch(r"\w{3}-\w{4}", typed)) or (
        LENGTH - has_digit <= len(plain) <= LENGTH + 2 and (has_digit or set(plain) <= set(SIGNS))
    )


def _found(by: str, leads: list[Lead], nobody: str) -> Found:
    """What was merged stands under the lead that it is part of."""
    mains = list({main.pk: main for main in (lead.main for lead in leads)}.values())
    more = len(mains) > SHOWN
    words = nobody if not mains else "There are more. Type more of it." if more else ""
    return Found(by, mains[:SHOWN], words, not more)
