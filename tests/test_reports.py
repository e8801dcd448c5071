"""Readers report a problem with a page: no name, no cookie, nothing about them kept."""

import re
from unittest.mock import patch
from urllib.parse import quote

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

from clinic_site import reports, starter
from clinic_site.models import PageReport

from . import factories as make

pytestmark = pytest.mark.django_db
ARTICLE = "/blog/dry-needling-for-sciatica/"
URL = f"/report/?page={ARTICLE}"
LIST = "/admin/clinic_site/pagereport/"
WORDS = "The second source\nis a broken link."


@pytest.fixture(scope="module", autouse=True)
def site(module_rows: None) -> None:
    make.make_clinic()
    make.make_edition()


def payload(**fields: str) -> dict[str, str]:
    return {"page": ARTICLE, "words": WORDS, "more": ""} | fields


def stored() -> list[tuple[str, str]]:
    return list(PageReport.objects.values_list("page", "words"))


def test_it_works_without_a_cookie_or_a_token() -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(URL)
    assert not page.cookies
    assert "csrf" not in page.content.decode()
    response = client.post("/report/", payload(words=WORDS.replace("\n", "\r\n")))
    assert response["Location"] == f"/report/sent/?page={ARTICLE}"
    assert not response.cookies
    assert stored() == [(ARTICLE, WORDS)]
    sent = client.get(response["Location"])
    assert "Your report has reached us." in sent.content.decode()
    assert f'href="{ARTICLE}"' in sent.content.decode()
    assert not sent.cookies


def test_it_keeps_what_the_privacy_page_says_and_no_more() -> None:
    assert {field.name for field in PageReport._meta.fields} == {"id", "page", "words", "at", "done"}
    starter.load()
    text = Client().get("/privacy/").content.decode()
    assert "We get what you write and which page it is about." in text


def test_no_copy_of_it_is_kept_and_no_search_engine_lists_it(client: Client) -> None:
    for response in (
        client.get(URL),
        client.post("/report/", payload(words="")),
        client.get("/report/sent/"),
    ):
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"


def test_articles_and_muscles_link_to_it(client: Client) -> None:
    for address in (ARTICLE, "/muscles/piriformis/"):
        link = f'<a href="/report/?page={address}">Report a problem with this page</a>'
        assert link in client.get(address).content.decode()
        assert f'value="{address}"' in client.get(f"/report/?page={address}").content.decode()


def test_the_page_is_known_or_asked_for(client: Client) -> None:
    page = client.get(URL).content.decode()
    assert f'<input type="hidden" name="page" value="{ARTICLE}"' in page
    assert f'<a href="{ARTICLE}">' in page
    assert "Which page?" in client.get("/report/").content.decode()
    client.post("/report/", payload(page="https://127.0.0.1:8000/Prices?q=my+name"))
    assert stored()[0][0] == "/prices/"


@pytest.mark.parametrize(
    "page",
    [
        *(
            "https://evil.example.com/",
            "//evil.example.com/",
            "/\\evil.example.com",
            "javascript:alert(1)",
            "/nothing/",
        ),
        *(
            "/blog/my-name-is-pat/",
            "/admin/",
            "/offers/new-patient/claimed/abc/",
            "<script>",
            "/a%00b",
            "x" * 900,
        ),
    ],
)
def test_only_a_page_of_ours_is_reported(client: Client, page: str) -> None:
    shown = client.get(f"/report/?page={quote(page)}").content.decode()
    assert "evil" not in re.sub(r'value="[^"]*"', "", shown)
    response = client.post("/report/", payload(page=page))
    assert response.status_code == 200
    assert "There is" in response.content.decode()
    assert stored() == []
    assert "evil" not in client.get(f"/report/sent/?page={quote(page)}").content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"words": ""}, "Write what is wrong with the page."),
        ({"words": " \u202e "}, "Write what is wrong with the page."),
        ({"words": "x" * 1001}, "Shorten this to 1,000 characters or fewer. It has 1,001 now."),
        ({"page": ""}, "Say which page you mean."),
        ({"page": "/nothing/"}, "There is no such page here."),
    ],
)
def test_a_slip_is_told_and_nothing_typed_is_lost(client: Client, fields: dict[str, str], words: str) -> None:
    typed = payload(**fields)
    page = client.post("/report/", typed).content.decode()
    assert "<title>Error: " in page
    assert page.count(words) == 2  # on top, and at the box
    assert typed["words"].strip()[:900] in page
    assert f'value="{typed["page"]}"' in page or not typed["page"]
    assert stored() == []


