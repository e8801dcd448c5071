"""The inbox: what is late on top, nothing personal until it is opened, and a line for whoever opens it."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic_site import sealed
from clinic_site.groups import FRONT_DESK, OWNER
from clinic_site.models import OpeningHours
from offers import wishes
from offers.forget import erase
from offers.inbox import Inbox
from offers.models import Lead, LeadView, Notice

from . import factories as make
from .desk_pages import LEADS, PERSONAL, TELLING, numbers, page_of, read, said, search

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 17, 5, tzinfo=dt.UTC)  # Monday, 12:05 in New York
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def desk(client: Client) -> User:
    make.make_clinic()
    for weekday in range(5):
        OpeningHours.objects.create(weekday=weekday, opens=dt.time(9), closes=dt.time(17))
    make.make_offer()
    user = make.make_user(group=FRONT_DESK, first_name="Rosa", last_name="Diaz")
    client.force_login(user)
    return user


def asked(before: dt.timedelta, **fields: Any) -> Lead:
    """A lead that came so long before NOW."""
    with time_machine.travel(NOW - before, tick=False):
        return make.make_lead(**{"name": f"Patient {Lead.objects.count()}"} | fields)


def shown(client: Client, tab: str = "") -> list[int]:
    with time_machine.travel(NOW, tick=False):
        return numbers(read(client, f"{LEADS}?tab={tab}" if tab else LEADS))


def test_what_is_late_stands_first_then_what_is_due_then_the_newest(client: Client, desk: User) -> None:
    older, newer = asked(3 * HOUR), asked(HOUR)  # since 9:05 and 11:05
    friday, saturday = asked(70 * HOUR), asked(40 * HOUR)  # since Friday at 14:05, and since Monday at 9
    due = asked(90 * HOUR)
    with time_machine.travel(NOW, tick=False):
        due.move(Lead.Stage.CONTACTED, by=desk)
        due.contact_next(NOW.date(), by=desk)
        asked(80 * HOUR).move(Lead.Stage.BOOKED, by=desk)
    assert shown(client) == [friday.pk, due.pk, newer.pk, older.pk, saturday.pk]


def test_it_says_how_long_a_lead_has_waited_in_clinic_hours(client: Client, desk: User) -> None:
    asked(70 * HOUR)
    asked(12 * dt.timedelta(minutes=1))
    with time_machine.travel(NOW, tick=False):
        page = read(client, LEADS)
        assert re.search(r"waiting</span>\s*<strong>6 clinic hours</strong>", page)
        assert re.search(r"waiting</span>\s*<strong>12 minutes</strong>", page)
        assert page.count("Overdue: not answered within 4 clinic hours") == 1
    with time_machine.travel(NOW + 24 * HOUR):
        client.force_login(desk)
        assert "waiting 8 clinic hours" in read(client, page_of(Lead.objects.latest("pk")))


def test_each_offer_says_how_soon_its_leads_are_answered(client: Client, desk: User) -> None:
    spring = make.make_offer(slug="spring", title="Spring", is_on=False, answer_within=2)
    slow = asked(3 * HOUR)
    fast = asked(3 * HOUR + dt.timedelta(minutes=1), offer=spring, phone="+12125550111")
    assert shown(client) == [fast.pk, slow.pk]
    with time_machine.travel(NOW, tick=False):
        assert read(client, LEADS).count("Overdue: not answered within 2 clinic hours") == 1


def test_nobody_is_late_for_who_said_stop(client: Client, desk: User) -> None:
    lead, other = asked(70 * HOUR), asked(69 * HOUR, phone="+12125550111", email="")
    with time_machine.travel(NOW, tick=False):
        assert "Overdue" in read(client, LEADS)
        wishes.stop(lead, "everything", source="staff", by=desk)
        assert [row.pk for row in Inbox().overdue()] == [other.pk]
        page = read(client, f"{LEADS}?tab=unanswered")
        assert numbers(page) == [other.pk, lead.pk]
        assert page.count("They said stop: leave them alone, and mark it as lost.") == 1
        assert page.count("Overdue:") == 1
    with time_machine.travel(NOW + HOUR, tick=False):  # a later request that asks for a call
        assert make.make_lead(contact_by="call").pk not in Inbox().stopped


def test_without_known_hours_every_hour_counts_and_it_says_so(client: Client, desk: User) -> None:
    asked(40 * HOUR)
    with time_machine.travel(NOW, tick=False):
        assert "opening hours are not filled in" not in read(client, LEADS)
        OpeningHours.objects.all().delete()
        page = read(client, LEADS)
    assert "opening hours are not filled in" in page
    assert "<strong>40 hours</strong>" in page
    assert "Overdue: not answered within 4 hours" in page


def test_nothing_personal_stands_in_a_list(client: Client, desk: User) -> None:
    region = make.make_region(slug="hip-and-buttock")
    lead = make.make_lead(**PERSONAL, region=region, article="dry-needling-for-sciatica")
    pages = [read(client, url) for url in (LEADS, f"{LEADS}?tab=all", "/admin/", f"{LEADS}doubles/")]
    pages += [search(client, lead.code), search(client, "Philippa")]
    lead.move(Lead.Stage.SET_ASIDE, by=desk)
    pages.append(read(client, f"{LEADS}?tab=set_aside"))
    for page in pages:
        assert "Philippa F." in page or "Likely doubles" in page
        for personal in (*TELLING, "sciatica"):
            assert personal not in page, personal
    assert not LeadView.objects.exists()


def test_opening_a_lead_leaves_a_line_once_in_ten_minutes(client: Client, desk: User) -> None:
    lead = make.make_lead()
    other = Client()
    other.force_login(make.make_user("other", group=OWNER))
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(3):
            read(client, page_of(lead))
        clock.shift(dt.timedelta(minutes=9))
        client.get(f"{LEADS}{lead.pk}/reach/call/")
        assert [look.by for look in lead.views.all()] == [desk]
        read(other, page_of(lead))
        clock.shift(dt.timedelta(minutes=2))
        read(client, page_of(lead))
    assert lead.views.filter(by=desk).count() == 2
    assert lead.views.count() == 3
    assert "Rosa Diaz, Nov. 23, 2026" in read(other, page_of(lead))
    assert "Opened by" not in read(client, page_of(lead))


@pytest.mark.parametrize(
    ("way", "address"),
    [
        ("call", "tel:+12125550187"),
        ("text", "sms:+12125550187"),
        ("email", "mailto:philippa@home.example?subject=Your%20request"),
    ],
)
def test_call_text_and_mail_are_one_tap_and_leave_a_line(
    client: Client, desk: User, way: str, address: str
) -> None:
    lead = make.make_lead(**PERSONAL)
    link = f"{LEADS}{lead.pk}/reach/{way}/"
    ways = [one.kind for one in reachable(lead)]
    for page in (read(client, LEADS), read(client, "/admin/")):
        assert (f'href="{link}"' in page) == (way in ways)
    response = client.get(link)
    assert response["Location"] == (address if way in ways else page_of(lead))
    assert lead.views.count() == 1


def reachable(lead: Lead) -> Any:
    from offers.templatetags.staff_offers import ways_to_reach

    return ways_to_reach(lead)


def test_a_way_that_is_not_there_leads_to_the_lead(client: Client, desk: User) -> None:
    lead = make.make_lead(email="")
    for way in ("email", "pigeon"):
        assert client.get(f"{LEADS}{lead.pk}/reach/{way}/")["Location"] == page_of(lead)


def test_tabs_show_each_stage_with_its_number(client: Client, desk: User) -> None:
    new, booked, lost = make.make_lead(), make.make_lead(name="Ben"), make.make_lead(name="Cleo")
    booked.move(Lead.Stage.BOOKED, by=desk)
    lost.move(Lead.Stage.LOST, by=desk, reason="cost")
    make.make_lead(name="The alarm", is_test=True)
    expected = {"unanswered": [new.pk], "booked": [booked.pk], "lost": [lost.pk], "redeemed": []}
    for tab, pks in expected.items():
        page = read(client, f"{LEADS}?tab={tab}")
        assert numbers(page) == pks, tab
        counts = dict(re.findall(r'href="\?tab=(\w+)".*?\((\d+)\)', page))
        assert counts == {
            "to_do": "1",
            "unanswered": "1",
            "due": "0",
            "contacted": "0",
            "booked": "1",
            "redeemed": "0",
            "lost": "1",
            "set_aside": "0",
            "all": "3",
        }
    assert numbers(read(client, f"{LEADS}?tab=nonsense&page=99")) == [new.pk]


def test_a_day_to_contact_is_set_and_cleared_with_a_line_each(client: Client, desk: User) -> None:
    lead = make.make_lead()
    url = f"{LEADS}{lead.pk}/next-contact/"
    with time_machine.travel(NOW, tick=False):
        client.force_login(desk)
        lead.move(Lead.Stage.CONTACTED, by=desk)
        assert said(client, url, day="2026-11-25") == "Next contact: Wednesday, November 25."
        said(client, url, day="2026-11-25")
        assert numbers(read(client, f"{LEADS}?tab=due")) == []
        assert 'value="2026-11-25"' in read(client, page_of(lead))
        assert "to come" in said(client, url, day="2026-11-22")
        assert "calendar" in said(client, url, day="soon")
    with time_machine.travel(NOW + 48 * HOUR, tick=False):
        client.force_login(desk)
        page = read(client, LEADS)
        assert numbers(page) == [lead.pk]
        assert "Due today" in page
        assert "0 unanswered" not in read(client, "/admin/")
        assert ", 1 to contact again" in read(client, "/admin/")
        assert said(client, url, day="") == "No next contact is set."
        assert numbers(read(client, LEADS)) == []
    lines = list(lead.events.filter(kind="note").values_list("text", flat=True))
    assert lines == ["Next contact: Wednesday, November 25, 2026", "No next contact"]


def test_nobody_is_contacted_about_a_lead_that_is_over(client: Client, desk: User) -> None:
    lead = make.make_lead()
    lead.contact_next((lead.created_at + 30 * HOUR).date(), by=desk)
    lead.redeem(by=desk)
    assert "nobody is to be contacted" in said(client, f"{LEADS}{lead.pk}/next-contact/", day="")
    with time_machine.travel(lead.created_at + 100 * HOUR):
        client.force_login(desk)
        assert numbers(read(client, LEADS)) == []


def test_losing_a_lead_wants_a_reason(client: Client, desk: User) -> None:
    lead = make.make_lead()
    url = f"{LEADS}{lead.pk}/move/"
    assert said(client, url, stage="lost") == "Say why it is lost."
    assert said(client, url, stage="lost", reason="nonsense") == "Say why it is lost."
    assert said(client, url, stage="lost", reason="times") == "Marked as lost."
    assert "Lost: no time that suits" in read(client, page_of(lead))


def test_what_was_set_aside_says_why_and_is_released_with_one_press(client: Client, desk: User) -> None:
    first, second = make.make_lead(doubts=["odd"]), make.make_lead(name="Cleo", doubts=["odd"])
    mine = make.make_lead(name="Ben")
    mine.move(Lead.Stage.SET_ASIDE, by=desk)
    page = read(client, f"{LEADS}?tab=set_aside")
    assert numbers(page) == [mine.pk, second.pk, first.pk]
    assert page.count('lead__reason">odd') == 2
    assert "Set aside by somebody of the staff" in page
    assert not first.notices.exists()

    assert "1 lead is released" in said(client, f"{LEADS}release/", lead=first.pk)
    first.refresh_from_db()
    assert first.stage == Lead.Stage.NEW
    assert first.notices.filter(kind=Notice.Kind.CLINIC).exists()
    assert "2 leads are released" in said(client, f"{LEADS}release/", lead=[second.pk, mine.pk])
    assert "1 lead was released already." in said(client, f"{LEADS}release/", lead=first.pk)
    assert "Choose which" in said(client, f"{LEADS}release/")


def test_what_somebody_else_releases_meanwhile_is_no_fault(
    client: Client, desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = make.make_lead(doubts=["odd"]), make.make_lead(name="Ben", doubts=["odd"])
    release = Lead.release

    def after_another(lead: Lead, *, by: User) -> None:
        if lead == one:
            release(Lead.objects.get(pk=lead.pk), by=by)
        release(lead, by=by)

    monkeypatch.setattr(Lead, "release", after_another)
    assert "1 lead is released" in said(client, f"{LEADS}release/", lead=[one.pk, other.pk])
    assert Lead.objects.filter(stage=Lead.Stage.NEW).count() == 2


def test_an_erased_one_is_not_released(client: Client, desk: User) -> None:
    one = make.make_lead(doubts=["odd"])
    erase(one, by=desk, why="Asked for.")
    assert "not set aside any more" in said(client, f"{LEADS}release/", lead=one.pk)


@pytest.mark.parametrize(
    ("typed", "finds"),
    [
        ("0187", True),
        ("philippa@home.example", True),
        ("Philippa+desk@HOME.example", True),
        ("(212) 555-0187", True),
        ("philippa", True),
        ("FEATHERSTONE Phil", True),
        ("Feathers", True),
        ("Philip", True),
        ("Philippe", False),
        ("0188", False),
        ("212 555 0188", False),
        ("After five", False),
        ("ABC-DEFG", False),
        ("12", False),
    ],
)
def test_a_lead_is_found_by_what_a_caller_says(
    client: Client, desk: User, typed: str, *, finds: bool
) -> None:
    lead = make.make_lead(**PERSONAL)
    make.make_lead(name="Ann Other", phone="+12125550111", email="ann@example.com")
    page = search(client, typed)
    assert numbers(page) == ([lead.pk] if finds else [])
    assert ("1 lead found." in page) == finds


@pytest.mark.parametrize("spell", [str.lower, lambda code: f" {code[:2]} {code[2:]}-", lambda code: code])
def test_a_code_is_found_however_it_is_typed(client: Client, desk: User, spell: Any) -> None:
    lead = make.make_lead(**PERSONAL)
    page = search(client, spell(lead.code))
    assert numbers(page) == [lead.pk]
    assert f'href="{LEADS}{lead.pk}/redeem/"' in page


def test_a_slip_in_a_code_is_told_from_a_code_of_nobody(client: Client, desk: User) -> None:
    lead = make.make_lead()
    last = "X" if lead.code[-1] != "X" else "W"
    assert "a sign is wrong" in search(client, lead.code[:-1] + last)
    Lead.objects.update(code="GONE")
    assert "Nobody has this code." in search(client, lead.code)


def test_a_search_is_in_no_address(client: Client, desk: User) -> None:
    page = read(client, LEADS)
    assert re.search(r'<form class="desk-search" method="post"', page)
    assert "<label" in page
    assert 'for="find"' in page
    lead = make.make_lead(**PERSONAL)
    assert numbers(client.get(LEADS, {"q": "0187", "find": "0187"}).content.decode()) == [
        lead.pk
    ]  # the inbox
    response = client.post(LEADS, {"find": "0187"})
    assert response.status_code == 200
    links = " ".join(re.findall(r'(?:href|action|src)="([^"]*)"', response.content.decode()))
    assert "0187" not in links
    assert "no-store" in response["Cache-Control"]


def test_a_page_has_20_and_costs_the_same_whatever_there_is(client: Client, desk: User) -> None:
    def queries(url: str) -> int:
        client.get(url)  # once before, for what is kept in memory
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        # In tests the question whether anything public has changed is asked at every look, not once a second.
        return sum("pagechange" not in query["sql"] for query in seen.captured_queries)

    pages = (LEADS, f"{LEADS}?tab=all", f"{LEADS}?tab=set_aside", "/admin/")
    for number in range(3):
        make.make_lead(phone=f"+1212555010{number}")
    make.make_lead(doubts=["odd"])
    few = {page: queries(page) for page in pages}
    for number in range(30):
        make.make_lead(phone=f"+121255501{number:02d}", doubts=["odd"] if number % 2 else [])
        make.make_lead(phone=f"+121255501{number + 30:02d}")
    assert {page: queries(page) for page in pages} == few
    assert few[LEADS] <= 17
    assert len(numbers(read(client, LEADS))) == 20
    assert "Page 1 of 3" in read(client, LEADS)
    assert len(numbers(read(client, f"{LEADS}?page=3"))) == 48 - 40


def test_a_list_unseals_only_what_it_shows(
    client: Client, desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Name, and what tells which ways there are: phone, extension, mail. Not where it hurts, note or articles."""
    for number in range(3):
        make.make_lead(
            **PERSONAL | {"phone": f"+1212555010{number}"}, phone_extension="5", article="sciatica"
        )
    opened: list[str] = []
    unseal = sealed.unseal

    def counted(token: str) -> str:
        opened.append(token)
        return unseal(token)

    monkeypatch.setattr(sealed, "unseal", counted)
    for url in (LEADS, f"{LEADS}?tab=all", "/admin/"):
        opened.clear()
        read(client, url)
        assert len(opened) == 3 * 4, url
