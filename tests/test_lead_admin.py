"""The front desk: sees the new lead, calls, writes down what came of it, redeems."""

import datetime as dt
import re
from html.parser import HTMLParser

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.test import Client

from clinic_site.groups import FRONT_DESK
from offers.models import Lead, LeadEvent, Notice

from . import factories as make

pytestmark = pytest.mark.django_db
LEADS = "/admin/offers/lead/"
NOW = dt.datetime(2026, 11, 22, 17, 5, tzinfo=dt.UTC)  # 12:05 in New York
PERSONAL = {
    "name": "Philippa Featherstone",
    "phone": "+12125550187",
    "email": "philippa@home.example",
    "note": "After five, please.",
}


@pytest.fixture
def desk(client: Client) -> User:
    make.make_clinic()
    user = make.make_user(group=FRONT_DESK, first_name="Rosa", last_name="Diaz")
    client.force_login(user)
    return user


@pytest.fixture
def lead(desk: User) -> Lead:
    return make.make_lead(**PERSONAL, region=make.make_region(slug="hip-and-buttock"))


def page_of(lead: Lead) -> str:
    return f"{LEADS}{lead.pk}/change/"


def address(lead: Lead, what: str) -> str:
    return f"{LEADS}{lead.pk}/{what}/"


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def said(client: Client, url: str, **fields: str) -> str:
    """What the page that a POST leads to says on top."""
    response = client.post(url, fields, follow=True)
    assert response.redirect_chain
    assert response.status_code == 200
    return " ".join(str(message) for message in response.context["messages"])


