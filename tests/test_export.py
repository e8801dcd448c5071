"""Personal data leaves the site by POST only, for whoever may, noted, and as a table that no spreadsheet runs."""

import csv
import datetime as dt
import io
import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import StreamingHttpResponse
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clinic_site.models import StaffMail
from offers import export
from offers.models import ExportLog, Lead
from offers.person import as_read
from offers.stages import NotAllowed, Stage

from . import factories as make

TABLE = "/admin/offers/lead/export/"
NOW = dt.datetime(2026, 11, 22, 17, 5, tzinfo=dt.UTC)  # 12:05 in New York
ANY_SIGN = st.characters(exclude_categories=["Cs"])
# Cells that begin as attackers' do come up far too seldom by chance.
LIKE_AN_ATTACK = st.tuples(
    st.text(st.sampled_from("'\t\r\n\0 \u00a0\u200b\ufeff"), max_size=4),
    st.sampled_from("=+-@＝＋－＠|%\"'"),
    st.text(ANY_SIGN, max_size=20),
).map("".join)
CELLS = st.one_of(st.text(ANY_SIGN, max_size=40), LIKE_AN_ATTACK)
ATTACKS = [
    "=1+1",
    '=HYPERLINK("https://evil.example","Click")',
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "'=1+1",
    "\tplain",
]
HARMLESS = [
    "",
    "Pat Example",
    "Ελένη Παπαδοπούλου",
    "王小明",
    "O'Brien",
    "'Abd al-Karim",
    "(212) 555-0123",
    "a=b",
    "5-6",
]


def read_back(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def begins_badly(cell: str) -> bool:
    """Written down once more, in other words than the code's."""
    return bool(re.match(r"[\t\r\n\0]|[\s\0-\x1f\u200b\ufeff]*[=+\-@＝＋－＠]", cell))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=5))
@example([ATTACKS, HARMLESS])
def test_a_table_is_read_back_as_it_was_and_no_cell_is_run(rows: list[list[str]]) -> None:
    found = read_back("".join(export.as_csv(rows)))
    assert [[export.unguarded(cell) for cell in row] for row in found] == rows
    assert not [cell for row in found for cell in row if begins_badly(cell)]


@pytest.mark.parametrize("cell", ATTACKS)
def test_what_a_spreadsheet_could_run_is_made_text(cell: str) -> None:
    assert export.guarded(cell) == "'" + cell


@pytest.mark.parametrize("cell", HARMLESS)
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert export.guarded(cell) == cell


def test_every_cell_is_in_quotation_marks() -> None:
    assert list(export.as_csv([["a", 'b"c', "d\ne"]])) == ["\ufeff", '"a","b""c","d\ne"\r\n']


@pytest.fixture
def owner(client: Client, db: None) -> User:
    make.make_clinic()
    user = make.make_user("owner", group="Owner", first_name="Ada", last_name="Boss")
    client.force_login(user)
    return user


def table(client: Client, **fields: str) -> list[dict[str, str]]:
    response = client.post(TABLE, fields)
    assert response.status_code == 200
    assert isinstance(response, StreamingHttpResponse)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    head, *rows = read_back(response.getvalue().decode())
    return [dict(zip(head, row, strict=True)) for row in rows]


def lead_on(day: int, **fields: Any) -> Lead:
    """On a day of November 2026."""
    with time_machine.travel(NOW.replace(day=day), tick=False):
        return make.make_lead(**fields)


def test_a_lead_is_a_row(client: Client, owner: User) -> None:
    region = make.make_region(slug="hip-and-buttock")
    lead = lead_on(22, name="Ελένη 王", note="=1+1\nafter five", region=region, phone_extension="12")
    with time_machine.travel(NOW, tick=False):
        lead.redeem(by=owner)
    (row,) = table(client)
    assert row["Request"] == str(lead.pk)
    assert row["Name"] == "Ελένη 王"
    assert row["Note"] == "'=1+1\nafter five"
    assert row["Phone"] == "(212) 555-0123 ext. 12"
    assert row["E-mail"] == "pat@example.com"
    assert row["Where it hurts"] == "Hip and buttock"
    assert (row["Asked"], row["Redeemed"], row["Redeemed by"]) == (*["2026-11-22 12:05"] * 2, "Ada Boss")
    assert (row["Code"], row["Taken off"], row["Stage"]) == (lead.code_text, "100.00", "Redeemed")


