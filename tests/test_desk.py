"""The front desk on a phone: it finds, redeems and calls, and nothing else."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from clinic_site.groups import EDITOR, FRONT_DESK
from offers.merging import merge
from offers.models import Lead, LeadView, Offer

from . import factories as make
from .desk_pages import PERSONAL, TELLING, read, said, search

pytestmark = pytest.mark.django_db
DESK = "/desk/"
NOW = dt.datetime(2037, 11, 22, 17, 5, tzinfo=dt.UTC)  # 12:05 in New York


@pytest.fixture
def desk(client: Client) -> User:
    make.make_clinic()
    user = make.make_user(group=FRONT_DESK, first_name="Rosa", last_name="Diaz")
    client.force_login(user)
    return user


@pytest.fixture
def lead(desk: User) -> Lead:
    offer = make.make_offer(regular_fee=make.make_fee())
    return make.make_lead(**PERSONAL, offer=offer, region=make.make_region(slug="hip-and-buttock"))


def find(client: Client, typed: str) -> Any:
    return client.post(DESK, {"find": typed})


def test_two_presses_redeem(client: Client, lead: Lead, desk: User) -> None:
    response = find(client, lead.code_text.lower())
    assert response["Location"] == f"/desk/{lead.pk}/"
    page = read(client, response["Location"])
    for words in ("Philippa Featherstone", lead.code_text, "First visit, $180", "Redeem $100 now"):
        assert words in page
    assert Lead.objects.get().redeemed_at is None

    assert said(client, f"/desk/{lead.pk}/redeem/") == "Done. Take $100 off the regular fee."
    lead.refresh_from_db()
    assert (lead.stage, lead.redeemed_by) == (Lead.Stage.REDEEMED, desk)
    assert "Redeem $100 now" not in read(client, f"/desk/{lead.pk}/")


@pytest.mark.parametrize("typed", ["0187", "Philippa", "feather phil", "(212) 555-0187"])
def test_whoever_is_found_alone_is_shown_at_once(client: Client, lead: Lead, typed: str) -> None:
    make.make_lead(name="Ann Other", phone="+12125550111", email="")
    assert find(client, typed)["Location"] == f"/desk/{lead.pk}/"


def test_several_are_masked_until_one_is_chosen(client: Client, lead: Lead) -> None:
    other = make.make_lead(name="Philip Green", phone="+12125550187", email="")
    page = find(client, "0187").content.decode()
    assert "2 found." in page
    assert "Philippa F." in page
    assert "Philip G." in page
    for personal in (*TELLING, lead.code_text):
        assert personal not in page.replace('value="0187"', ""), personal
    assert re.findall(r'href="/desk/(\d+)/"', page) == [str(other.pk), str(lead.pk)]
    assert not LeadView.objects.exists()
    read(client, f"/desk/{lead.pk}/")
    assert lead.views.count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("9999", "No phone number ends in these digits."),
        ("Nobody", "Nobody of this name asked for the offer."),
        ("ABC-DEFG", "a sign is wrong or missing"),
        ("3M4JTP", "a sign is wrong or missing"),
        ("  ", "Type a code, four digits, or a name."),
        ("<script>alert(1)</script>", "Nobody of this name"),
        ("'; DROP TABLE offers_lead; --", "Nobody of this name"),
    ],
)
def test_finding_nobody_says_why(client: Client, lead: Lead, typed: str, words: str) -> None:
    response = find(client, typed)
    assert response.status_code == 200
    page = response.content.decode()
    assert words in page
    assert "<script>alert" not in page


def test_what_was_done_just_now_is_no_refusal(client: Client, lead: Lead) -> None:
    page = client.post(f"/desk/{lead.pk}/redeem/", follow=True).content.decode()
    assert "Done. Take $100 off the regular fee." in page
    assert "Already used" not in page
    assert "Already used" in read(client, f"/desk/{lead.pk}/")


def test_a_second_desk_sees_who_used_it_and_when(client: Client, lead: Lead, desk: User) -> None:
    other = Client()
    other.force_login(make.make_user("second", group=FRONT_DESK))
    assert "Redeem $100 now" in read(other, f"/desk/{lead.pk}/")
    with time_machine.travel(NOW, tick=False):
        lead.redeem(by=desk)
    words = "Already used on November 22, 2037 at 12:05 p.m. by Rosa Diaz"
    assert words in said(other, f"/desk/{lead.pk}/redeem/")
    page = read(other, f"/desk/{lead.pk}/")
    assert words in page
    assert "redeem/" not in page


def test_all_codes_of_a_person_are_used_up(client: Client, lead: Lead, desk: User) -> None:
    other = make.make_lead(name="P. Featherstone", phone=PERSONAL["phone"], email="")
    lead.redeem(by=desk)
    page = read(client, f"/desk/{other.pk}/")
    assert f"(code {lead.code_text})" in page
    assert "Redeem $100" not in page
    assert f'action="/desk/{lead.pk}/undo/"' in page


def test_a_slip_is_undone_with_a_reason_for_a_day(client: Client, lead: Lead, desk: User) -> None:
    url = f"/desk/{lead.pk}/undo/"
    with time_machine.travel(NOW, tick=False) as clock:
        client.force_login(desk)
        lead.redeem(by=desk)
        assert f'action="{url}"' in read(client, f"/desk/{lead.pk}/")
        assert said(client, url, reason=" ") == "Say why it is undone."
        assert said(client, url, reason="Wrong person") == "Undone. The code can be used again."
        lead.refresh_from_db()
        assert lead.redeemed_at is None
        last = lead.events.last()
        assert last
        assert (last.text, last.by) == ("Redemption undone: Wrong person", desk)
        lead.redeem(by=desk)
        clock.shift(dt.timedelta(hours=24, seconds=1))
        client.force_login(desk)
        assert f'action="{url}"' not in read(client, f"/desk/{lead.pk}/")
        assert "last 24 hours" in said(client, url, reason="Too late")
    lead.refresh_from_db()
    assert lead.redeemed_at


def test_a_code_that_was_taken_back_or_is_over_has_no_button(client: Client, lead: Lead, desk: User) -> None:
    lead.void(by=desk, reason="Given to the wrong person")
    assert "This code was taken back" in read(client, f"/desk/{lead.pk}/")
    assert "redeem/" not in read(client, f"/desk/{lead.pk}/")
    lead.reissue(by=desk, reason="Found again")
    Offer.objects.update(starts_on="2020-01-01", ends_on="2020-02-01")
    page = read(client, f"/desk/{lead.pk}/")
    assert "The last day of this offer was February 1, 2020." in page
    assert "redeem/" not in page


def test_a_merged_lead_leads_to_the_one_it_is_part_of(client: Client, lead: Lead, desk: User) -> None:
    part = make.make_lead(name="Phil Feather", phone="+12125550111", email="")
    merge(part, lead, by=desk)
    assert find(client, part.code)["Location"] == f"/desk/{lead.pk}/"
    assert f'href="/desk/{lead.pk}/"' in read(client, f"/desk/{part.pk}/")


def test_it_calls_and_neither_texts_nor_mails(client: Client, lead: Lead) -> None:
    page = read(client, f"/desk/{lead.pk}/")
    assert 'href="tel:+12125550187"' in page
    for other in ("sms:", "mailto:", "home.example", "After five", "Hip and buttock", "/move/", "/note/"):
        assert other not in page


def test_the_addresses_tell_of_nobody(client: Client, lead: Lead) -> None:
    for page in (
        search(client, "Phil", DESK),
        read(client, DESK),
        read(client, f"/desk/{lead.pk}/"),
    ):
        links = " ".join(re.findall(r'(?:href|action|src)="(?!tel:)([^"]*)"', page))
        for personal in (*TELLING, "Phil", lead.code, lead.code_text):
            assert personal not in links
        title = re.search("<title>(.*?)</title>", page, re.DOTALL)
        assert title
        assert "Phil" not in title[1]
    assert "Featherstone" not in client.get(DESK, {"find": "0187"}).content.decode()


def test_nothing_is_kept_or_listed(client: Client, lead: Lead) -> None:
    for response in (client.get(DESK), find(client, "9999"), client.get(f"/desk/{lead.pk}/")):
        assert "no-store" in response["Cache-Control"]
        assert "public" not in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"
        assert b'content="noindex"' in response.content


def test_strangers_sign_in_first_and_come_back(client: Client, lead: Lead) -> None:
    client.logout()
    for path in (DESK, f"/desk/{lead.pk}/"):
        assert client.get(path)["Location"] == f"/admin/login/?next={path}"
    for path in (DESK, f"/desk/{lead.pk}/redeem/", f"/desk/{lead.pk}/undo/"):
        assert client.post(path, {"find": "0187", "reason": "x"})["Location"].startswith("/admin/login/")
    assert Lead.objects.get().redeemed_at is None


def test_other_staff_are_refused(client: Client, lead: Lead) -> None:
    client.force_login(make.make_user("editor", group=EDITOR))
    assert [client.get(path).status_code for path in (DESK, f"/desk/{lead.pk}/")] == [403, 403]
    assert client.post(f"/desk/{lead.pk}/redeem/").status_code == 403
    assert client.post(DESK, {"find": "0187"}).status_code == 403
    assert not LeadView.objects.exists()


def test_looking_changes_nothing_and_every_change_wants_a_token(
    client: Client, lead: Lead, desk: User
) -> None:
    for what in ("redeem", "undo"):
        assert client.get(f"/desk/{lead.pk}/{what}/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(desk)
    for path in (DESK, f"/desk/{lead.pk}/redeem/", f"/desk/{lead.pk}/undo/"):
        assert strict.post(path, {"find": "0187", "reason": "x"}).status_code == 403
    assert Lead.objects.get().redeemed_at is None


def test_what_is_not_there_is_not_found(client: Client, lead: Lead) -> None:
    Lead.objects.update(is_test=True)
    for path in ("/desk/4711/", f"/desk/{lead.pk}/"):
        assert client.get(path).status_code == 404


def test_it_ends_with_the_right_to_sign_in(client: Client, lead: Lead, desk: User) -> None:
    desk.is_staff = False
    desk.save()
    assert [client.get(path).status_code for path in (DESK, f"/desk/{lead.pk}/")] == [403, 403]
    assert client.post(f"/desk/{lead.pk}/redeem/").status_code == 403
    assert client.post(DESK, {"find": "0187"}).status_code == 403
