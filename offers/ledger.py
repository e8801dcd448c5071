"""What became of the codes of one offer, and what it has cost: for whoever decides about the next one."""

from dataclasses import dataclass

from django.db.models import Count, Q

from clinic_site.models import dollars

from .models import Lead, Offer


@dataclass(frozen=True)
class Ledger:
    """Codes of an offer. Each one that was issued is in exactly one of the other numbers."""

    issued: int
    redeemed: int
    void: int
    lost: int
    waiting: int
    is_over: bool  # the desk takes its codes no more
    given: str


def ledger_of(offer: Offer) -> Ledger:
    """One query. What was set aside has no code that anybody may count on, so it is not issued."""
    used, lost = Q(redeemed_at__isnull=False), Q(stage=Lead.Stage.LOST)
    void = Q(voided_at__isnull=False) & ~(lost & Q(erased_at__isnull=False))  # the forgotten stay lost
    leads = Lead.objects.real().filter(offer=offer).exclude(stage=Lead.Stage.SET_ASIDE)
    found = leads.aggregate(
        issued=Count("pk"),
        redeemed=Count("pk", filter=used),
        void=Count("pk", filter=void),  # never a used one
        lost=Count("pk", filter=lost & ~void),
    )
    waiting = found["issued"] - found["redeemed"] - found["void"] - found["lost"]
    return Ledger(
        **found,
        waiting=waiting,
        is_over=offer.is_past_grace(),
        given=dollars(found["redeemed"] * offer.amount),
    )
