"""What speaks against a claim: weighed, never a puzzle, and no reason to refuse anybody."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.signing import TimestampSigner
from django.test import override_settings
from django.utils import timezone

from clinic_site.models import RateCount
from clinic_site.rates import Limit
from offers import suspicion
from offers.models import Lead

from . import factories as make

pytestmark = pytest.mark.django_db
HERE = "192.0.2.1"


@pytest.fixture(autouse=True)
def site(db: None) -> None:
    make.make_clinic()
    make.make_offer()


def given(**fields: Any) -> dict[str, Any]:
    return {"name": "Pat Example", "note": "", "more": "", "opened": make.opened()} | fields


def doubts(client: str = HERE, **fields: Any) -> list[str]:
    return suspicion.doubts_of(given(**fields), client)


def test_an_ordinary_claim_is_not_doubted() -> None:
    assert doubts() == []


@pytest.mark.parametrize("ago", [4, 3600, 24 * 3600, 90 * 24 * 3600])
def test_a_page_left_open_is_no_sign(ago: int) -> None:
    assert doubts(opened=make.opened(ago)) == []


@pytest.mark.parametrize("ago", [0, 1, 2, -20])
def test_a_form_sent_at_once_is_doubted(ago: int) -> None:
    with time_machine.travel("2026-12-01T12:00:00-05:00", tick=False):
        assert doubts(opened=make.opened(ago)) == ["fast"]


@pytest.mark.parametrize("forged", ["", "opened", "opened:1uABCD:forged", "\x00", "ö" * 200])
def test_a_form_that_was_never_opened_is_doubted(forged: str) -> None:
    assert doubts(opened=forged) == ["stamp"]


def test_a_stamp_made_for_something_else_does_not_pass() -> None:
    assert doubts(opened=TimestampSigner().sign("opened")) == ["stamp"]


def test_a_stamp_outlives_a_change_of_the_key() -> None:
    before = make.opened()
    with override_settings(SECRET_KEY="new" * 20, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert doubts(opened=before) == []


def test_a_filled_trap_is_doubted() -> None:
    assert doubts(more="https://spam.example.com") == ["trap"]


@pytest.mark.parametrize(
    "note",
    [
        "my site is the left hip",
        "see www?",
        "Dr. Lee at hipclinic.com sent me. Mornings are best.",
        "I work at a casino, nights only",
        "I do SEO and sit all day, it hurts",
        "Pain is <5 on good days, >8 on bad ones",
        "Mail me at pat@example.com, or at pat.e@work.example.org",
        "Can you call after 5.I am at work before",
        "我的左髋很痛，早上可以接电话",
        "Болит поясница, звоните после шести вечера, пожалуйста",
        "Me duele la cadera. ¿Puedo ir el sábado?",
        "أتألم في الظهر منذ أسبوع",
        "It hurts when I sit.Live near the park, walk to the shop.Online I saw you",
        "hipclinic.com said so. I trust hipclinic.com",
        "I take Cialis. Is that a problem?",
        "L5/S1, see MRI. Tel. 212.555.0123 ext. 4",
        "2:1 odds I'm late :) [b]old[/b] habit",
    ],
)
def test_a_real_note_does_not_tip_over(note: str) -> None:
    assert doubts(note=note) == []


@pytest.mark.parametrize(
    ("name", "note", "signs"),
    [
        ("Pat", "Buy at https://spam.example.com and https://more.example.com", ["links"]),
        ("Pat", "Cheap viagra, see https://spam.example.com", ["link", "wares"]),
        ("Pat", "[url=https://spam.example.com]here[/url]", ["markup", "link"]),
        ("Pat", '<a href="//spam.example.com">here</a>', ["markup", "link"]),
        ("Pat", "<b>SEO</b> for you", ["tags", "wares"]),
        ("https://spam.example.com", "", ["name_link"]),
        ("win-money.xyz", "", ["name_link"]),
        ("ｗｗｗ.spam.example", "", ["name_link"]),
        ("pat@example.com", "see hipclinic.com", ["name_mail", "link"]),
        ("Pat", "CASINO bonus <img src=x>", ["tags", "wares"]),
    ],
)
def test_what_machines_write_is_doubted(name: str, note: str, signs: list[str]) -> None:
    found = doubts(name=name, note=note)
    assert sorted(found) == sorted(signs)
    assert found[0] == signs[0]


@pytest.mark.parametrize(
    "name", ["Pat", "Mary-Jane O'Brien", "Dr. No", "李小龍", "Ng", "pat@example.com", "J.Ross", "St. John"]
)
def test_a_real_name_does_not_tip_over(name: str) -> None:
    assert doubts(name=name) == []


def test_many_claims_of_one_client_are_doubted_and_those_of_others_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(suspicion, "BY_CLIENT", Limit("claims", most=2, seconds=3600))
    for _ in range(2):
        assert doubts() == []
        suspicion.count_claim("", HERE)
    assert doubts() == ["client"]
    assert doubts("192.0.2.2") == []
    assert doubts("") == []


def test_a_waiting_room_behind_one_address_gets_through() -> None:
    for _ in range(7):
        suspicion.count_claim("", HERE)
    assert doubts() == []
    assert suspicion.REFUSED.most >= 30


def test_many_claims_at_once_are_doubted_and_what_is_set_aside_counts_for_nothing() -> None:
    with override_settings(CLAIMS_AN_HOUR=2):
        make.make_lead(doubts=["trap"])
        make.make_lead(email="a@example.com")
        assert doubts() == []
        second = make.make_lead(email="b@example.com")
        assert doubts() == ["crowd"]
        Lead.objects.filter(pk=second.pk).update(created_at=timezone.now() - dt.timedelta(minutes=61))
        assert doubts() == []


def test_the_same_long_note_from_many_is_a_weak_sign_and_no_note_is_stored() -> None:
    note = "We can bring your practice to the top of every list, call us today!"
    for number in range(2):
        suspicion.count_claim(note, f"192.0.2.{number}")
    assert doubts(note=note) == []
    same = f"  {note.upper().replace(',', ' -')} 2026"
    assert doubts(note=same, name="pat@example.com") == ["name_mail", "same_note"]
    assert note not in str(list(RateCount.objects.values()))


def test_a_short_note_is_alike_by_chance() -> None:
    for _ in range(5):
        suspicion.count_claim("Mornings are good.", HERE + "9")
    assert doubts(note="Mornings are good.", name="pat@example.com") == []


def test_every_sign_has_a_sentence_for_staff() -> None:
    assert all(sentence.endswith(".") for sentence in suspicion.REASONS.values())
    assert {weight for weight, _ in suspicion.SIGNS.values()} == {suspicion.WEAK, suspicion.STRONG}
    assert suspicion.WEAK < suspicion.ENOUGH <= suspicion.STRONG
