"""The staff home page says in words how the form and the worker fare."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from offers.models import FormCheck, Heartbeat, Offer

from . import factories as make

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def site(db: None, client: Client) -> Offer:
    make.make_clinic()
    Heartbeat.objects.create(pk=1, at=timezone.now())
    client.force_login(make.make_user(group="Front desk"))
    return make.make_offer()


def was_tested(ago: dt.timedelta, **fields: object) -> None:
    FormCheck.objects.create(**{"ok": True, "at": timezone.now() - ago} | fields)


def home(client: Client) -> str:
    page = client.get("/admin/").content.decode()
    start = page.index('class="form-state"')
    return page[start : page.index("</section>", start)]


def test_all_is_well(client: Client) -> None:
    was_tested(3 * HOUR)
    state = home(client)
    assert "The form was tested 3 hours ago and works." in state
    assert "form-state__alarm" not in state


def test_a_form_that_fails_is_said_first_with_what_to_do(client: Client) -> None:
    was_tested(20 * MINUTE, ok=False, trouble="refused", what="The form refused the test request.")
    state = home(client)
    for words in (
        "The form does not work.",
        "The form refused the test request. Tested 20 minutes ago.",
        "Send a request yourself",
        "Call whoever looks after the website",
        'href="/offers/new-patient/"',
    ):
        assert words in state
    page = client.get("/admin/").content.decode()
    assert page.index("The form does not work.") < page.index("unanswered")


def test_mails_that_do_not_go_out_are_not_called_a_broken_form(client: Client) -> None:
    was_tested(HOUR, ok=False, trouble="not_mailed", what="Requests are stored, but no mail went out.")
    state = home(client)
    assert "Mails do not go out." in state
    assert "does not work" not in state


@pytest.mark.parametrize(
    ("hours", "words"), [(35, "tested 35 hours ago and works"), (37, "last tested 37 hours")]
)
def test_a_test_that_is_old_is_an_alarm(client: Client, hours: int, words: str) -> None:
    was_tested(hours * HOUR)
    state = home(client)
    assert words in state
    assert ("form-state__alarm" in state) is (hours > 36)


def test_unusual_silence_is_said(client: Client) -> None:
    was_tested(HOUR)
    was_tested(HOUR, kind="silence", ok=False, trouble="quiet", what="No request for 6 days.")
    state = home(client)
    assert "The form is unusually quiet." in state
    assert "No request for 6 days." in state
    assert state.index("quiet") < state.index("The form was tested 1 hour ago")


def test_before_the_first_test_nothing_is_claimed(client: Client) -> None:
    state = home(client)
    assert "The form has not been tested yet." in state
    assert "works" not in state


def test_without_an_open_offer_it_says_so_and_claims_nothing(client: Client) -> None:
    was_tested(HOUR)
    Offer.objects.update(is_on=False)
    state = home(client)
    assert "No offer is open just now" in state
    assert "works" not in state


@pytest.mark.parametrize(("minutes", "lost"), [(9, False), (10, True)])
def test_a_worker_that_is_gone_is_said_in_words(client: Client, minutes: int, lost: bool) -> None:
    was_tested(HOUR)
    Heartbeat.objects.update(at=timezone.now() - minutes * MINUTE)
    assert (f"the worker was last seen {minutes} minutes ago" in home(client)) is lost


def test_a_worker_that_never_was_is_said_too(client: Client) -> None:
    Heartbeat.objects.all().delete()
    assert "the worker has not been seen yet" in home(client)


def test_an_editor_is_not_bothered(client: Client) -> None:
    client.force_login(make.make_user("editor", group="Editor"))
    assert "form-state" not in client.get("/admin/").content.decode()
