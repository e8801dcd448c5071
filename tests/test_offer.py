"""The offer form: what a patient meets between wanting a code and having one."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, OperationalError, connection
from django.test import Client

from clinic_site import facts
from offers.models import Lead, LeadEvent, Notice, Offer

from . import factories as make

URL = "/offers/new-patient/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(db: None) -> None:
    make.make_clinic()
    make.make_offer()
    make.make_region()


def test_it_works(client: Client) -> None:
    response = client.post(URL, make.payload(region="lower-back", note="After five, please."), follow=True)

    lead = Lead.objects.get()
    assert response.redirect_chain == [(f"/offers/new-patient/claimed/{lead.token}/", 302)]
    page = response.content.decode()
    assert re.search(rf"data-lead-code[^>]*>\s*{lead.code_text}\s*<", page)
    assert "Pat Example" in page
    assert "$100" in page
    assert (lead.name, lead.phone, lead.email) == ("Pat Example", "+12125550123", "pat@example.com")
    assert lead.region == "lower-back"
    assert lead.note == "After five, please."


def test_five_fields_are_in_view_and_a_note_waits_behind_a_word(client: Client) -> None:
    page = client.get(URL).content.decode()
    shown = re.sub(
        r'<details class="fold">.*?</details>|<[^>]*aria-hidden.*?</div></div>', "", page, flags=re.S
    )
    names = re.findall(
        r'<(?:input|select|textarea)(?![^>]*type="(?:hidden|checkbox)")[^>]* name="(\w+)"', shown
    )
    assert list(dict.fromkeys(names)) == ["name", "phone", "email", "contact_by", "region"]
    assert '<details class="fold"><summary>' in page
    again = client.post(URL, make.payload(name="", note="Mornings are good.")).content.decode()
    assert '<details class="fold" open>' in again


def test_it_stores_lead_event_and_notices_together(client: Client) -> None:
    client.post(URL, make.payload())

    lead = Lead.objects.get()
    assert [event.kind for event in lead.events.all()] == [LeadEvent.Kind.CLAIMED]
    assert {notice.kind for notice in lead.notices.all()} == {Notice.Kind.PATIENT, Notice.Kind.CLINIC}


def test_it_stores_nothing_when_a_notice_cannot_be_queued(client: Client) -> None:
    with patch.object(Notice.objects.all().__class__, "queue_for", side_effect=OperationalError("full")):
        response = client.post(URL, make.payload())

    assert response.status_code == 503
    assert not Lead.objects.exists()
    assert not LeadEvent.objects.exists()


@pytest.mark.usefixtures("facts_at_once")
def test_it_keeps_what_was_typed_while_the_database_is_away(client: Client) -> None:
    facts.current()
    sent = make.payload(note="Mornings are good.")
    with patch("django.db.backends.utils.CursorWrapper.execute", side_effect=OperationalError("gone")):
        response = client.post(URL, sent)

    page = response.content.decode()
    assert response.status_code == 503
    assert "(212) 555-0100" in page
    for typed in (sent["name"], sent["phone"], sent["email"], sent["note"], sent["form_key"]):
        assert str(typed) in page
    assert not Lead.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_stores_nothing_half_and_loses_nothing_typed(client: Client) -> None:
    """SQLite's own limit stands in for the disk's; PostgreSQL answers a full disk with the same class of error."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no such limit to set.")
    with connection.cursor() as cursor:
        size, free = (
            cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "freelist_count")
        )
        # What other tests of this process gave back is taken first.
        cursor.execute(f"CREATE TABLE hole AS SELECT zeroblob({max(free - 2, 0) * size}) AS bytes")
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    stored = 0
    try:
        for number in range(200):
            sent = make.payload(email=f"p{number}@example.com", note="x" * 500)
            response = client.post(URL, sent, REMOTE_ADDR=f"192.0.2.{number}")
            if response.status_code == 503:
                break
            stored += 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
            cursor.execute("DROP TABLE hole")
    page = response.content.decode()
    assert response.status_code == 503
    assert all(str(typed) in page for typed in (sent["name"], sent["phone"], sent["email"], sent["note"]))
    assert "(212) 555-0100" in page
    assert Lead.objects.count() == LeadEvent.objects.count() == stored
    assert Notice.objects.count() == 2 * stored
    assert client.post(URL, sent).status_code == 302


def test_the_same_form_sent_twice_is_one_lead(client: Client) -> None:
    sent = make.payload()
    first, second = client.post(URL, sent), client.post(URL, sent)

    assert first["Location"] == second["Location"]
    assert Lead.objects.count() == 1
    assert Notice.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_at_once_is_one_lead() -> None:
    sent = make.payload()

    def press(_: int) -> str:
        try:
            return Client().post(URL, sent)["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        places = set(pool.map(press, range(16)))
    assert len(places) == 1
    assert Lead.objects.count() == 1
    assert Notice.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Write your name."),
        ("name", "x" * 101, "Shorten your name"),
        ("name", "Pat\x07", "signs that cannot be read"),
        ("name", "Pat\u202eExample", "signs that cannot be read"),
        ("name", "Pat\r\nBcc: all@example.com", "signs that cannot be read"),
        ("phone", "", "Write your phone number, so that we can call you."),
        ("phone", "555 0123", "with its area code"),
        ("phone", "call me", "with its area code"),
        ("email", "pat@example", "Write the e-mail address in full"),
        ("email", "pat at example.com", "Write the e-mail address in full"),
        ("email", "a" * 250 + "@example.com", "Shorten the e-mail address"),
        ("contact_by", "", "Choose how we should answer"),
        ("contact_by", "pigeon", "Choose how we should answer"),
        ("region", "", "Choose where it hurts"),
        ("region", "tail", "Choose where it hurts"),
        ("note", "x" * 501, "Shorten this"),
        ("note", "a\x00b", "cannot be read"),
    ],
)
def test_it_says_what_is_wrong_once_and_keeps_the_rest(
    client: Client, field: str, value: str, words: str
) -> None:
    sent = make.payload(note="Mornings are good.") | {field: value}
    response = client.post(URL, sent)

    page = response.content.decode()
    assert response.status_code == 200
    assert not Lead.objects.exists()
    assert response.context["form"].errors.keys() == {field}
    assert len(response.context["form"].errors[field]) == 1
    assert words in response.context["form"].errors[field][0]
    summary = page[page.index("error-summary") :]
    anchor = f"id_{field}_0" if field == "contact_by" else f"id_{field}"
    assert f'href="#{anchor}"' in summary
    assert f'id="{anchor}"' in page
    for kept in ("name", "phone", "email", "note"):
        if kept != field:
            assert str(sent[kept]) in page


