"""Addresses that are secrets stay out of the log and of reports of errors: of tickets, stop links, sign-in links."""

import io
import logging
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse
from django.utils.log import AdminEmailHandler
from pytest_django import Settings

from clinic_site.logs import masked
from offers import reminders
from offers.models import Lead

from . import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> Lead:
    make.make_clinic()
    return make.make_lead()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What stands on the console."""
    handler = logging.getLogger("django").handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    lines = io.StringIO()
    before = handler.setStream(lines)
    yield lines
    handler.setStream(before)


def test_the_log_names_no_ticket(client: Client, lead: Lead, log: io.StringIO) -> None:
    ticket = lead.get_absolute_url()
    refused = [
        client.get(f"{ticket}nothing/"),
        client.get(ticket.replace("claimed", "Claimed")),
        client.get(ticket.replace("claimed/", "claimed/%20")),
        client.put(f"{ticket}reach/"),
        client.put(ticket),
    ]
    assert [response.status_code for response in refused] == [404, 404, 404, 405, 405]
    assert log.getvalue().count("/offers/new-patient/claimed/...") == 4
    assert lead.token not in log.getvalue()


def test_the_log_names_no_stop_link_and_no_sign_in_link(client: Client, lead: Lead, log: io.StringIO) -> None:
    make.agree(lead, "news")
    url = reminders.stop_url(lead)
    link = url[url.index("/offers/") :]
    signed = link.split("/")[-2]
    assert client.put(link).status_code == 405
    assert client.get(f"{link}more/").status_code == 404
    assert client.put(reverse("sign_in", args=["a-secret"])).status_code == 405
    assert log.getvalue().count("...") == 3
    assert signed not in log.getvalue()
    assert "a-secret" not in log.getvalue()


def test_a_fault_on_a_ticket_is_logged_and_reported_without_its_address(
    lead: Lead, log: io.StringIO, settings: Settings
) -> None:
    settings.ADMINS = ["owner@example.com"]
    handler = AdminEmailHandler(include_html=True)
    logging.getLogger("django.request").addHandler(handler)
    fault = RuntimeError(f"no page at {lead.get_absolute_url()}")
    with patch("offers.ticket_views.show", side_effect=fault):
        assert Client(raise_request_exception=False).get(lead.get_absolute_url()).status_code == 500
    logging.getLogger("django.request").removeHandler(handler)
    assert "RuntimeError: no page at /offers/new-patient/claimed/..." in log.getvalue()
    assert lead.token not in log.getvalue()
    [report] = mail.outbox
    assert isinstance(report, EmailMultiAlternatives)
    told = " ".join([str(report.subject), str(report.body), str(report.alternatives)])
    assert "claimed/..." in told
    assert lead.token not in told


def test_other_addresses_are_left_as_they_are() -> None:
    for text in ("Not Found: /blog/claimed-by-many/", "Not Found: /offers/new-patient/", "50% /claimed/"):
        assert masked(text) == text
