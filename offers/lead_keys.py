"""How a lead is found although all that is personal in it is sealed: by keyed digests of a few things.

Who and what is one person: the same phone with the same extension, or the same mail address, written in any way.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models

from clinic_site import sealed

if TYPE_CHECKING:
    from .leads import Lead

LEAST_LETTERS = 3  # of a name's word; a shorter word is looked for whole
DOTLESS = {"gmail.com", "googlemail.com"}  # mail to a.b@ and ab@ arrives in one box there


class LeadKey(models.Model):
    """One digest that leads to one lead. Of no use to anybody without a key of settings.FIELD_KEYS."""

    class Kind(models.TextChoices):
        PHONE = "phone", "Phone"
        MAIL = "mail", "Mail"
        LAST_FOUR = "last4", "Last four digits"
        NAME = "name", "First letters of a name"
        TIE = "tie", "A request between two, now erased"
        NUMBER = "num", "Phone without its extension"  # makes nobody the same person: a firm may share it

    lead = models.ForeignKey("offers.Lead", on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=5, choices=Kind)
    digest = models.CharField(max_length=sealed.DIGEST_LENGTH, db_index=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of request no. {self.lead_id}"


def phone_identity(phone: str, extension: str = "") -> str:
    """`phone` in E.164. Two extensions of one number are two phones, but "5" and "05" are one."""
    return f"{phone};{re.sub(r'[^0-9]', '', extension).lstrip('0')}" if phone else ""


def mail_identity(email: str) -> str:
    """Without what changes no mail box: case, a +tag, and the dots where they do not count."""
    local, _, domain = email.strip().casefold().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}" if local else ""


# By which two leads are one person's. A tie is random: it leads to no phone, mail or name.
OF_A_PERSON = [LeadKey.Kind.PHONE, LeadKey.Kind.MAIL, LeadKey.Kind.TIE]


def words_of(name: str) -> list[str]:
    """The words of a name as people look for them: no accents, no case, no signs."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return re.findall(r"[^\W_]+", plain.casefold())


def identities(lead: "Lead") -> list[tuple[str, str]]:
    """What makes two leads one person's."""
    found = [
        (LeadKey.Kind.PHONE.value, phone_identity(lead.phone, lead.phone_extension)),
        (LeadKey.Kind.MAIL.value, mail_identity(lead.email)),
    ]
    return [(kind, value) for kind, value in found if value]


def findable(lead: "Lead") -> list[tuple[str, str]]:
    """All that a lead is found by, each with its kind."""
    found = identities(lead)
    if lead.phone:
        found.append((LeadKey.Kind.LAST_FOUR.value, lead.phone[-4:]))
        if lead.phone_extension:
            found.append((LeadKey.Kind.NUMBER.value, lead.phone))
    starts = dict.fromkeys(word[:LEAST_LETTERS] for word in words_of(lead.name))
    return found + [(LeadKey.Kind.NAME.value, start) for start in starts]


def keys_of(lead: "Lead") -> list[LeadKey]:
    """Not stored yet."""
    return [LeadKey(lead=lead, kind=kind, digest=sealed.digest(kind, told)) for kind, told in findable(lead)]


def tie(leads: "Iterable[Lead]") -> None:
    """They stay one person's although what tied them goes."""
    leads = list(leads)
    digest = secrets.token_hex(sealed.DIGEST_LENGTH // 2)
    if len(leads) > 1:
        LeadKey.objects.bulk_create(
            [LeadKey(lead=lead, kind=LeadKey.Kind.TIE, digest=digest) for lead in leads]
        )