def test_a_phone_from_abroad_reads_right_after_import(client: Client, owner: User) -> None:
    make.make_lead(phone="+442079460958")
    (row,) = table(client)
    assert row["Phone"] == "'+44 20 7946 0958"
    assert export.unguarded(row["Phone"]) == "+44 20 7946 0958"


def test_days_are_the_clinics_and_both_count(client: Client, owner: User) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 21, 4, 59, tzinfo=dt.UTC), tick=False):
        make.make_lead(name="Last minute of the 20th")
    with time_machine.travel(dt.datetime(2026, 11, 21, 5, 0, tzinfo=dt.UTC), tick=False):
        make.make_lead(name="First minute of the 21st")
    with time_machine.travel(dt.datetime(2026, 11, 22, 4, 59, tzinfo=dt.UTC), tick=False):
        make.make_lead(name="Last minute of the 21st")
    with time_machine.travel(dt.datetime(2026, 11, 22, 5, 0, tzinfo=dt.UTC), tick=False):
        make.make_lead(name="First minute of the 22nd")
    names = [row["Name"] for row in table(client, first="2026-11-21", last="2026-11-21")]
    assert names == ["First minute of the 21st", "Last minute of the 21st"]
    assert len(table(client)) == 4


def test_one_stage_is_enough(client: Client, owner: User) -> None:
    lead_on(20, name="Ann")
    lead_on(21, name="Ben").move(Stage.BOOKED, by=owner)
    assert [row["Name"] for row in table(client, stage="booked")] == ["Ben"]


def test_erased_test_and_merged_leads_are_left_out(client: Client, owner: User) -> None:
    kept, erased, test, merged = (make.make_lead(name=name) for name in ("Kept", "Erased", "Test", "Part"))
    Lead.objects.filter(pk=erased.pk).update(erased_at=NOW)
    Lead.objects.filter(pk=test.pk).update(is_test=True)
    Lead.objects.filter(pk=merged.pk).update(merged_into=kept)
    assert [row["Name"] for row in table(client)] == ["Kept"]


def test_days_in_the_wrong_order_are_told(client: Client, owner: User) -> None:
    response = client.post(TABLE, {"first": "2026-11-22", "last": "2026-11-21"})
    page = response.content.decode()
    assert "The last day is before the first." in page
    assert "<title>Error: " in page
    assert not ExportLog.objects.exists()


def test_an_export_is_noted_before_its_first_byte(client: Client, owner: User) -> None:
    make.make_lead()
    fields = {"first": "2026-01-01", "stage": "new"}
    client.post(TABLE, fields)  # and nobody reads the answer
    (line,) = ExportLog.objects.all()
    assert (line.by, line.rows) == (owner, 1)
    assert line.what == "A table of requests from 2026-01-01 to the last, new only"
    assert "was taken out of the site under your account" in StaffMail.objects.get().text
    page = client.get("/admin/offers/exportlog/").content.decode()
    assert line.what in page
    assert TABLE in page


def test_nobody_takes_out_more_in_an_hour_than_work_asks_for(client: Client, owner: User) -> None:
    lead = make.make_lead()
    copy, asked = f"/admin/offers/lead/{lead.pk}/copy/", {"requests": lead.pk, "how": "json"}
    with time_machine.travel(NOW.replace(year=2037), tick=False) as clock:
        client.force_login(owner)
        for _ in range(10):
            assert client.post(copy, asked).status_code == 200
            assert client.post(TABLE).status_code == 200
        for path, fields in ((TABLE, {"first": "2026-11-01"}), (copy, asked)):
            response = client.post(path, fields)
            assert (response.status_code, response["Retry-After"]) == (429, "3600")
            page = response.content.decode()
            assert "You have exported 20 times in an hour. The next one can be in 60 minutes." in page
        assert 'value="2026-11-01"' in client.post(TABLE, {"first": "2026-11-01"}).content.decode()
        assert ExportLog.objects.count() == 20
        client.force_login(make.make_user("another", group="Owner"))
        assert client.post(TABLE).status_code == 200
        clock.shift(3601)
        client.force_login(owner)
        assert client.post(TABLE).status_code == 200


