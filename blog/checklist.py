from collections.abc import Iterator

from django.db import models
from django.urls import reverse

from clinic_site.checklist import Task
from clinic_site.models import Clinic, Page, Practitioner

from .advice_checks import without_emergency_advice
from .advice_editions import fingerprint, freeze_advice
from .claim_words import claims_in
from .models import AdviceEdition, Condition


def tasks() -> Iterator[Task]:
    yield from _advice()
    yield from _claims()


def _claims() -> Iterator[Task]:
    """In what the home page and the other plain pages print; articles are asked about when they are published."""
    texts: list[tuple[models.Model, str]] = [(clinic, clinic.tagline) for clinic in Clinic.objects.all()]
    texts += [(person, person.short_bio) for person in Practitioner.objects.all()]
    texts += [(page, f"{page.title}\n{page.standfirst}\n{page.body}") for page in Page.objects.all()]
    for row, text in texts:
        for finding in claims_in("", text):
            url = reverse(f"admin:clinic_site_{row._meta.model_name}_change", args=[row.pk])
            yield Task(f"{row} says “{finding.words}”. {finding.reason}", url)


def _advice() -> Iterator[Task]:
    url = reverse("admin:blog_adviceedition_changelist")
    public, draft = AdviceEdition.objects.public(), freeze_advice()
    if public and public.hash != fingerprint(draft):
        yield Task("The shared advice was changed and is not published yet.", url)
    elif public and public.published_by_id is None:
        yield Task("Shared advice: starter text. Somebody reads all of it, and publishes it.", url)
    for condition in without_emergency_advice(draft):
        yield Task(
            f"{condition}: pain there can be an emergency, and its public articles do not say when it is. "
            "Add the advice and publish it.",
            reverse("admin:blog_condition_change", args=[condition.pk]),
        )
    for condition in Condition.objects.filter(advice_reviewed_on=None).exclude(care_advice=None).distinct():
        yield Task(
            f"{condition}: nobody has reviewed its advice on getting help.",
            reverse("admin:blog_condition_change", args=[condition.pk]),
        )
