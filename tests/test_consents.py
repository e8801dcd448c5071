"""The two boxes of the form, what is kept of each choice, and what follows from it."""

import datetime as dt
import hashlib
import re

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from offers import retention, wishes
from offers.consent_texts import ConsentText, Unchangeable, shown_texts
from offers.consents import Choice, Consent, DoNotContact
from offers.models import Lead
from offers.permissions import know_permissions, permissions_of
from offers.person import copy_of, in_words

from . import factories as make

URL = "/offers/new-patient/"
NOW = dt.datetime(2037, 11, 22, 17, 5, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(db: None) -> None:
    make.make_clinic()
    make.make_offer()
    make.make_consent_text(kind="texts")
    make.make_consent_text(kind="news")


def send(client: Client, **fields: str) -> Lead:
    assert client.post(URL, make.payload(**make.boxes(), **fields)).status_code == 302
    return Lead.objects.latest("pk")


def boxes_of(page: str) -> list[str]:
    return re.findall(r'<input type="checkbox"[^>]*>', page)


def test_two_separate_boxes_stand_there_empty_with_the_live_words(client: Client) -> None:
    page = client.get(URL).content.decode()
    assert [re.search(r'name="(\w+)"', box)[1] for box in boxes_of(page)] == ["text_consent", "news_consent"]  # type: ignore[index]
    assert not any("checked" in box or "required" in box for box in boxes_of(page))
    assert shown_texts()["texts"].rendered() in page
    assert "Example Acupuncture may text me" in page
    assert re.search(r"<fieldset[^>]*>\s*<legend[^>]*>Only if you want to</legend>", page)


def test_the_button_says_what_it_does_and_bundles_no_consent(client: Client) -> None:
    page = client.get(URL).content.decode()
    assert re.search(r'<button class="button" type="submit">Send my request</button>', page)
    terms = page[page.index('class="terms') : page.index("Send my request")]
    assert "agree" not in terms.lower()


@pytest.mark.parametrize("ticked", [{}, {"text_consent": "on"}, {"news_consent": "on"}])
def test_the_form_goes_through_whatever_is_ticked(client: Client, ticked: dict[str, str]) -> None:
    lead = send(client, **ticked)
    rows = {row.kind: row.given for row in lead.consents.all()}
    assert rows == {"texts": "text_consent" in ticked, "news": "news_consent" in ticked}


def test_the_proof_says_who_what_when_where_and_which_words(client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        send(client, text_consent="on")
    yes, no = Consent.objects.get(kind="texts"), Consent.objects.get(kind="news")
    assert yes.text == ConsentText.objects.get(kind="texts")
    assert yes.sha256 == hashlib.sha256(yes.text.rendered().encode()).hexdigest()
    assert (yes.given, no.given) == (True, False)
    assert (yes.address, no.address) == ("(212) 555-0123", "pat@example.com")
    assert (yes.channel, no.channel) == ("text", "email")
    assert {yes.at, no.at} == {NOW}
    assert (yes.page, yes.source, yes.scope) == (URL, "form", "everything")
    assert len(yes.build) == 16


def test_the_database_tells_no_address_of_a_proof(client: Client) -> None:
    send(client, text_consent="on", news_consent="on")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM offers_consent")
        stored = repr(cursor.fetchall())
    for canary in ("5550123", "555-0123", "pat@example"):
        assert canary not in stored


def test_no_proof_keeps_an_internet_address(client: Client) -> None:
    client.post(URL, make.payload(**make.boxes(text_consent="on")), REMOTE_ADDR="203.0.113.77")
    values = [str(value) for row in Consent.objects.values() for value in row.values()]
    assert values
    assert not any("203.0.113" in value for value in values)


def test_without_live_words_there_is_no_box_and_no_row(client: Client) -> None:
    ConsentText.objects.filter(kind="news").delete()
    page = client.get(URL).content.decode()
    assert "news_consent" not in page
    send(client, news_consent="on")
    assert {row.kind for row in Consent.objects.all()} == {"texts"}


def test_the_words_that_were_seen_count_also_when_there_are_newer_ones(client: Client) -> None:
    seen = make.boxes(text_consent="on")
    first = shown_texts()["texts"]
    make.make_consent_text(kind="texts", wording=make.TEXTS_WORDING + " Newer.")
    client.post(URL, make.payload(**seen))
    assert Consent.objects.get(kind="texts").text == first
    assert Consent.objects.get(kind="texts").given


def test_a_form_that_comes_back_keeps_the_ticks_and_the_words_beside_them(client: Client) -> None:
    seen = make.boxes(text_consent="on")
    make.make_consent_text(kind="texts", wording=make.TEXTS_WORDING + " Newer.")
    page = client.post(URL, make.payload(**seen, name="")).content.decode()
    assert "Newer." not in page
    assert ["checked" in box for box in boxes_of(page)] == [True, False]


@pytest.mark.parametrize("forged", ["", "nonsense", "eyJ0ZXh0cyI6WzEsIngiXX0:abc:def"])
def test_a_tick_beside_unknown_words_is_no_yes(client: Client, forged: str) -> None:
    client.post(URL, make.payload(text_consent="on", consent_texts=forged))
    assert Lead.objects.count() == 1
    assert not Consent.objects.exists()
    page = client.post(URL, make.payload(text_consent="on", consent_texts=forged, name="")).content.decode()
    assert not any("checked" in box for box in boxes_of(page))


def test_words_that_were_changed_while_the_page_was_open_are_asked_about_anew(client: Client) -> None:
    seen = make.boxes(text_consent="on")
    ConsentText.objects.filter(kind="texts").update(wording=make.TEXTS_WORDING + " More.")
    page = client.post(URL, make.payload(**seen, name="")).content.decode()
    assert "More." in page
    assert not any("checked" in box for box in boxes_of(page))


def test_the_same_form_with_another_tick_is_not_lost(client: Client) -> None:
    sent = make.payload(**make.boxes())
    client.post(URL, sent)
    client.post(URL, sent)
    assert Lead.objects.count() == 1
    client.post(URL, sent | {"text_consent": "on"})
    assert Consent.objects.filter(kind="texts", given=True).count() == 1


def test_the_form_asks_the_database_for_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get(URL)
    monkeypatch.setattr("clinic_site.facts.CHECKED_EVERY", 60.0)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(URL).content.decode()
    assert "Example Acupuncture may text me" in page
    assert len(asked) == 0


def test_a_row_is_only_added_to(client: Client) -> None:
    send(client, text_consent="on")
    row = Consent.objects.latest("pk")
    DoNotContact.objects.create(digest="x", source="staff")
    stop = DoNotContact.objects.get()
    for spoil in (
        row.save,
        row.delete,
        stop.save,
        stop.delete,
        lambda: Consent.objects.update(given=True),
        lambda: Consent.objects.all().delete(),
        lambda: Consent.objects.bulk_update([row], ["given"]),
        lambda: DoNotContact.objects.update(scope="news"),
        lambda: DoNotContact.objects.all().delete(),
    ):
        with pytest.raises(Unchangeable), transaction.atomic():
            spoil()
    assert Consent.objects.count() == 2


def test_texting_wants_a_live_yes_and_a_call_does_not(client: Client) -> None:
    lead = send(client, contact_by="text")
    assert {way: row.may for way, row in lead.permissions.items()} == {
        "text": False,
        "call": True,
        "email": True,
        "news": False,
    }
    make.agree(lead, "texts")
    assert lead.may("text")
    assert Consent.objects.live("texts", lead)
    assert not Consent.objects.live("news", lead)


def test_the_newest_word_for_the_number_decides_on_whatever_form_it_is(client: Client) -> None:
    first = send(client, text_consent="on")
    second = send(client, email="other@example.com")
    assert not first.may("text")
    make.agree(second, "texts")
    assert first.may("text")
    stranger = make.make_lead(phone="+12125550199", email="else@example.com")
    assert not stranger.may("text")


def test_a_form_that_was_set_aside_says_yes_for_nobody() -> None:
    lead = make.make_lead()
    bot = make.make_lead(doubts=["trap"], name="Bot")
    make.agree(bot, "texts")
    assert not lead.may("text")
    assert bot.may("text")  # its own ticket page looks like any other
    bot.release(by=make.make_user())
    assert lead.may("text")


def test_the_forms_own_test_leaves_no_proof() -> None:
    text = ConsentText.objects.get(kind="texts")
    make.make_lead(is_test=True, consents=[Choice("texts", True, text_id=text.pk, sha256=text.sha256)])
    assert not Consent.objects.exists()


def test_a_yes_may_be_for_a_number_without_an_extension_only() -> None:
    lead = make.make_lead(phone_extension="45")
    make.agree(lead, "texts")
    assert not lead.may("text")
    assert "extension" in lead.permissions["text"].why


def test_a_list_asks_twice_however_long_it_is() -> None:
    leads = [make.make_lead(phone=f"+121255501{number:02d}", email="") for number in range(30)]
    make.agree(leads[3], "texts")
    with CaptureQueriesContext(connection) as asked:
        known = know_permissions(Lead.objects.filter(pk__in=[lead.pk for lead in leads]).order_by("pk"))
        may = [lead.pk for lead in known if lead.permissions["text"].may]
    assert may == [leads[3].pk]
    assert len(asked) == 3  # the leads themselves, and two


def test_why_is_said_in_plain_words() -> None:
    with time_machine.travel(NOW, tick=False):
        lead = make.make_lead(email="")
        make.agree(lead, "texts")
    said = {way: row.why for way, row in permissions_of([lead])[lead.pk].items()}
    assert said == {
        "text": "Yes: they agreed on Nov. 22, 2037.",
        "call": "Yes: about their request.",
        "email": "No: no e-mail address was given.",
        "news": "No: no e-mail address was given.",
    }


def test_a_proof_ends_five_years_after_the_last_word() -> None:
    rule = next(rule for rule in retention.RULES if rule.name == "consent")
    with time_machine.travel(NOW, tick=False) as clock:
        quiet, busy = make.make_lead(), make.make_lead(phone="+12125550199", email="")
        make.agree(quiet, "texts")
        make.agree(busy, "texts")
        wishes.stop(quiet, "news", source="staff")
        clock.shift(dt.timedelta(days=3 * 365))
        busy.add_event("Called again.")
        clock.shift(dt.timedelta(days=2 * 365))
        assert rule.forget(timezone.now()) == 0
        clock.shift(dt.timedelta(days=30))
        assert rule.forget(timezone.now()) == 2
        assert {row.lead for row in Consent.objects.all()} == {busy}
        assert DoNotContact.objects.count() == 1


def test_an_old_key_is_needed_as_long_as_an_address_is_found_by_it(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    lead = make.make_lead()
    make.agree(lead, "texts")
    wishes.stop(lead, "news", source="staff")
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    call_command("rotate_field_keys")
    assert "No longer needed" not in capsys.readouterr().out
    lead = Lead.objects.get(pk=lead.pk)
    assert lead.may("text")
    assert not lead.may("news")
    make.agree(lead, "news")
    assert lead.may("news")


def test_a_copy_for_the_person_says_what_they_allowed() -> None:
    lead = make.make_lead()
    make.agree(lead, "texts")
    parts = copy_of([lead], in_words)["requests"][0]["parts"]
    (row,) = parts["What was allowed or refused"]
    assert row["what"] == "Texts about a request"
    assert row["answer"] == "yes"
    assert "automated means" in row["words"]