def test_the_log_of_exports_is_only_added_to(client: Client, owner: User) -> None:
    line = ExportLog.objects.create(by=owner, what="A table", rows=1)
    with pytest.raises(NotAllowed):
        line.save()
    with pytest.raises(NotAllowed):
        line.delete()
    for what in ("add/", f"{line.pk}/delete/"):
        assert client.post(f"/admin/offers/exportlog/{what}").status_code == 403
    assert client.post(f"/admin/offers/exportlog/{line.pk}/change/", {"what": "x"}).status_code == 403


def test_opening_the_page_exports_nothing(client: Client, owner: User) -> None:
    make.make_lead(name="Zanzibar")
    for query in ("", "?" + urlencode({"first": "2026-01-01", "stage": "new"})):
        page = client.get(TABLE + query).content.decode()
        assert "Zanzibar" not in page
    assert not ExportLog.objects.exists()


# One person's copy


def copy(client: Client, lead: Lead, how: str, *leads: Lead) -> str:
    fields = {"how": how, "requests": [one.pk for one in leads or (lead,)]}
    response = client.post(f"/admin/offers/lead/{lead.pk}/copy/", fields)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


def test_a_person_gets_all_that_is_kept_about_them(client: Client, owner: User) -> None:
    lead = lead_on(20, name="Zanzibar <b>Q</b>", note="Μετά τις πέντε.", phone_extension="12")
    lead.add_event("Left a message.", by=owner)
    other = lead_on(21, name="Z. Quill", phone="")
    told = json.loads(copy(client, lead, "json", lead, other))
    assert [one["number"] for one in told["requests"]] == [lead.pk, other.pk]
    parts = told["requests"][0]["parts"]
    assert parts["What was told"][0]["name"] == "Zanzibar <b>Q</b>"
    assert parts["What was told"][0]["phone"] == "(212) 555-0123 ext. 12"
    assert parts["What was told"][0]["note"] == "Μετά τις πέντε."
    assert parts["What became of it"][0]["asked"] == "2026-11-20 12:05 -0500"
    texts = [event["text"] for event in parts["Timeline"]]
    assert texts[:2] == ["Asked for the offer on the site.", "Left a message."]
    assert parts["Timeline"][1]["by"] == "Ada Boss"
    assert {notice["what"] for notice in parts["Mails"]} == {
        "Confirmation to the patient",
        "New request, to the clinic",
    }

    page = copy(client, lead, "page", lead, other)
    for words in ("Zanzibar &lt;b&gt;Q", "Μετά τις πέντε.", "Left a message.", f"Request no. {other.pk}"):
        assert words in page
    assert "<b>Q" not in page


def test_a_copy_reads_as_the_site_does(client: Client, owner: User) -> None:
    make.make_edition()
    lead = lead_on(20, trail={"article": "dry-needling-for-sciatica", "first_article": "gone"})
    make.agree(lead, "texts")
    parts = json.loads(copy(client, lead, "json", lead))["requests"][0]["parts"]
    told, (agreed, *_) = parts["What was told"][0], parts["What was allowed or refused"]
    assert told["page the form was opened from"] == "Dry needling for sciatica"
    assert told["first page of that visit"] == "gone"
    assert agreed["address"] == "(212) 555-0123"
    assert "{clinic}" not in agreed["words"]
    assert as_read("+442079460958") == "+44 20 7946 0958"
    assert as_read("+1 is no number") == "+1 is no number"


def test_a_copy_is_noted_on_each_request_and_in_the_log(client: Client, owner: User) -> None:
    lead, other = lead_on(20), lead_on(21)
    copy(client, lead, "json", lead, other)
    line = ExportLog.objects.get()
    assert (line.what, line.rows) == (f"A copy for the person: request no. {lead.pk}, {other.pk}", 2)
    for one in (lead, other):
        last = one.events.last()
        assert last is not None
        assert (last.text, last.by) == ("A copy of all this was made for the person.", owner)