class _Forms(HTMLParser):
    """Where the forms of a page lead to by POST."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and given.get("method") == "post" and given.get("id") != "logout-form":
            self.found.append(given.get("action") or "")


def forms_of(page: str) -> list[str]:
    parser = _Forms()
    parser.feed(page)
    return parser.found


# The list (see test_inbox.py)


def test_a_mail_that_was_given_up_shows_on_its_lead(client: Client, lead: Lead) -> None:
    assert "Not notified" not in read(client, LEADS)
    lead.notices.update(status=Notice.Status.GIVEN_UP)
    assert "Not notified" in read(client, LEADS)


# The page of a lead


def test_a_lead_shows_what_was_sent(client: Client, lead: Lead) -> None:
    page = read(client, page_of(lead))
    told = ["Philippa Featherstone", "(212) 555-0187", "philippa@home.example", "After five, please."]
    for words in (*told, "Hip and buttock", lead.code_text):
        assert words in page


def test_what_a_visitor_typed_is_never_markup(client: Client, desk: User) -> None:
    lead = make.make_lead(name="<b>Pat</b>", note="<script>alert(1)</script>")
    for url in (LEADS, page_of(lead), address(lead, "redeem"), "/admin/"):
        page = read(client, url)
        assert "<b>Pat" not in page
        assert "<script>alert" not in page


def test_titles_and_addresses_carry_no_personal_data(client: Client, lead: Lead) -> None:
    for url in (LEADS, page_of(lead), address(lead, "redeem"), "/admin/"):
        page = read(client, url)
        title = re.search(r"<title>(.*?)</title>", page, re.S)
        assert title
        links = re.findall(r'(?:href|action|src)="(?!tel:|sms:|mailto:)([^"]*)"', page)
        for seen in (title[1], " ".join(links)):
            for personal in ("Philippa", "Feather", "5550187", "555-0187", "home.example", "five"):
                assert personal not in seen


def test_moves_are_buttons_for_the_allowed_stages(client: Client, lead: Lead, desk: User) -> None:
    page = read(client, page_of(lead))
    assert re.findall(r'name="stage" value="(\w+)"', page) == [*("contacted", "booked", "set_aside", "lost")]
    assert said(client, address(lead, "move"), stage="contacted") == "Marked as contacted."

    lead.refresh_from_db()
    last = lead.events.last()
    assert last is not None
    assert (lead.stage, last.text, last.by) == (Lead.Stage.CONTACTED, "New → Contacted", desk)
    assert re.findall(r'name="stage" value="(\w+)"', read(client, page_of(lead))) == [
        *("booked", "set_aside", "lost")
    ]


def test_a_move_that_is_not_allowed_is_refused_in_words(client: Client, lead: Lead, desk: User) -> None:
    lead.redeem(by=desk)
    words = said(client, address(lead, "move"), stage="lost")
    assert words == "This lead is redeemed and cannot be called lost."
    assert "Choose one" in said(client, address(lead, "move"), stage="elsewhere")
    assert "Choose one" in said(client, address(lead, "move"))
    assert Lead.objects.get().stage == Lead.Stage.REDEEMED


def test_nobody_is_called_redeemed_by_a_move(client: Client, lead: Lead) -> None:
    assert "cannot be called redeemed" in said(client, address(lead, "move"), stage="redeemed")
    assert Lead.objects.get().redeemed_at is None


def test_a_second_press_makes_no_second_line(client: Client, lead: Lead) -> None:
    for _ in range(2):
        said(client, address(lead, "move"), stage="booked")
        said(client, address(lead, "note"), text="Comes on Monday.")
    assert [event.text for event in lead.events.all()][1:] == ["New → Booked", "Comes on Monday."]


def test_a_note_has_who_and_when_in_clinic_time(client: Client, lead: Lead, desk: User) -> None:
    client.get(LEADS)
    with time_machine.travel(NOW, tick=False):
        client.force_login(desk)
        said(client, address(lead, "note"), text="Left a message.\nCalls back.")
        page = read(client, page_of(lead))
    assert re.search(r"\"2026-11-22T12:05:00-0500\">Nov\. 22, 2026, 12:05 p\.m\.</time>, Rosa Diaz", page)
    assert "Left a message.<br>Calls back." in page


def test_an_empty_note_is_not_stored(client: Client, lead: Lead) -> None:
    assert "not stored" in said(client, address(lead, "note"), text="  \n ")
    assert lead.events.count() == 1


def test_the_timeline_runs_from_the_oldest_to_the_newest(client: Client, lead: Lead, desk: User) -> None:
    lead.add_event("First call.", by=desk)
    lead.add_event("Second call.", by=desk)
    page = read(client, page_of(lead))
    assert page.index("Asked for the offer") < page.index("First call.") < page.index("Second call.")


def test_the_mails_say_what_became_of_them(client: Client, lead: Lead) -> None:
    patient = lead.notices.filter(kind=Notice.Kind.PATIENT)
    states: dict[str, dict[str, object]] = {
        "Queued": {"status": "queued"},
        "the mail server could not be reached. Tried 2 times": {"tries": 2, "trouble": "TimeoutError"},
        "Being sent": {"status": "sending"},
        "Sent Nov. 22, 2026, 12:05 p.m.": {"status": "sent", "sent_at": NOW},
        "Could not be delivered: the address was refused. Given up after 30 tries.": {
            "status": "given_up",
            "tries": 30,
            "trouble": "SMTPRecipientsRefused",
        },
    }
    for words, fields in states.items():
        patient.update(**{"trouble": "", "status": "queued"} | fields)
        assert words in read(client, page_of(lead))


def test_a_mail_is_sent_again_by_one_press(client: Client, lead: Lead, desk: User) -> None:
    notice = lead.notices.get(kind=Notice.Kind.PATIENT)
    Notice.objects.update(status=Notice.Status.GIVEN_UP, tries=30)
    url = f"/admin/offers/notice/{notice.pk}/send-again/"
    assert url in forms_of(read(client, page_of(lead)))
    assert "queued" in said(client, url)
    notice.refresh_from_db()
    assert (notice.status, notice.tries) == (Notice.Status.QUEUED, 0)


# Redeeming


def test_redeeming_takes_two_presses(client: Client, lead: Lead, desk: User) -> None:
    assert f'href="{address(lead, "redeem")}"' in read(client, page_of(lead))
    confirm = read(client, address(lead, "redeem"))
    assert "$100" in confirm
    assert Lead.objects.get().redeemed_at is None

    assert "Redeemed." in said(client, address(lead, "redeem"))
    lead.refresh_from_db()
    assert (lead.stage, lead.redeemed_by) == (Lead.Stage.REDEEMED, desk)
    assert f'href="{address(lead, "redeem")}"' not in read(client, page_of(lead))


def test_a_used_code_is_refused_with_who_and_when(client: Client, lead: Lead, desk: User) -> None:
    with time_machine.travel(NOW, tick=False):
        lead.redeem(by=desk)
    words = "Already used on November 22, 2026 at 12:05 p.m. by Rosa Diaz"
    assert words in said(client, address(lead, "redeem"))
    confirm = read(client, address(lead, "redeem"))
    assert words in confirm
    assert not forms_of(confirm)


def test_the_same_person_with_another_code_is_refused(client: Client, lead: Lead, desk: User) -> None:
    other = make.make_lead(name="P. Featherstone", phone=PERSONAL["phone"], email="")
    assert str(other) in read(client, page_of(lead))
    lead.redeem(by=desk)
    assert lead.code_text in said(client, address(other, "redeem"))
    assert Lead.objects.get(pk=other.pk).redeemed_at is None


# Who may do what


@pytest.mark.parametrize("what", ["move", "note"])
def test_looking_changes_nothing(client: Client, lead: Lead, what: str) -> None:
    assert client.get(address(lead, what), {"stage": "lost", "text": "x"}).status_code == 405
    client.get(address(lead, "redeem"))
    client.head(address(lead, "redeem"))
    client.get(page_of(lead))
    fresh = Lead.objects.get()
    assert (fresh.stage, fresh.events.count()) == (Lead.Stage.NEW, 1)


def test_every_change_wants_a_token_of_the_page(lead: Lead, desk: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(desk)
    for what in ("move", "note", "redeem"):
        assert strict.post(address(lead, what), {"stage": "lost", "text": "x"}).status_code == 403
    page = strict.get(page_of(lead)).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    sent = {"stage": "lost", "csrfmiddlewaretoken": token[1]}
    assert strict.post(address(lead, "move"), sent).status_code == 302


def test_who_may_only_look_gets_no_buttons(client: Client, lead: Lead) -> None:
    looks = make.make_user("looks")
    looks.user_permissions.set(Permission.objects.filter(codename="view_lead"))
    client.force_login(looks)
    assert not forms_of(read(client, page_of(lead)))
    for what in ("move", "note", "redeem"):
        assert client.post(address(lead, what), {"stage": "lost", "text": "x"}).status_code == 403
    assert client.get(address(lead, "redeem")).status_code == 403
    notice = lead.notices.first()
    assert notice is not None
    assert client.post(f"/admin/offers/notice/{notice.pk}/send-again/").status_code == 403
    assert Lead.objects.get().stage == Lead.Stage.NEW


def test_other_staff_and_strangers_see_nothing(client: Client, lead: Lead) -> None:
    client.force_login(make.make_user("editor"))
    for url in (LEADS, page_of(lead), address(lead, "redeem")):
        assert client.get(url).status_code == 403
    assert PERSONAL["name"] not in read(client, "/admin/")
    client.logout()
    for url in (LEADS, page_of(lead), address(lead, "redeem")):
        assert client.get(url)["Location"].startswith("/admin/login/")


def test_leads_are_neither_added_nor_changed_nor_deleted_by_hand(client: Client, lead: Lead) -> None:
    client.force_login(make.make_user("boss", is_superuser=True))
    assert client.get(f"{LEADS}add/").status_code == 403
    assert client.post(f"{LEADS}{lead.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(page_of(lead), {"name": "Else"}).status_code == 403
    client.post(LEADS, {"action": "delete_selected", "_selected_action": lead.pk, "post": "yes"})
    assert Lead.objects.get().name == PERSONAL["name"]
    assert LeadEvent.objects.count() == 1


def test_an_unknown_lead_is_not_found(client: Client, desk: User) -> None:
    for what in ("move", "note", "redeem"):
        assert client.post(f"{LEADS}4711/{what}/", {"stage": "lost", "text": "x"}).status_code == 404


# The home page


def test_the_staff_home_page_shows_who_waits(client: Client, lead: Lead, desk: User) -> None:
    make.make_lead(name="Ann").move(Lead.Stage.CONTACTED, by=desk)
    for name in ("Abe", "Bea", "Cyd", "Dov", "Eli", "Fay"):
        make.make_lead(name=f"{name} Example")
    page = read(client, "/admin/")
    assert "7 unanswered leads" in page
    assert re.findall(r">(\w{3}) E\.<span", page) == ["Fay", "Eli", "Dov", "Cyd", "Bea"]
    assert "Ann" not in page
    assert f'href="{LEADS}"' in page
    assert 'href="/desk/"' in page


def test_a_search_says_what_was_searched_for_and_can_be_cleared(client: Client, desk: User) -> None:
    page = client.post("/admin/offers/lead/", {"find": "Zeb <b>"}).content.decode()
    assert "Searched for “Zeb &lt;b&gt;”." in page
    assert 'name="find" value="Zeb &lt;b&gt;"' in page
    assert 'href="/admin/offers/lead/">Clear the search</a>' in page
