"""What a person wishes about being contacted, said on the ticket page, by a link in a mail, or to staff.

Stop means stop: one press, at once, for every address it is about.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction

from . import reminders
from .consents import Choice, Consent, DoNotContact, Scope, Source, address_digests
from .events import LeadEvent
from .permissions import YES_TO, told_here

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from .leads import Lead

CONSENT = LeadEvent.Kind.CONSENT
PHONE_SCOPES = {Scope.EVERYTHING, Scope.TEXTS, Scope.CALLS}
MAIL_SCOPES = {Scope.EVERYTHING, Scope.NEWS}
ENDED_BY = {
    Consent.Kind.TEXTS: {Scope.EVERYTHING, Scope.TEXTS},
    Consent.Kind.NEWS: {Scope.EVERYTHING, Scope.NEWS},
}


def take_choices(
    lead: "Lead", choices: Iterable[Choice], *, source: str, page: str = "", by: "User | None" = None
) -> None:
    """What was chosen at the boxes of a form, inside the transaction that stores the lead."""
    if lead.is_test:  # nobody has agreed to anything
        return
    choices = list(choices)
    Consent.objects.record(lead, choices, source=source, page=page, by=by)
    if any(choice.kind == Consent.Kind.NEWS and choice.given for choice in choices):
        reminders.plan(lead)


def change(lead: "Lead", contact_by: str, choices: Iterable[Choice], *, page: str = "") -> None:
    """From the ticket page: another way to be reached, and boxes that were ticked or emptied since."""
    with transaction.atomic():
        allowed = told_here(lead)
        news = [
            choice
            for choice in choices
            for way, kind in YES_TO.items()
            if kind == choice.kind and allowed[way].may != choice.given
        ]
        for choice in news:
            words = f"{Consent.Kind(choice.kind).label}: {'yes' if choice.given else 'no longer'}."
            lead.add_event(words, kind=CONSENT)
        # To be reached in this way is a request of its own, and goes before a stop that was said earlier.
        if contact_by in {Consent.Kind.CALL.value, Consent.Kind.EMAIL.value} and (
            contact_by != lead.contact_by or not allowed[contact_by].may
        ):
            news.append(Choice(contact_by, given=True))
        if contact_by and contact_by != lead.contact_by:
            lead.contact_by = contact_by
            lead.save(update_fields=["contact_by"])
            lead.add_event(f"Wants another answer: {lead.get_contact_by_display()}.", kind=CONSENT)
        take_choices(lead, news, source=Source.TICKET, page=page)


def stop(lead: "Lead", scope: str, *, source: str, by: "User | None" = None, words: str = "") -> None:
    """The person of the lead is left alone from now on, in the ways of `scope`. `words` are theirs, if known."""
    channels = [Consent.Channel.CALL] if scope in PHONE_SCOPES else []
    channels += [Consent.Channel.EMAIL] if scope in MAIL_SCOPES else []
    with transaction.atomic():
        family = _merged_with(lead)
        for one in family:
            noes = [
                Choice(kind, given=False)
                for kind, scopes in ENDED_BY.items()
                if scope in scopes and address_digests(one, Consent.CHANNELS[kind])
            ]
            Consent.objects.record(one, noes, source=source, scope=scope, by=by)
        found = {
            digest for one in family for channel in channels for digest in address_digests(one, channel)[:1]
        }
        for digest in sorted(found):
            DoNotContact.objects.create(digest=digest, scope=scope, source=source)
        said = f" “{words}”" if words else ""
        lead.add_event(f"They said stop: {Scope(scope).label.lower()}.{said}", by=by, kind=CONSENT)


def _merged_with(lead: "Lead") -> list["Lead"]:
    """The lead itself, and those that staff have called the same person's."""
    family = [lead.main]
    for one in family:  # which grows meanwhile
        family += one.parts.all()
    return family


def stop_address(consent: Consent, scope: str, *, source: str) -> None:
    """The same by the link in a mail. The lead may have been erased since, and the address stays left alone."""
    lead = consent.lead
    if lead and consent.address_digest in address_digests(lead, consent.channel):
        stop(lead, scope, source=source)
        return
    with transaction.atomic():
        Consent.objects.create(
            kind=consent.kind,
            given=False,
            text=consent.text,
            sha256=consent.sha256,
            channel=consent.channel,
            address=consent.address,
            address_digest=consent.address_digest,
            source=source,
            scope=scope,
        )
        DoNotContact.objects.create(digest=consent.address_digest, scope=scope, source=source)
