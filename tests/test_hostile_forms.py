"""Hostile and odd submissions: no fault, nothing shown raw anywhere, and the real ones among them all stored.

`make torture` sends ten thousand; here a short version, the same on every run.
"""

import json
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from pytest_django import Settings

from offers import suspicion
from offers.models import Lead, Notice

from . import factories as make
from .hostile import ATTACKS, HEADERS, MARKUP, PRODUCT, Submission, attack

URL = "/offers/new-patient/"
EXAMPLES = 150
FORM = "application/x-www-form-urlencoded"
pytestmark = pytest.mark.django_db

type Pages = Callable[[list[Lead], Client], Iterator[str]]


def tickets(leads: list[Lead], staff: Client) -> Iterator[str]:
    return (staff.get(lead.get_absolute_url()).content.decode() for lead in leads)


def lead_pages(leads: list[Lead], staff: Client) -> Iterator[str]:
    return (staff.get(f"/admin/offers/lead/{lead.pk}/change/").content.decode() for lead in leads)


def lead_lists(leads: list[Lead], staff: Client) -> Iterator[str]:
    pages = range(1, len(leads) // 25 + 2)
    return (staff.get(f"/admin/offers/lead/?p={number}").content.decode() for number in pages)


def mails(leads: list[Lead], staff: Client) -> Iterator[str]:
    notices = Notice.objects.filter(lead__in=leads)
    return (str(notice.as_mail().alternatives[0][0]) for notice in notices)


# Wherever somebody sees what was typed, as a page: add to it what comes to show leads.
PLACES: dict[str, Pages] = {"ticket": tickets, "lead": lead_pages, "list": lead_lists, "mail": mails}


@pytest.fixture(autouse=True)
def site(db: None, settings: Settings) -> None:
    make.make_clinic(email="desk@example.com")
    make.make_offer()
    make.make_region()
    settings.CLAIMS_AN_HOUR = 1_000_000


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make.make_user("owner", is_superuser=True))
    return client


def post_by(client: Client) -> Callable[[Submission], tuple[int, str, str]]:
    client.raise_request_exception = False

    def post(submission: Submission) -> tuple[int, str, str]:
        body = submission.body(opened=make.opened())
        response = client.post(URL, body, content_type=FORM, REMOTE_ADDR=submission.address)
        return response.status_code, response.headers.get("Location", ""), response.content.decode()

    return post


def test_no_submission_is_a_fault_and_no_real_one_is_lost(client: Client) -> None:
    outcome = attack(post_by(client), EXAMPLES, seed_=1)
    assert outcome.faults == []
    assert outcome.lost == []
    assert outcome.sent == EXAMPLES
    stored = {lead.email: lead for lead in Lead.objects.all()}
    assert len(outcome.tickets) == len(range(0, EXAMPLES, 8))
    for email, ticket in outcome.tickets.items():
        assert stored[email].get_absolute_url() == ticket
        assert stored[email].stage == Lead.Stage.NEW
        assert stored[email].notices.count() == 2
    assert Lead.objects.count() == outcome.taken


@pytest.fixture
def attacked(client: Client) -> list[Lead]:
    """Leads whose name and note are attacks, as far as the form takes them, and released where set aside."""
    post = post_by(client)
    for number, typed in enumerate(ATTACKS):
        data = {"note": typed, "email": f"p{number}@example.com", "contact_by": "email", "region": "other"}
        for name in (f"{typed} Pat", "Pat"):
            if post(Submission([*data.items(), ("name", name)], f"10.1.0.{number}"))[0] == 302:
                break
    for lead in Lead.objects.filter(stage=Lead.Stage.SET_ASIDE):
        lead.release(by=make.make_user(f"desk{lead.pk}"))
    return list(Lead.objects.all())


@pytest.mark.same_on_both  # the next test is `attacked` too
def test_nothing_typed_is_shown_raw_or_run_anywhere(attacked: list[Lead], staff: Client) -> None:
    assert len(attacked) > len(ATTACKS) * 3 / 4
    sent = Submission([(name, getattr(lead, name)) for lead in attacked for name in ("name", "note")], "")
    assert sum(typed in lead.name for lead in attacked for typed in MARKUP) >= len(MARKUP) - 1
    for name, pages in PLACES.items():
        shown = list(pages(attacked, staff))
        assert shown, name
        for page in shown:
            assert sent.raw_in(page) == [], name
            assert PRODUCT not in page, name
            assert "\x00" not in page, name


def test_no_mail_has_a_header_or_a_recipient_that_was_typed(attacked: list[Lead]) -> None:
    Notice.objects.send_due()
    assert len(mail.outbox) == 2 * len(attacked)
    known = {lead.email for lead in attacked} | {"desk@example.com"}
    for sent in mail.outbox:
        assert isinstance(sent, EmailMultiAlternatives)
        assert len(sent.recipients()) == 1
        assert set(sent.recipients()) <= known
        message = sent.message()
        assert message["Bcc"] is None
        assert message["Cc"] is None
        assert message["From"] == django_settings.MAIL_FROM
        assert message["Reply-To"] in {None, "desk@example.com"}
        assert "\n" not in str(message["Subject"])
        assert "Pat" not in str(message["Subject"])
        assert "victim" not in str(list(message.items()))


