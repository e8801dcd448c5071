"""A test of the form as a patient meets it: over HTTP, into the database, to the mails. Nothing is left of it."""

import datetime as dt
import http.client
import time

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from .events import LeadEvent
from .form_checks import FormCheck
from .form_mark import new_mark
from .form_visit import HiddenFields, Visitor
from .leads import Lead
from .notices import Notice
from .offer import Offer

MAIL_PATIENCE = 120  # seconds for the worker to send both mails
LOOK_EVERY = 1.0  # seconds
LEFT_OVER = dt.timedelta(minutes=15)  # older than any test takes: its process was killed
PRESSES = 2  # a form may come back once with a question, as after a slip in a mail address
Trouble = FormCheck.Trouble


class Failed(Exception):
    """The form does not work. `trouble` says where, the message says it in a plain sentence."""

    def __init__(self, trouble: Trouble, what: str) -> None:
        super().__init__(what)
        self.trouble = trouble


def mail_of_tests() -> str:
    """Where the mails of a test go: never to the front desk."""
    return settings.ALARM_MAIL or settings.MAIL_FROM


def try_form(offer: Offer, mail_patience: float = MAIL_PATIENCE) -> None:
    """Claim `offer` as a patient would. Raises Failed. It takes up to `mail_patience` seconds and some."""
    remove_left_over()
    visitor = Visitor()
    lead: Lead | None = None
    try:
        ticket = _send(visitor, offer.get_absolute_url())
        lead = Lead.objects.by_token(ticket.rstrip("/").rpartition("/")[2]).first()
        _check_stored(lead)
        assert lead
        _check_ticket(visitor, ticket, lead)
        _wait_for_mails(lead, mail_patience)
    except (OSError, http.client.HTTPException) as error:
        words = f"The form cannot be reached: {type(error).__name__}."
        raise Failed(Trouble.UNREACHABLE, words) from error
    finally:
        if lead is not None:
            remove(lead)


def _send(visitor: Visitor, path: str) -> str:
    """Open the form and send it; where the ticket is."""
    answer = visitor.ask(path)
    if answer.status != 200:
        raise Failed(Trouble.UNREACHABLE, f"The form cannot be reached: the site answers {answer.status}.")
    for _ in range(PRESSES):
        answer = visitor.ask(path, HiddenFields(answer.page).found | _typed())
        if answer.status == 302 and answer.location.startswith(f"{path}claimed/"):
            return answer.location
        if answer.status != 200:
            break
    raise Failed(Trouble.REFUSED, f"The form refused the test request: the site answers {answer.status}.")


def _typed() -> dict[str, str]:
    return {
        "name": "Test of the form",
        "email": mail_of_tests(),
        "contact_by": "email",
        "region": "other",
        "note": "The website tests its form.",
        "mark": new_mark(),
    }


def _check_stored(lead: Lead | None) -> None:
    if lead is None:
        raise Failed(Trouble.NOT_STORED, "The form gave a ticket, but the request was not stored.")
    if not lead.is_test:
        words = "The form took the test for a request: web server and worker have different SECRET_KEYs."
        raise Failed(Trouble.NOT_STORED, words)
    parts = {
        "the keys it is found by": lead.keys.exists(),
        "the first line of its timeline": lead.events.filter(kind=LeadEvent.Kind.CLAIMED).exists(),
        "its mails": {Notice.Kind.PATIENT, Notice.Kind.CLINIC}
        <= set(lead.notices.values_list("kind", flat=True)),
    }
    if missing := [name for name, is_there in parts.items() if not is_there]:
        raise Failed(Trouble.NOT_STORED, f"The request was stored without {' and '.join(missing)}.")


def _check_ticket(visitor: Visitor, path: str, lead: Lead) -> None:
    answer = visitor.ask(path)
    if answer.status != 200 or lead.code_text not in answer.page:
        raise Failed(Trouble.NO_TICKET, "The request was stored, but the page with the code is missing.")


def _wait_for_mails(lead: Lead, patience: float) -> None:
    until = time.monotonic() + patience
    while lead.notices.exclude(status=Notice.Status.SENT).exists():
        if time.monotonic() >= until:
            minutes = f"{patience / 60:.0f} minutes" if patience >= 120 else f"{patience:.0f} seconds"
            raise Failed(Trouble.NOT_MAILED, f"Requests are stored, but no mail went out within {minutes}.")
        time.sleep(LOOK_EVERY)


def remove(lead: Lead) -> None:
    """All of a test, from every table that points at it. Real ones are forgotten elsewhere, and by other rules."""
    with transaction.atomic():
        for relation in Lead._meta.related_objects:
            rows: models.QuerySet[models.Model] = models.QuerySet(relation.related_model)
            rows.filter(**{relation.field.name: lead}).delete()
        models.QuerySet(Lead).filter(pk=lead.pk).delete()


def remove_left_over() -> None:
    for lead in Lead.objects.filter(is_test=True, created_at__lt=timezone.now() - LEFT_OVER):
        remove(lead)
