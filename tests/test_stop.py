"""Stop means stop: on every screen, for every request of the address, until a later yes."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from offers import wishes
from offers.consents import Consent, DoNotContact
from offers.merging import merge
from offers.models import Lead, Notice

from . import factories as make

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 17, 5, tzinfo=dt.UTC)
LEADS = "/admin/offers/lead/"


@pytest.fixture(autouse=True)
def clock(db: None) -> Iterator[time_machine.Traveller]:
    make.make_clinic()
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def lead(clock: time_machine.Traveller) -> Lead:
    lead = make.make_lead()
    make.agree(lead, "texts")
    make.agree(lead, "news")
    clock.shift(60)
    return lead


@pytest.fixture
def desk(client: Client) -> User:
    user = make.make_user(group="Front desk")
    client.force_login(user)
    return user


def allowed(lead: Lead) -> set[str]:
    return {way for way in ("text", "call", "email", "news") if lead.may(way)}


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        ("everything", set()),
        ("texts", {"call", "email", "news"}),
        ("calls", {"text", "email", "news"}),
        ("news", {"text", "call", "email"}),
    ],
)
def test_each_scope_ends_its_ways_at_once(lead: Lead, scope: str, left: set[str]) -> None:
    wishes.stop(lead, scope, source="staff")
    assert allowed(lead) == left


def test_it_holds_for_all_requests_of_the_address_and_for_no_other(lead: Lead) -> None:
    other, stranger = make.make_lead(), make.make_lead(phone="+12125550199", email="else@example.com")
    wishes.stop(lead, "everything", source="staff")
    assert allowed(stranger) == {"call", "email"}
    assert allowed(other) == set()


def test_it_is_kept_as_digests_in_which_nothing_can_be_read(lead: Lead) -> None:
    wishes.stop(lead, "everything", source="staff")
    stored = repr(list(DoNotContact.objects.values()))
    assert DoNotContact.objects.count() == 2
    assert "5550123" not in stored
    assert "pat@" not in stored


def test_a_later_yes_ends_the_stop_for_what_was_agreed_to(lead: Lead, clock: time_machine.Traveller) -> None:
    wishes.stop(lead, "everything", source="staff")
    clock.shift(60)
    make.agree(lead, "texts")
    assert allowed(lead) == {"text"}


def test_a_later_request_is_a_yes_to_the_way_it_asks_for_and_about_itself(
    lead: Lead, clock: time_machine.Traveller
) -> None:
    wishes.stop(lead, "everything", source="staff")
    clock.shift(60)
    assert allowed(make.make_lead(contact_by="call")) == {"call"}
    assert allowed(make.make_lead(contact_by="email")) == {"email"}
    assert allowed(make.make_lead(contact_by="text")) == set()
    assert allowed(lead) == set()


def test_a_new_request_is_confirmed_once_and_nothing_older_is_mailed_any_more(
    lead: Lead, clock: time_machine.Traveller, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    """Whoever typed the address is waiting for the code, and the ticket page says that it is on its way."""
    wishes.stop(lead, "everything", source="staff")
    clock.shift(60)
    new = make.make_lead(contact_by="call")
    Notice.objects.send_due()
    to_patients = [mail for mail in mailoutbox if mail.to == [lead.email]]
    assert [new.code_text in str(mail.body) for mail in to_patients] == [True]
    assert lead.notices.get(kind=Notice.Kind.PATIENT).status == Notice.Status.DROPPED
    wishes.stop(new, "everything", source="staff")
    new.notices.all().queue_again(by=make.make_user("rosa"))
    Notice.objects.send_due()
    assert new.notices.get(kind=Notice.Kind.PATIENT).status == Notice.Status.DROPPED


def test_whoever_types_a_number_does_not_end_its_owners_stop(
    lead: Lead, clock: time_machine.Traveller
) -> None:
    wishes.stop(lead, "everything", source="ticket")
    clock.shift(60)
    strangers = make.make_lead()
    for kind in ("texts", "news"):
        make.agree(strangers, kind)
    assert {"text", "news"} <= allowed(strangers)
    assert allowed(lead) == set()


def test_it_holds_for_every_address_of_those_who_were_merged(lead: Lead) -> None:
    part = make.make_lead(name="P. Example", phone="+12125550155", email="work@example.com")
    make.agree(part, "texts")
    merge(part, lead, by=make.make_user("rosa"))
    for said in (lead, part):
        wishes.stop(said, "everything", source="staff")
        assert allowed(Lead.objects.get(pk=part.pk)) == allowed(Lead.objects.get(pk=lead.pk)) == set()


def test_a_mail_that_waits_is_dropped_when_they_say_stop(
    lead: Lead, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    wishes.stop(lead, "everything", source="staff")
    Notice.objects.send_due()
    assert [mail.to for mail in mailoutbox] == [["website@example.com"]]
    assert lead.notices.get(kind=Notice.Kind.PATIENT).status == "dropped"


def test_the_stop_outlives_what_is_known_of_the_person(lead: Lead, clock: time_machine.Traveller) -> None:
    wishes.stop(lead, "everything", source="staff")
    Lead.objects.filter(pk=lead.pk).update(erased_at=NOW, name="", phone="", email="", note="")
    clock.shift(60)
    assert allowed(make.make_lead(contact_by="text")) == set()


def test_what_was_agreed_outlives_the_lead_itself(lead: Lead) -> None:
    lead.notices.all().delete()
    lead.keys.all().delete()
    lead.events.all()._raw_delete("default")
    Lead.objects.filter(pk=lead.pk).delete()
    assert {(row.lead_id, row.given) for row in Consent.objects.all()} == {(None, True)}


def test_without_a_yes_no_screen_has_a_text_button(client: Client, desk: User, lead: Lead) -> None:
    """Lists lead to the number by an address of their own; the lead's page has it."""

    def ways(lead: Lead, page: str) -> set[str]:
        answer = client.get(page).content.decode()
        links = re.findall(rf'href="(?:{LEADS}{lead.pk}/reach/(\w+)/|(tel|sms):\{lead.phone})"', answer)
        return {{"tel": "call", "sms": "text"}.get(scheme, kind) for kind, scheme in links}

    def pages_of(lead: Lead) -> tuple[str, ...]:
        own = f"{LEADS}{lead.pk}/"
        return "/admin/", LEADS, f"{LEADS}?tab=all", f"{own}change/", f"{own}redeem/"

    never = make.make_lead(phone="+12125550177", email="", contact_by="text")
    for page in pages_of(never):
        assert ways(never, page) <= {"call"}, page
    assert client.get(f"{LEADS}{never.pk}/reach/text/")["Location"].startswith("/admin/")
    pages = pages_of(lead)[:-1]
    for page in pages:
        assert {"call", "text"} <= ways(lead, page), page
    assert client.get(f"{LEADS}{lead.pk}/reach/text/")["Location"] == "sms:+12125550123"
    wishes.stop(lead, "texts", source="staff")
    for page in pages:
        assert ways(lead, page) & {"call", "text"} == {"call"}, page
    assert client.get(f"{LEADS}{lead.pk}/reach/text/")["Location"].startswith("/admin/")


