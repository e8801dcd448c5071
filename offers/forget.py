"""Forgetting a person: what they told goes, what is counted stays.

Stage, code, offer and dates tell nobody's name, so the funnel and the money given stay right. The consent record and
the do-not-contact list stay as well: they prove whom the clinic may call, and the latter holds digests only.
"""

import secrets
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone

from clinic_site import sealed

from .events import LeadEvent
from .lead_keys import LeadKey, identities
from .lead_queries import token_digest
from .leads import Lead
from .notices import Notice

if TYPE_CHECKING:
    from django.contrib.auth.models import User

TOLD = [
    *("name", "phone", "phone_extension", "email", "region", "note"),
    *("article", "first_article", "campaign"),
]


def erase(lead: Lead, *, by: "User | None", why: str) -> bool:
    """Forget what one request told, all or nothing; False when that had been done. `by`: None is the site itself.

    Asking for it is a person's right, and keeping less is the law (New York General Business Law 899-bb).
    """
    with transaction.atomic():
        # The person's rows are locked in the order in which redeeming locks them.
        same = Lead.objects.of_the_same_person(lead).select_for_update(of=("self",)).order_by("pk")
        mine = {one.pk: one for one in same}
        stored = mine.pop(lead.pk)
        if stored.erased_at:
            return False
        _use_up_other_codes(stored, mine.values())
        _forget_what_was_told(stored)
        LeadKey.objects.filter(lead=stored).delete()
        # What was sent stays in the ledger: it says that and when, and nothing of whom.
        Notice.objects.filter(lead=stored).exclude(status=Notice.Status.SENT).delete()
        Notice.objects.filter(lead=stored).update(trouble="")  # a mail server's answer may quote the address
        # Lines of the timeline are only ever added, and that they were there stays true. But staff write about
        # people, so their text goes: the one place that changes a line, past the rule of LeadEvent.save.
        LeadEvent.objects.filter(lead=stored).update(text="")
        stored.add_event(why, by=by, kind=LeadEvent.Kind.ERASED)
    lead.refresh_from_db()
    return True


def erase_all(leads: Iterable[Lead], *, by: "User | None", why: str) -> int:
    """How many were erased. Each in a transaction of its own, so that nobody waits for long."""
    return sum(erase(lead, by=by, why=why) for lead in leads)


def all_of_the_person(lead: Lead) -> models.QuerySet[Lead]:
    """Every request that a shared phone or mail, or a merge, ties to this one, for any offer, and not yet erased."""
    known: set[int] = set()
    new = [lead]
    while new:
        known |= {one.pk for one in new}
        digests = {digest for one in new for told in identities(one) for digest in sealed.digests(*told)}
        keys = LeadKey.objects.filter(digest__in=digests)
        tied = (
            models.Q(pk__in=keys.values("lead_id"))
            | models.Q(merged_into__in=known)
            | models.Q(parts__in=known)
        )
        new = list(Lead.objects.filter(tied, erased_at=None).exclude(pk__in=known).distinct())
    return Lead.objects.filter(pk__in=known, erased_at=None).order_by("pk")


def _forget_what_was_told(lead: Lead) -> None:
    token = secrets.token_urlsafe()  # of a ticket that nobody has the address of
    Lead.objects.filter(pk=lead.pk).update(
        **dict.fromkeys(TOLD, ""),
        token=token,
        token_digest=token_digest(token),
        form_key=uuid.uuid4(),  # the old one is a hash over what was told
        next_contact_on=None,
        voided_at=lead.voided_at or (None if lead.redeemed_at else timezone.now()),
        erased_at=timezone.now(),
    )


def _use_up_other_codes(lead: Lead, others: Iterable[Lead]) -> None:
    """Where the person has used the discount: after this nothing ties their other codes to the used one."""
    if not any(one.redeemed_at for one in (lead, *others)):
        return
    for other in others:
        if not other.redeemed_at and not other.voided_at:
            Lead.objects.filter(pk=other.pk).update(voided_at=timezone.now())
            words = "Code taken back: this person has used the discount with another request, now erased."
            other.add_event(words, kind=LeadEvent.Kind.CODE)
