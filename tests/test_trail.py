"""Where somebody who asks for the offer came from: from the form's own values, and only what can be checked."""

import json
import re

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.http import HttpRequest
from django.test import Client, RequestFactory

from offers import tally
from offers.models import DailyCount, Lead
from offers.trail import SALT, Trail, read, sign, trail_of

from . import factories as make
from .test_counts import PHONE

FORM = "/offers/new-patient/"
FIRST, LAST = "dry-needling-for-sciatica", "dry-needling-for-neck-pain"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def site(module_rows: None) -> None:
    make.make_clinic()
    condition = make.make_condition()
    for slug in (FIRST, LAST):
        make.make_edition(make.make_article(slug=slug, condition=condition))


def request_for(address: str = FORM, before: str = "", **headers: str) -> HttpRequest:
    """A request for the form from the page `before`."""
    referer = {"referer": f"http://testserver{before}"} if before.startswith("/") else {"referer": before}
    return RequestFactory().get(address, headers=referer | headers)


def seen(first: object = "", last: object = "", campaign: object = "") -> str:
    return json.dumps([first, last, campaign])


def page(slug: str) -> str:
    return f"/blog/{slug}/"


# What the request for the form tells


def test_the_page_before_is_the_article() -> None:
    assert trail_of(request_for(before=page(LAST))) == Trail(LAST, LAST, "")


@pytest.mark.parametrize(
    "before",
    [
        "",
        "/",
        "/blog/",
        "/blog/no-such-article/",
        "/conditions/",
        f"https://elsewhere.example.com/blog/{LAST}/",
        f"http://testserver.example.com/blog/{LAST}/",
        f"http://testserver@example.com/blog/{LAST}/",
        "http://[",
        "no address",
    ],
)
def test_any_other_page_before_stays_unknown(before: str) -> None:
    assert trail_of(request_for(before=before)) == Trail()


@pytest.mark.parametrize(
    ("address", "before"),
    [
        (f"{FORM}?c=poster-7", page(LAST)),
        (FORM, f"{page(LAST)}?c=poster-7"),
        (FORM, f"{page(LAST)}?utm_source=x&utm_campaign=poster-7"),
        (f"{FORM}?c=poster-7", f"{page(LAST)}?c=older"),
    ],
)
def test_a_campaign_is_read_from_the_address_of_the_form_or_of_the_page_before(
    address: str, before: str
) -> None:
    assert trail_of(request_for(address, before)) == Trail(LAST, LAST, "poster-7")


@pytest.mark.parametrize(
    "name", ["", "x" * 41, "<b>", "a%00b", "pat@example.com", "%F0%9F%92%89", "-x", "=1+1", "a%0d%0ab", "%ff"]
)
def test_a_campaign_is_forty_plain_characters_at_most(name: str) -> None:
    assert trail_of(request_for(f"{FORM}?c={name}")).campaign == ""
    assert read(request_for(), "", seen(campaign=name)).campaign == ""


def test_so_many_values_that_nobody_reads_them() -> None:
    assert trail_of(request_for(f"{FORM}?{'&'.join(['c=a'] * 100)}")).campaign == ""


# What the form brings back


def test_what_was_signed_comes_back() -> None:
    trail = trail_of(request_for(f"{FORM}?c=poster-7", page(LAST)))
    assert read(request_for(), sign(trail), "") == trail


@pytest.mark.parametrize("signed", ["", "x", "a:b", "\x00", "é:é", json.dumps([LAST, ""])])
def test_what_was_not_signed_here_says_nothing(signed: str) -> None:
    assert read(request_for(), signed, "") == Trail()


def test_a_signature_for_something_else_says_nothing() -> None:
    other = signing.Signer(salt="other").sign_object([LAST, "poster-7"])
    odd = signing.Signer(salt=SALT).sign_object([LAST])
    assert read(request_for(), other, "") == read(request_for(), odd, "") == Trail()


def test_the_script_tells_the_first_article_and_the_campaign_of_the_landing_page() -> None:
    signed = sign(trail_of(request_for(before=page(LAST))))
    told = seen(page(FIRST), page(LAST), "poster-7")
    assert read(request_for(), signed, told) == Trail(LAST, FIRST, "poster-7")


def test_the_script_tells_the_last_article_when_another_page_stood_between() -> None:
    signed = sign(trail_of(request_for(before="/prices/")))
    assert read(request_for(), signed, seen(page(FIRST), page(LAST))) == Trail(LAST, FIRST, "")


def test_what_was_signed_is_believed_before_the_script() -> None:
    signed = sign(Trail(LAST, LAST, "poster-7"))
    told = seen(page(FIRST), page(FIRST), "poster-8")
    assert read(request_for(), signed, told) == Trail(LAST, FIRST, "poster-7")