def test_staff_record_it_in_one_press(client: Client, desk: User, lead: Lead) -> None:
    answer = client.post(f"{LEADS}{lead.pk}/stop/", follow=True).content.decode()
    assert allowed(lead) == set()
    assert "We leave them alone: everything." in answer
    assert "No: they said stop on Nov. 23, 2026." in answer
    for way in ("tel:", "sms:", "mailto:pat"):
        assert way not in answer
    (event,) = lead.events.filter(kind="consent")
    assert (event.by, event.text) == (desk, "They said stop: everything.")
    assert {stop.source for stop in DoNotContact.objects.all()} == {"staff"}


def test_a_pasted_reply_that_is_a_no_is_recorded(client: Client, desk: User, lead: Lead) -> None:
    typed = {"words": "Please dont text me again", "scope": "texts", "reply": "1"}
    client.post(f"{LEADS}{lead.pk}/stop/", typed)
    assert allowed(lead) == {"call", "email", "news"}
    assert DoNotContact.objects.get().source == "reply"
    assert "Please dont text me again" in lead.events.get(kind="consent").text


def test_a_pasted_reply_that_is_none_is_left_to_a_person(client: Client, desk: User, lead: Lead) -> None:
    typed = {"words": "Tuesday at five, please", "reply": "1"}
    answer = client.post(f"{LEADS}{lead.pk}/stop/", typed, follow=True).content.decode()
    assert "do not read as a no, so nothing was recorded" in answer
    assert allowed(lead) == {"text", "call", "email", "news"}
    client.post(f"{LEADS}{lead.pk}/stop/", {"words": "Tuesday at five, please"})
    assert allowed(lead) == set()


def test_who_may_only_look_records_nothing(client: Client, lead: Lead) -> None:
    client.force_login(make.make_user(group="Editor"))
    assert client.post(f"{LEADS}{lead.pk}/stop/").status_code in {302, 403}
    assert allowed(lead) == {"text", "call", "email", "news"}


def test_the_proofs_are_looked_at_and_nothing_more(client: Client, lead: Lead) -> None:
    owner = make.make_user(group="Owner")
    client.force_login(owner)
    wishes.stop(lead, "everything", source="staff")
    row = Consent.objects.latest("pk")
    page = client.get(f"/admin/offers/consent/{row.pk}/change/").content.decode()
    assert "pat@example.com" in page or "+12125550123" in page
    assert [look.by for look in lead.views.all()] == [owner]
    assert "pat@example.com" not in client.get("/admin/offers/consent/").content.decode()
    for place in ("consent", "donotcontact"):
        assert client.get(f"/admin/offers/{place}/add/").status_code == 403
        stored = Consent.objects.first() if place == "consent" else DoNotContact.objects.first()
        assert stored
        assert client.post(f"/admin/offers/{place}/{stored.pk}/delete/", {"post": "yes"}).status_code == 403
