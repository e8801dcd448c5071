"""What the desk's pages say of a code that is taken no more, of mail that would not go out, of a second press."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from offers import wishes
from offers.forget import erase
from offers.models import Lead, Notice

from . import factories as make

pytestmark = pytest.mark.django_db
LEADS = "/admin/offers/lead/"
PRESS = "now</button>"


@pytest.fixture
def desk(client: Client) -> User:
    make.make_clinic()
    user = make.make_user(group="Front desk")
    client.force_login(user)
    return user


def page(client: Client, lead: Lead, which: str) -> str:
    return client.get(f"{LEADS}{lead.pk}/{which}/").content.decode()


def said(client: Client, url: str, **fields: object) -> str:
    return client.post(url, fields, follow=True).content.decode()


def test_a_code_that_was_taken_back_is_not_offered(client: Client, desk: User) -> None:
    lead = make.make_lead()
    assert PRESS in page(client, lead, "redeem")
    assert "taken back" not in page(client, lead, "code")
    lead.void(by=desk, reason="Lost.")
    for which in ("redeem", "code"):
        assert "This code was taken back on" in page(client, lead, which)
    assert PRESS not in page(client, lead, "redeem")
    erase(lead, by=desk, why="They asked.")
    gone = page(client, lead, "redeem")
    assert f"{lead} was erased</h1>" in gone
    assert PRESS not in gone


def test_a_code_of_an_offer_that_is_over_is_not_offered(client: Client, desk: User) -> None:
    lead = make.make_lead(offer=make.make_offer(ends_on=dt.date(2037, 1, 31)))
    with time_machine.travel(dt.datetime(2037, 2, 2, 17, 5, tzinfo=dt.UTC), tick=False):
        client.force_login(desk)
        for which in ("redeem", "code"):
            assert "The last day of this offer was January 31, 2037" in page(client, lead, which)
        assert PRESS not in page(client, lead, "redeem")


def test_the_code_page_says_where_the_code_goes_and_who_asked_before(client: Client, desk: User) -> None:
    first, second = make.make_lead(), make.make_lead()
    assert "has asked before" not in page(client, first, "code")
    assert f'has asked before: <a href="{LEADS}{first.pk}/change/"' in page(client, second, "code")
    assert "The code goes to pat@example.com too." in page(client, first, "code")
    wishes.stop(first, "everything", source="staff")
    assert "The code goes to" not in page(client, first, "code")


def test_mail_is_sent_again_only_where_it_would_go(client: Client, desk: User) -> None:
    lead = make.make_lead()
    Notice.objects.update(status="sent")
    mail = lead.notices.get(kind="patient_confirmation")
    url = f"/admin/offers/notice/{mail.pk}/send-again/"
    wishes.stop(lead, "everything", source="staff")
    assert "Not sent: it is not wanted any more." in said(client, url)
    both = {"action": "send_again", "index": 0, "_selected_action": [one.pk for one in lead.notices.all()]}
    assert "1 mail is queued to be sent again. 1 not:" in said(client, "/admin/offers/notice/", **both)
    Notice.objects.update(status="sent")
    erase(lead, by=desk, why="They asked.")
    assert "there is nobody to send it to" in said(client, url)
    assert set(lead.notices.values_list("status", flat=True)) == {"sent"}


def test_a_second_press_on_release_says_so(client: Client, desk: User) -> None:
    one, other = (make.make_lead(doubts=["trap"]) for _ in range(2))
    assert "2 leads set aside</a> wait for" in client.get("/admin/").content.decode()
    said(client, f"{LEADS}release/", lead=one.pk)
    assert "1 lead set aside</a> waits for" in client.get("/admin/").content.decode()
    assert "1 lead was released already." in said(client, f"{LEADS}release/", lead=one.pk)
    both = said(client, f"{LEADS}release/", lead=[one.pk, other.pk])
    assert "1 lead is released" in both
    assert "1 lead was released already." in both
    assert "set aside</a> wait" not in client.get("/admin/").content.decode()