def test_a_thousand_characters_are_counted_as_people_count(client: Client) -> None:
    client.post("/report/", payload(words="x\r\n" * 499 + "xx"))
    assert len(stored()[0][1]) == 1000


def test_signs_that_hide_what_it_says_are_dropped(client: Client) -> None:
    client.post("/report/", payload(words="a\u202eb\x07c"))
    assert stored()[0][1] == "abc"


def test_a_machine_that_fills_in_everything_is_stopped_and_a_person_is_not(client: Client) -> None:
    response = client.post("/report/", payload(more="https://spam.example.com"))
    page = response.content.decode()
    assert "press the button again" in page
    assert "spam.example.com" not in page
    assert WORDS in page
    assert stored() == []
    hidden = page[page.index('class="visually-hidden" aria-hidden="true"') :]
    assert 'tabindex="-1"' in hidden[: hidden.index("</div>\n<p")]


def test_pressing_twice_is_one_report(client: Client) -> None:
    for _ in range(2):
        assert client.post("/report/", payload()).status_code == 302
    assert len(stored()) == 1


def test_only_so_many_are_taken_in_a_day(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST_A_DAY", 2)
    with time_machine.travel("2026-12-01T23:30:00-05:00", tick=False):
        for number in range(2):
            assert client.post("/report/", payload(words=f"Number {number}")).status_code == 302
        response = client.post("/report/", payload())
        assert response.status_code == 429
        assert "(212) 555-0100" in response.content.decode()
        assert WORDS in response.content.decode()
    with time_machine.travel("2026-12-02T00:30:00-05:00", tick=False):
        assert client.post("/report/", payload()).status_code == 302
    assert len(stored()) == 3


def test_a_fault_in_storing_keeps_the_words(client: Client) -> None:
    with patch("clinic_site.reports.PageReportQuerySet.take", side_effect=OperationalError("locked")):
        response = client.post("/report/", payload())
    assert response.status_code == 503
    assert WORDS in response.content.decode()
    assert "(212) 555-0100" in response.content.decode()


def test_other_methods_are_refused(client: Client) -> None:
    assert client.put("/report/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/report/sent/").status_code == 405


def test_staff_read_it_and_tick_it_off(client: Client) -> None:
    client.post("/report/", payload(words="<b>Broken</b>"))
    client.force_login(make.make_user("editor", group="Editor"))
    home = client.get("/admin/").content.decode()
    assert "</b> reader reports a problem with a page" in home
    page = client.get(f"{LIST}?done__exact=0").content.decode()
    assert "&lt;b&gt;Broken&lt;/b&gt;" in page
    assert f'href="{ARTICLE}"' in page
    report = PageReport.objects.get()
    ticked = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": report.pk, "form-0-done": "on"}
    assert client.post(LIST, ticked | {"_save": "Save"}).status_code == 302
    assert PageReport.objects.get().done
    assert "a problem with a page" not in client.get("/admin/").content.decode()


def test_nobody_changes_a_readers_words(client: Client) -> None:
    PageReport.objects.create(page=ARTICLE, words=WORDS)
    report = PageReport.objects.get()
    client.force_login(make.make_user("editor", group="Editor"))
    client.post(f"{LIST}{report.pk}/change/", {"words": "All is well", "done": "on"})
    assert stored() == [(ARTICLE, WORDS)]
    assert client.get(f"{LIST}add/").status_code == 403
    client.post(f"{LIST}{report.pk}/delete/", {"post": "yes"})
    assert stored() == []


def test_the_front_desk_sees_none(client: Client) -> None:
    PageReport.objects.create(page=ARTICLE, words=WORDS)
    client.force_login(make.make_user("desk", group="Front desk"))
    assert client.get(LIST).status_code == 403
    assert "a problem with a page" not in client.get("/admin/").content.decode()
