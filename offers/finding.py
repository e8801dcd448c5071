"""How staff find a lead by what a caller or a visitor says: in a POST, since addresses end up in logs."""

import re
from dataclasses import dataclass, field

import phonenumbers
from django.conf import settings

from .codes import LENGTH, SIGNS, is_code, normalise
from .inbox import ROW
from .lead_queries import LeadQuerySet
from .models import Lead

SHOWN = 12  # whoever wants more types more


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
    typed = typed.strip()
    rows: LeadQuerySet = Lead.objects.filter(is_test=False, erased_at=None).only(*ROW).with_undelivered()
    if is_code(normalise(typed)):
        return _found("code", list(rows.by_code(typed)), "Nobody has this code.")
    if "@" in typed:
        return _found(
            "mail", list(rows.by_mail(typed).newest_first()[: SHOWN + 1]), "Nobody gave this address."
        )
    if re.fullmatch(r"[\d\s().+-]+", typed):
        return _by_digits(rows, typed)
    leads = rows.by_name(typed, SHOWN + 1)
    if not leads and _is_near_a_code(typed):
        slip = "This is no code of ours: one sign is wrong. A code has seven letters and digits."
        return Found("code", words=slip)
    return _found("name", leads, "Nobody of this name asked for the offer.")


def _by_digits(rows: LeadQuerySet, typed: str) -> Found:
    digits = re.sub(r"\D", "", typed)
    if len(digits) == 4:
        return _found("digits", rows.by_last_four(digits), "No phone number ends in these digits.")
    try:
        number = phonenumbers.parse(typed, settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        return Found("phone", words="Type the last four digits, or the whole number.")
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return _found("phone", list(rows.by_phone(e164).newest_first()[: SHOWN + 1]), "Nobody gave this number.")


def _is_near_a_code(typed: str) -> bool:
    """Whether a code was meant: grouped as one, or about as long with a digit or nothing but signs of codes."""
    plain = normalise(typed)
    return bool(re.fullmatch(r"\w{3}-\w{4}", typed)) or (
        len(plain) in {LENGTH, LENGTH + 1, LENGTH + 2}
        and (any(sign.isdigit() for sign in plain) or set(plain) <= set(SIGNS))
    )


def _found(by: str, leads: list[Lead], nobody: str) -> Found:
    """What was merged stands under the lead that it is part of."""
    mains = list({main.pk: main for main in (lead.main for lead in leads)}.values())
    more = len(mains) > SHOWN
    words = nobody if not mains else "There are more. Type more of it." if more else ""
    return Found(by, mains[:SHOWN], words, not more)
