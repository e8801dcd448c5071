"""A doubted claim is set aside: its sender sees what everybody sees, staff see why, and nothing is lost."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from clinic_site import facts
from clinic_site.rates import Limit
from offers import suspicion
from offers.models import Lead, Notice

from . import factories as make

URL = "/offers/new-patient/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(db: None) -> Iterator[None]:
    make.make_clinic()
    make.make_offer()
    make.make_region()
    with time_machine.travel("2026-12-01T12:00:00-05:00", tick=False):
        yield


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_a_page_that_is_read_filled_in_and_sent_is_not_doubted(client: Client) -> None:
    page = client.get(URL).content.decode()
    with time_machine.travel("2026-12-01T12:00:09-05:00", tick=False):
        sent = make.payload(opened=hidden(page, "opened"), form_key=hidden(page, "form_key"))
        client.post(URL, sent)
    lead = Lead.objects.get()
    assert (lead.stage, lead.doubts) == (Lead.Stage.NEW, [])


def without_square(page: str) -> str:
    """The page without the drawing of the code."""
    return re.sub(r' d="M[^"]*"', "", page)


def test_a_machine_sees_the_same_ticket_and_nobody_is_told(client: Client) -> None:
    page = client.get(URL).content.decode()
    sent = make.payload(opened=hidden(page, "opened"), more="https://spam.example.com")
    doubted = client.post(URL, sent, follow=True)
    lead = Lead.objects.get()
    assert lead.stage == Lead.Stage.SET_ASIDE
    assert lead.doubts == ["trap", "fast"]
    assert not Notice.objects.exists()
    trusted = client.post(
        URL, make.payload(form_key="", name="Pat Example", email="b@example.com"), follow=True
    )
    other = Lead.objects.exclude(pk=lead.pk).get()
    assert doubted.status_code == trusted.status_code == 200
    same = trusted.content.decode().replace(other.code_text, lead.code_text).replace(other.token, lead.token)
    assert without_square(doubted.content.decode()) == without_square(same.replace(other.email, lead.email))


def test_a_release_sends_what_was_kept_back(client: Client) -> None:
    client.post(URL, make.payload(more="filled by a password manager"))
    Lead.objects.get().release(by=make.make_user())
    Notice.objects.send_due()
    assert len(mail.outbox) == 2
    assert Lead.objects.get().stage == Lead.Stage.NEW


def test_a_returned_form_keeps_when_it_was_opened(client: Client) -> None:
    sent = make.payload(name="")
    page = client.post(URL, sent).content.decode()
    assert hidden(page, "opened") == sent["opened"]


def test_the_trap_is_out_of_the_way_of_people(client: Client) -> None:
    page = client.get(URL).content.decode()
    start = page.index('<div class="visually-hidden" aria-hidden="true">')
    trap = page[start : page.index("</div></div>", start)]
    assert "Leave this empty</label>" in trap
    assert re.search(r'<input type="text" name="more" autocomplete="off" tabindex="-1"', trap)
    assert trap.count("<input") == 1


def test_a_form_pressed_many_times_counts_once(client: Client) -> None:
    sent = make.payload()
    tickets = {client.post(URL, sent)["Location"] for _ in range(suspicion.REFUSED.most + 2)}
    assert len(tickets) == 1
    assert suspicion.BY_CLIENT.used("127.0.0.1") == 1
    assert Lead.objects.get().stage == Lead.Stage.NEW


def test_a_flood_is_set_aside_then_refused_and_others_notice_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suspicion, "BY_CLIENT", Limit("claims", 2, 3600))
    monkeypatch.setattr(suspicion, "REFUSED", Limit("claims refused", 5, 600))
    flood = [client.post(URL, make.payload(email=f"f{number}@example.com")) for number in range(8)]
    assert [response.status_code for response in flood] == [302] * 5 + [429] * 3
    stages = list(Lead.objects.order_by("pk").values_list("stage", flat=True))
    assert stages == ["new"] * 2 + ["set_aside"] * 3
    other = client.post(URL, make.payload(email="other@example.com"), REMOTE_ADDR="192.0.2.9")
    assert other.status_code == 302
    assert Lead.objects.latest("pk").stage == Lead.Stage.NEW


def test_a_flood_from_one_address_sets_nobody_elses_claim_aside(client: Client) -> None:
    """What is set aside does not count towards the rate of all: the flood would use it up."""
    with override_settings(CLAIMS_AN_HOUR=10, TRUSTED_PROXIES=1):
        for number in range(suspicion.REFUSED.most + 3):
            sent = make.payload(email=f"f{number}@example.com", form_key="")
            client.post(URL, sent, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}, 203.0.113.7")
        client.post(URL, make.payload(email="pat@example.com"), HTTP_X_FORWARDED_FOR="203.0.113.8")
    assert Lead.objects.latest("pk").stage == Lead.Stage.NEW
    assert Lead.objects.count() == suspicion.REFUSED.most + 1


def test_who_is_refused_keeps_what_was_typed_and_sees_the_phone(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suspicion, "REFUSED", Limit("claims refused", 1, 600))
    client.post(URL, make.payload())
    sent = make.payload(name="Mo Example", note="Mornings are good.")
    response = client.post(URL, sent)
    page = response.content.decode()
    assert response.status_code == 429
    assert response["Retry-After"] == "600"
    assert "no-store" in response["Cache-Control"]
    for typed in ("Mo Example", "Mornings are good.", sent["form_key"], sent["opened"]):
        assert typed in page
    notice = page[page.index('class="notice"') :]
    assert "(212) 555-0100" in notice[: notice.index("</p>")]
    with time_machine.travel("2026-12-01T12:10:01-05:00", tick=False):
        assert client.post(URL, sent).status_code == 302


def test_a_refused_post_costs_one_read_of_its_own_and_no_writing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suspicion, "REFUSED", Limit("claims refused", 1, 600))
    client.post(URL, make.payload())
    monkeypatch.setattr(facts, "CHECKED_EVERY", 60.0)
    with CaptureQueriesContext(connection) as queries:
        assert client.post(URL, make.payload()).status_code == 429
    told = [query["sql"] for query in queries.captured_queries]
    assert all(sql.startswith("SELECT") for sql in told)
    assert sum("ratecount" in sql for sql in told) == 1
