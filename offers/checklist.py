from collections.abc import Iterator

from django.urls import reverse

from clinic_site.checklist import Task

from .models import Notice, Offer


def tasks() -> Iterator[Task]:
    for offer in Offer.objects.filter(is_on=True):
        url = reverse("admin:offers_offer_change", args=[offer.pk])
        if offer.regular_fee is None:
            yield Task(
                f"{offer}: choose the regular fee that it reduces. New York allows only a reduction of an "
                "established fee.",
                url,
            )
        if offer.terms_reviewed_on is None:
            yield Task(f"{offer}: have your counsel review the terms, and note who did and when.", url)
        if offer.starts_on is None or offer.ends_on is None:
            yield Task(f"{offer}: give the first and the last day.", url)
        if not offer.extra_charges:
            yield Task(f"{offer}: say what may come on top of it, or write: None.", url)
    if given_up := Notice.objects.filter(status=Notice.Status.GIVEN_UP).count():
        mails = "1 mail" if given_up == 1 else f"{given_up} mails"
        yield Task(
            f"{mails} could not be delivered. Call instead.",
            f"{reverse('admin:offers_notice_changelist')}?status__exact=given_up",
        )