def test_a_copy_holds_nobody_else(client: Client, owner: User) -> None:
    lead, stranger = make.make_lead(), make.make_lead(phone="+12125550111", email="", name="Stranger")
    url = f"/admin/offers/lead/{lead.pk}/copy/"
    page = client.post(url, {"how": "json", "requests": [stranger.pk]}).content.decode()
    assert "Stranger" not in page
    assert "not one of the available choices" in page
    assert not ExportLog.objects.exists()


# Erasing


def test_erasing_asks_once_more_and_then_does_it(client: Client, owner: User) -> None:
    lead, other = lead_on(20, name="Zanzibar"), lead_on(21, name="Zanzibar")
    url = f"/admin/offers/lead/{lead.pk}/erase/"
    assert "The do-not-contact list." in client.get(url).content.decode()
    asked = client.post(url, {"requests": [lead.pk, other.pk]}).content.decode()
    assert "2 requests will be erased" in asked
    assert Lead.objects.filter(erased_at=None).count() == 2

    fields = dict(re.findall(r'type="hidden" name="(sure)" value="(\w+)"', asked))
    done = client.post(
        url, {**fields, "requests": re.findall(r'name="requests" value="(\d+)"', asked)}, follow=True
    )
    assert [str(message) for message in done.context["messages"]] == ["Erased: 2 requests."]
    page = done.content.decode()
    assert "Zanzibar" not in page
    assert "Erased because the person asked for it." in page
    assert not Lead.objects.filter(erased_at=None).exists()
    again = client.get(url, follow=True)
    assert [str(message) for message in again.context["messages"]] == ["This request was erased before."]


def test_only_what_was_chosen_is_erased(client: Client, owner: User) -> None:
    lead, other = lead_on(20), lead_on(21)
    client.post(f"/admin/offers/lead/{lead.pk}/erase/", {"requests": [lead.pk], "sure": "on"})
    assert list(Lead.objects.filter(erased_at=None)) == [other]


def test_an_erased_lead_shows_no_buttons(client: Client, owner: User) -> None:
    lead = make.make_lead()
    url = f"/admin/offers/lead/{lead.pk}/change/"
    assert f"/admin/offers/lead/{lead.pk}/erase/" in client.get(url).content.decode()
    client.post(f"/admin/offers/lead/{lead.pk}/erase/", {"requests": [lead.pk], "sure": "on"})
    page = client.get(url).content.decode()
    assert f"/admin/offers/lead/{lead.pk}/erase/" not in page
    assert 'name="stage"' not in page


# Who may


@pytest.mark.django_db
def test_the_front_desk_may_neither_export_nor_erase(client: Client) -> None:
    lead = make.make_lead()
    client.force_login(make.make_user(group="Front desk"))
    mine = {"how": "json", "sure": "on", "requests": [lead.pk]}
    for url in (TABLE, f"/admin/offers/lead/{lead.pk}/copy/", f"/admin/offers/lead/{lead.pk}/erase/"):
        assert client.get(url).status_code == 403
        assert client.post(url, mine).status_code == 403
        assert url not in client.get(f"/admin/offers/lead/{lead.pk}/change/").content.decode()
    assert client.get("/admin/offers/exportlog/").status_code == 403
    assert Lead.objects.get().erased_at is None
    assert not ExportLog.objects.exists()


def test_a_post_without_a_token_is_refused(owner: User) -> None:
    lead = make.make_lead()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    for url in (TABLE, f"/admin/offers/lead/{lead.pk}/copy/", f"/admin/offers/lead/{lead.pk}/erase/"):
        assert strict.post(url, {"sure": "on", "how": "json", "requests": [lead.pk]}).status_code == 403
    assert not ExportLog.objects.exists()
    assert Lead.objects.get().erased_at is None


def test_addresses_and_titles_carry_no_personal_data(client: Client, owner: User) -> None:
    lead = make.make_lead(name="Zanzibar", note="Quill", email="zanzibar@quill.example")
    urls = [f"/admin/offers/lead/{lead.pk}/copy/", f"/admin/offers/lead/{lead.pk}/erase/", TABLE]
    for url in [*urls, "/admin/offers/lead/forgetting/", "/admin/offers/exportlog/"]:
        page = client.get(url).content.decode()
        assert "Zanzibar" not in page
        assert "quill" not in page.lower()
