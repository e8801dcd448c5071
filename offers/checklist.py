from collections.abc import Iterator

from django.urls import reverse

from blog.claim_words import claims_in
from clinic_site.checklist import Task

from .consent_texts import shown_texts
from .models import Offer


def tasks() -> Iterator[Task]:
    yield from conditions()
    yield from wordings()


def conditions() -> Iterator[Task]:
    """What the offer that is switched on still wants."""
    for offer in Offer.objects.filter(is_on=True).select_related("regular_fee"):
        url = reverse("admin:offers_offer_change", args=[offer.pk])
        if offer.regular_fee is None:
            yield Task(
                f"{offer}: choose the regular fee that it reduces. New York allows only a reduction of an "
                "established fee.",
                url,
            )
        if offer.fee_doubt:
            yield Task(f"{offer}: {offer.fee_doubt} Look whether both are right, then tick it off.", url)
        if offer.terms_reviewed_on is None:
            yield Task(f"{offer}: have your counsel review the terms, and note who did and when.", url)
        if offer.starts_on is None or offer.ends_on is None:
            yield Task(f"{offer}: give the first and the last day.", url)
        if not offer.extra_charges:
            yield Task(f"{offer}: say what may come on top of it, or write: None.", url)
        for text in (
            offer.service,
            offer.eligibility,
            offer.extra_charges,
            offer.terms,
            offer.closing_message,
        ):
            for finding in claims_in("", text):
                yield Task(f"{offer} says “{finding.words}”. {finding.reason}", url)


def wordings() -> Iterator[Task]:
    """Of the boxes for texts and news."""
    for text in shown_texts().values():
        if text.reviewed_on is None:
            yield Task(
                f"{text}: have your counsel review it, and note who did and when.",
                reverse("admin:offers_consenttext_change", args=[text.pk]),
            )
