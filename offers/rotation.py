"""What leads are found by, put under the newest key: a digest cannot be turned into another, so it is made anew."""

from django.db import transaction

from clinic_site import sealed

from .lead_keys import LeadKey, findable, keys_of
from .leads import Lead

AT_ONCE = 50  # leads read at a time


def rekey_all(*, dry: bool = False) -> tuple[int, int]:
    """How many leads there are to be found, and of how many the digests were (with `dry`: would be) made anew."""
    seen = changed = last = 0
    while page := list(Lead.objects.filter(pk__gt=last, erased_at=None).order_by("pk")[:AT_ONCE]):
        for lead in page:
            seen += 1
            if not is_current(lead):
                changed += dry or rekey(lead.pk)
        last = page[-1].pk
    return seen, changed


def is_current(lead: Lead) -> bool:
    wanted = {(kind, sealed.digest(kind, told)) for kind, told in findable(lead)}
    return wanted == set(LeadKey.objects.filter(lead=lead).values_list("kind", "digest"))


@transaction.atomic
def rekey(pk: int) -> bool:
    """The lead is locked and read anew: whoever erases it comes before or after this, never in between."""
    lead = Lead.objects.select_for_update().get(pk=pk)
    LeadKey.objects.filter(lead=lead).delete()
    if lead.erased_at:
        return False
    LeadKey.objects.bulk_create(keys_of(lead))
    return True
