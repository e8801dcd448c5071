"""Forgetting a person: what they told goes, what is counted stays.

Stage, code, offer and dates tell nobody's name, so the funnel and the money given stay right. The consent record and
the do-not-contact list stay as well: they prove whom the clinic may call, and the latter holds digests only. So do the
digests of a phone and a mail whose person has used the discount, as long as the offer goes on: it is given once.
"""

import secrets
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone

from clinic_site import sealed
from clinic_site.models import AuditEntry

from .events import LeadEvent
from .lead_keys import OF_A_PERSON, LeadKey, identities, tie
from .lead_queries import token_digest
from .leads import Lead
from .notices import Notice
from .stages import Stage

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
        has_used = any(one.redeemed_at for one in (stored, *mine.values()))
        if has_used:
            _use_up_other_codes(mine.values())
        _let_parts_go(stored)
        tie(mine.values())
        _forget_what_was_told(stored)
        kept = OF_A_PERSON if has_used else []
        LeadKey.objects.filter(lead=stored).exclude(kind__in=kept).delete()
        # What was sent stays in the ledger: it says that and when, and nothing of whom.
        Notice.objects.filter(lead=stored).exclude(status=Notice.Status.SENT).delete()
        Notice.objects.filter(lead=stored).update(trouble="")  # a mail server's answer may quote the address
        # Lines of the timeline are only ever added, and that they were there stays true. But staff write about
        # people, so their text goes: the one place that changes a line, past the rule of LeadEvent.save.
        LeadEvent.objects.filter(lead=stored).update(text="")
        stored.add_event(why, by=by, kind=LeadEvent.Kind.ERASED)
        if by:
            AuditEntry.objects.note(AuditEntry.Kind.ERASED, by=by, row=stored)
    lead.refresh_from_db()
    return True


def erase_with_parts(lead: Lead, *, by: "User | None", why: str) -> bool:
    """And what was merged into it: it is about the same person."""
    for part in lead.parts.filter(erased_at=None):
        erase_with_parts(part, by=by, why=why)
    return erase(lead, by=by, why=why)


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
        own = LeadKey.objects.filter(lead__in=[one.pk for one in new], kind__in=OF_A_PERSON).values("digest")
        keys = LeadKey.objects.filter(models.Q(digest__in=digests) | models.Q(digest__in=own))
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


def _let_parts_go(main: Lead) -> None:
    """Whoever was merged into it stands in the lists again, the oldest for the others, as far along as it was."""
    parts = Lead.objects.filter(merged_into=main).order_by("pk")
    if main.merged_into_id:
        parts.update(merged_into=main.merged_into_id)
    elif first := parts.filter(erased_at=None).first():
        parts.update(merged_into=first)
        first.merged_into, first.takes_place = None, first.needs_a_place()
        if first.stage == Stage.NEW and main.stage != Stage.SET_ASIDE:
            first.stage = Stage.CONTACTED if main.redeemed_at or main.stage == Stage.LOST else main.stage
        first.offer.note_places()
        first.save(update_fields=["merged_into", "takes_place", "stage"])
        first.add_event(f"{main}, of which this was a part, was erased.", kind=LeadEvent.Kind.MERGED)


def _use_up_other_codes(others: Iterable[Lead]) -> None:
    """Of a person who has used the discount."""
    for other in others:
        if not other.redeemed_at and not other.voided_at and not other.erased_at:
            Lead.objects.filter(pk=other.pk).update(voided_at=timezone.now())
            words = "Code taken back: this person has used the discount with another request, now erased."
            other.add_event(words, kind=LeadEvent.Kind.CODE)