@pytest.mark.parametrize(
    "name", ["name", "phone", "email", "contact_by", "region", "note", "form_key", "opened"]
)
def test_a_line_break_in_any_field_reaches_no_header(client: Client, name: str) -> None:
    for number, typed in enumerate(HEADERS):
        post_by(client)(Submission([*(make.payload() | {name: typed}).items()], f"10.0.0.{number}"))
    for lead in Lead.objects.filter(stage=Lead.Stage.SET_ASIDE):
        lead.release(by=make.make_user(f"desk{lead.pk}"))
    Notice.objects.send_due()
    for sent in mail.outbox:
        assert len(sent.recipients()) == 1
        headers = [line for key, value in sent.message().items() for line in f"{key}: {value}".splitlines()]
        assert not any(line.lower().startswith(("bcc", "cc")) for line in headers)
        assert "victim" not in str(sent.recipients())


def test_keys_that_the_form_does_not_name_change_nothing(client: Client) -> None:
    """Also those of columns, with the values that somebody would like them to have."""
    wishes = {
        "stage": "redeemed",
        "code": "AAAAAAA",
        "token": "mine",
        "token_digest": "0" * 64,
        "offer": "2",
        "id": "77",
        "pk": "77",
        "is_test": "1",
        "doubts": "[]",
        "takes_place": "0",
        "came_by": "phone",
        "created_at": "2020-01-01",
        "redeemed_at": "2020-01-01",
        "redeemed_by": "1",
        "merged_into": "1",
        "erased_at": "2020-01-01",
        "booked_at": "2020-01-01",
        "voided_at": "2020-01-01",
        "amount": "999",
    }
    assert {field.name for field in Lead._meta.fields} & set(wishes) >= {
        "stage",
        "is_test",
        "doubts",
        "came_by",
    }
    client.post(URL, make.payload(more="trap") | wishes)
    lead = Lead.objects.get()
    assert (lead.stage, lead.doubts, lead.came_by) == (Lead.Stage.SET_ASIDE, ["trap"], Lead.CameBy.FORM)
    assert lead.code != "AAAAAAA"
    assert lead.token != "mine"
    assert lead.pk != 77
    assert not lead.is_test
    assert lead.created_at.year > 2020
    assert not any([lead.redeemed_at, lead.erased_at, lead.booked_at, lead.voided_at, lead.merged_into])


def test_text_is_stored_in_one_form_of_unicode(client: Client) -> None:
    """E and an accent, or an accented e: two people of that name are one to a search."""
    client.post(URL, make.payload(name="Rene\u0301e \u212bstro\u0308m", note="Cafe\u0301, fianc\u00e9"))
    lead = Lead.objects.get()
    assert lead.name == "Ren\u00e9e \u00c5str\u00f6m"
    assert lead.note == "Caf\u00e9, fianc\u00e9"


def test_a_key_sent_twice_counts_once(client: Client) -> None:
    response = client.post(URL, make.payload(email=["a@example.com", "b@example.com"], name=["A", "Pat"]))
    assert response.status_code == 302
    lead = Lead.objects.get()
    assert (lead.name, lead.email) == ("Pat", "b@example.com")
    assert lead.notices.filter(kind=Notice.Kind.PATIENT).count() == 1


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", json.dumps({"name": {"$ne": ""}, "email": ["a@example.com"]}).encode()),
        ("text/plain", b"name=Pat"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=name\r\n\r\nPat"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=", b"--"),
        (f"{FORM}; charset=utf-7", b"name=+ADw-script+AD4-"),
        (f"{FORM}; charset=no-such-thing", b"name=Pat"),
        (FORM, b"%ff%fe=%ff&name=%ed%a0%80&=&&==;%"),
        (FORM, b"&".join(b"a%d=1" % number for number in range(4000))),
        (FORM, b""),
    ],
)
def test_a_body_of_another_kind_is_no_fault(client: Client, content_type: str, body: bytes) -> None:
    client.raise_request_exception = False
    response = client.generic("POST", URL, body, content_type)
    assert response.status_code in {200, 400, 413, 415}
    assert not Lead.objects.exists()


def test_a_file_in_a_box_for_words_is_no_fault(client: Client) -> None:
    file = SimpleUploadedFile("<script>.html", b"<script>alert(31337)</script>", "text/html")
    response = client.post(URL, make.payload(name=file))
    assert response.status_code == 200
    assert "alert(31337)" not in response.content.decode()
    assert not Lead.objects.exists()


def test_every_reason_is_a_known_one(client: Client) -> None:
    attack(post_by(client), 60, seed_=2)
    assert {code for lead in Lead.objects.all() for code in lead.doubts} <= set(suspicion.REASONS)