@pytest.mark.parametrize("spelling", ["(212) 555-0123", "212.555.0123", "+1 212 555 0123", "1-212-555-0123"])
def test_it_takes_a_phone_in_any_form(client: Client, spelling: str) -> None:
    client.post(URL, make.payload(phone=spelling))
    assert Lead.objects.get().phone == "+12125550123"


def test_it_keeps_an_extension(client: Client) -> None:
    client.post(URL, make.payload(phone="212 555 0123 ext. 45"))
    assert Lead.objects.get().phone_text == "(212) 555-0123 ext. 45"


def test_mail_alone_is_enough(client: Client) -> None:
    client.post(URL, make.payload(contact_by="email", phone=""))
    assert Lead.objects.get().phone == ""


def test_a_phone_alone_is_enough_and_no_mail_is_queued_for_the_patient(client: Client) -> None:
    client.post(URL, make.payload(email=""))
    assert [notice.kind for notice in Lead.objects.get().notices.all()] == [Notice.Kind.CLINIC]


def test_a_stale_token_gives_the_form_back_and_the_next_press_works() -> None:
    client = Client(enforce_csrf_checks=True)
    sent = make.payload()
    response = client.post(URL, sent | {"csrfmiddlewaretoken": "stale"})

    page = response.content.decode()
    assert "Nothing is lost" in page
    assert sent["name"] in page
    assert not Lead.objects.exists()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    again = client.post(URL, sent | {"csrfmiddlewaretoken": token[1]})
    assert again.status_code == 302
    assert Lead.objects.count() == 1


def test_a_form_that_was_mended_before_it_was_sent_again_is_not_lost(client: Client) -> None:
    sent = make.payload()
    client.post(URL, sent)
    client.post(URL, sent | {"phone": "212 555 0199"})
    assert {lead.phone for lead in Lead.objects.all()} == {"+12125550123", "+12125550199"}


def test_an_offer_that_ends_while_somebody_types_gives_back_what_was_typed(client: Client) -> None:
    sent = make.payload(note="Mornings are good.")
    Offer.objects.update(is_on=False)
    page = client.post(URL, sent)
    assert page.status_code == 410
    for typed in ("Pat Example", "(212) 555-0123", "Mornings are good.", "(212) 555-0100"):
        assert typed in page.content.decode()


def test_without_cookies_the_form_says_what_helps() -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.post(URL, make.payload()).content.decode()
    assert "allow cookies for this site, or call us" in page
    assert "Pat Example" in page


def test_a_broken_key_sends_no_patient_back(client: Client) -> None:
    assert client.post(URL, make.payload(form_key="broken")).status_code == 302


def test_extra_keys_change_nothing(client: Client) -> None:
    client.post(URL, make.payload(stage="redeemed", code="AAAAAAA", token="mine", offer="2"))
    lead = Lead.objects.get()
    assert lead.stage == Lead.Stage.NEW
    assert lead.token != "mine"


def test_the_form_and_the_ticket_are_never_cached_nor_indexed(client: Client) -> None:
    ticket = client.post(URL, make.payload())["Location"]
    for address in (URL, ticket):
        response = client.get(address)
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"


def test_a_ticket_wants_its_own_token(client: Client) -> None:
    make.make_lead()
    assert client.get(f"{URL}claimed/{uuid.uuid4().hex}/").status_code == 404


def test_too_large_a_post_is_refused(client: Client) -> None:
    response = client.post(URL, make.payload(note="x" * 1_100_000))
    assert response.status_code == 413
    assert "(212) 555-0100" in response.content.decode()
    assert response.wsgi_request.read() == b""  # all was heard out, so the answer reaches a browser


def test_a_large_file_is_refused_before_it_is_read(client: Client) -> None:
    file = SimpleUploadedFile("scan.pdf", b"x" * 1_100_000)
    response = client.post(URL, make.payload(scan=file))
    assert response.status_code == 413
    assert response.wsgi_request.read() == b""


def test_a_wrong_method_is_refused(client: Client) -> None:
    assert client.delete(URL).status_code == 405
    assert client.post("/").status_code == 405


def test_an_unknown_offer_is_not_found(client: Client) -> None:
    assert client.get("/offers/nothing/").status_code == 404


def test_the_current_offer_has_a_short_address(client: Client) -> None:
    assert client.get("/offers/")["Location"] == URL


def test_a_database_error_on_the_ticket_is_a_plain_page(client: Client) -> None:
    client.raise_request_exception = False
    facts.current()
    with patch("offers.ticket_views.get_object_or_404", side_effect=DatabaseError("gone")):
        response = client.get(f"{URL}claimed/x/")
    assert response.status_code == 500
    assert "(212) 555-0100" in response.content.decode()
