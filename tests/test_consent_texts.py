"""The wordings of the boxes: what each must say, and that what somebody saw never changes."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.utils import timezone

from offers.consent_texts import ConsentText, Unchangeable, gaps_of, shown_texts
from offers.load_starter import load as load_starter

from . import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clinic(db: None) -> None:
    make.make_clinic()


@pytest.mark.parametrize(
    ("gone", "sentence"),
    [
        ("{clinic}", "Name the practice"),
        ("automated", "automated means"),
        ("not a condition", "not a condition of buying anything"),
        ("data rates", "message and data rates may apply"),
        ("at most five", "how often"),
        ("STOP", "STOP ends them"),
        ("HELP", "HELP gets help"),
        ("Privacy", "keep it private"),
        ("terms", "read the terms"),
    ],
)
def test_a_gap_is_refused_with_its_own_sentence(gone: str, sentence: str) -> None:
    text = ConsentText(kind="texts", wording=make.TEXTS_WORDING.replace(gone, "…"))
    with pytest.raises(ValidationError) as refusal:
        text.full_clean()
    assert len(refusal.value.message_dict["wording"]) == 1
    assert sentence in refusal.value.message_dict["wording"][0]


def test_a_text_with_everything_in_it_is_taken() -> None:
    ConsentText(kind="texts", wording=make.TEXTS_WORDING).full_clean()
    ConsentText(kind="news", wording=make.NEWS_WORDING).full_clean()
    assert list(gaps_of("news", make.NEWS_WORDING.replace("unsubscribe", "…"))) == [
        "Say how to stop the news."
    ]


def test_only_the_clinic_may_stand_in_braces() -> None:
    assert list(gaps_of("texts", make.TEXTS_WORDING + " {offer}")) == ["Only {clinic} may stand in braces."]


def test_the_starter_texts_have_no_gap_and_ask_for_counsel(client: Client) -> None:
    load_starter()
    texts = list(ConsentText.objects.all())
    assert {text.kind for text in texts} == {"texts", "news"}
    for text in texts:
        text.full_clean()
    client.force_login(make.make_user(group="Owner"))
    page = client.get("/admin/").content.decode()
    assert "Texts about a request, version 1: have your counsel review it" in page
    ConsentText.objects.filter(kind="texts").update(
        reviewed_on=dt.date(2026, 11, 1), reviewed_by="A. Counsel"
    )
    assert "Texts about a request, version 1" not in client.get("/admin/").content.decode()


def test_a_used_text_is_neither_changed_nor_deleted() -> None:
    text = make.make_consent_text()
    lead = make.make_lead()
    make.agree(lead, "texts")
    text.wording = make.TEXTS_WORDING + " More."
    with pytest.raises(Unchangeable):
        text.save()
    for spoil in (
        text.delete,
        lambda: ConsentText.objects.update(wording="x"),
        lambda: ConsentText.objects.bulk_update([text], ["wording"]),
        ConsentText.objects.all().delete,
    ):
        with pytest.raises(Unchangeable), transaction.atomic():
            spoil()
    assert ConsentText.objects.get().wording == make.TEXTS_WORDING


def test_a_used_text_takes_the_note_of_its_review() -> None:
    text = make.make_consent_text()
    make.agree(make.make_lead(), "texts")
    text.reviewed_on, text.reviewed_by = dt.date(2026, 11, 1), "A. Counsel"
    text.save()
    assert ConsentText.objects.get().reviewed_by == "A. Counsel"


def test_a_text_that_nobody_saw_may_still_be_mended() -> None:
    text = make.make_consent_text()
    text.wording = make.TEXTS_WORDING + " More."
    text.save()
    assert ConsentText.objects.get().wording.endswith("More.")
    text.delete()
    assert not ConsentText.objects.exists()


def test_new_words_are_a_new_version_and_show_from_their_hour() -> None:
    first = make.make_consent_text()
    later = make.make_consent_text(live_from=timezone.now() + dt.timedelta(days=1))
    assert (first.version, later.version) == (1, 2)
    assert shown_texts()["texts"] == first
    ConsentText.objects.filter(pk=later.pk).update(live_from=timezone.now())
    assert shown_texts()["texts"] == later


def test_a_clinic_without_a_name_asks_for_no_consent() -> None:
    make.make_consent_text()
    make.make_clinic(name="")
    assert shown_texts() == {}


def test_staff_cannot_add_a_text_with_a_gap(client: Client) -> None:
    client.force_login(make.make_user(group="Owner"))
    typed = {"kind": "texts", "live_from_0": "2026-11-22", "live_from_1": "09:00"}
    page = client.post("/admin/offers/consenttext/add/", typed | {"wording": "We text you."})
    assert "Say that replying STOP ends them." in page.content.decode()
    assert not ConsentText.objects.exists()
    client.post("/admin/offers/consenttext/add/", typed | {"wording": make.TEXTS_WORDING})
    assert ConsentText.objects.get().made_by is not None


def test_staff_see_a_used_text_without_a_box_to_change_it(client: Client) -> None:
    text = make.make_consent_text()
    make.agree(make.make_lead(), "texts")
    client.force_login(make.make_user(group="Owner"))
    page = client.get(f"/admin/offers/consenttext/{text.pk}/change/").content.decode()
    assert 'name="wording"' not in page
    assert 'name="reviewed_by"' in page
    assert client.post(f"/admin/offers/consenttext/{text.pk}/delete/", {"post": "yes"}).status_code == 403