@pytest.mark.parametrize(
    "told",
    [
        "x",
        "{}",
        "null",
        "[1, 2, 3]",
        "[[]]",
        "[" * 1_000,
        seen("/blog/no-such-article/", "/prices/"),
        seen(None, {}, []),
        seen(f"https://example.com{page(FIRST)}"),
        seen(page(FIRST) + "?q=my+back"),
        "[]",
    ],
)
def test_the_script_is_believed_only_where_it_can_be_checked(told: str) -> None:
    assert read(request_for(), "", told) == Trail()


@pytest.mark.parametrize("header", [{"sec-gpc": "1"}, {"dnt": "1"}])
def test_whoever_asks_not_to_be_recorded_is_not(header: dict[str, str]) -> None:
    assert trail_of(request_for(f"{FORM}?c=poster-7", page(LAST), **header)) == Trail()
    signed = sign(Trail(LAST, FIRST, "poster-7"))
    assert read(request_for(**header), signed, seen(page(FIRST), page(LAST), "poster-7")) == Trail()


# The whole way


@pytest.fixture
def reader() -> Client:
    make.make_offer()
    return Client(headers={"user-agent": PHONE})


def open_form(client: Client, before: str = page(LAST), address: str = FORM, **headers: str) -> str:
    """The value that the form carries."""
    response = client.get(address, headers={"referer": f"http://testserver{before}"} | headers)
    assert "no-store" in response["Cache-Control"]
    found = re.search(r'name="trail" value="([^"]*)"', response.content.decode())
    assert found
    return found[1]


def way_of(lead: Lead) -> Trail:
    return Trail(lead.article, lead.first_article, lead.campaign)


def opened() -> dict[str, int]:
    tally.write()
    return dict(DailyCount.objects.filter(kind="opened").values_list("article", "count"))


def test_a_request_says_where_it_came_from(reader: Client) -> None:
    carried = open_form(reader, f"{page(LAST)}?c=poster-7")
    told = seen(page(FIRST), page(LAST))
    assert reader.post(FORM, make.payload(trail=carried, seen=told)).status_code == 302
    assert way_of(Lead.objects.get()) == Trail(LAST, FIRST, "poster-7")


def test_it_survives_a_form_that_comes_back(reader: Client) -> None:
    carried = open_form(reader)
    again = reader.post(
        FORM, make.payload(trail=carried, name=""), headers={"referer": f"http://testserver{FORM}"}
    )
    assert again.status_code == 200
    assert f'name="trail" value="{carried}"' in again.content.decode()


def test_no_address_and_no_cookie_tells_what_hurts(reader: Client) -> None:
    open_form(reader, f"{page(LAST)}?c=poster-7")
    response = reader.post(FORM, make.payload())
    assert "needling" not in response["Location"]
    assert "needling" not in str(reader.cookies)
    assert set(reader.cookies) == {"csrf"}


def test_a_request_without_any_of_it_is_taken_and_stays_unknown(reader: Client) -> None:
    assert reader.post(FORM, make.payload(trail="x" * 50_000, seen="x" * 50_000)).status_code == 302
    assert way_of(Lead.objects.get()) == Trail()


@pytest.mark.parametrize("header", [{"sec-gpc": "1"}, {"dnt": "1"}])
def test_nothing_is_recorded_of_whoever_asks_for_it(reader: Client, header: dict[str, str]) -> None:
    carried = open_form(reader, **header)
    told = seen(page(FIRST), page(LAST), "poster-7")
    reader.post(FORM, make.payload(trail=carried, seen=told), headers=header)
    assert way_of(Lead.objects.get()) == Trail()
    assert opened() == {}


def test_each_opening_counts_for_the_article_before_it(reader: Client) -> None:
    open_form(reader)
    open_form(reader)
    open_form(reader, "/prices/")
    reader.head(FORM)
    reader.post(FORM, make.payload(name=""))
    open_form(Client())
    assert opened() == {LAST: 2, "": 1}


def test_an_offer_that_is_over_is_no_form_to_open(reader: Client) -> None:
    make.make_offer(slug="old", is_on=False)
    reader.get("/offers/old/", headers={"referer": f"http://testserver{page(LAST)}"})
    assert opened() == {}


def test_what_was_typed_is_in_no_session_and_no_cache(reader: Client) -> None:
    response = reader.post(FORM, make.payload())
    ticket = reader.get(response["Location"])
    staff = Client()
    staff.force_login(make.make_user(is_superuser=True))
    for answer in (response, ticket, staff.get("/admin/"), staff.get("/admin/offers/funnel/")):
        assert "no-store" in answer["Cache-Control"]
    assert not reader.cookies
    assert Session.objects.count() == 1, "only the one of the staff"
