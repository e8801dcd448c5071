"""What `make torture` tries for half an hour, in its short version: real processes, killed in the middle of things."""

from collections.abc import Iterator

import pytest

from offers.models import Lead, Notice

from . import factories as make
from .tools.figures import at_most, broken, exactly
from .tools.mail_trouble import killed_worker
from .tools.races import last_place_pressed_twice, last_places, one_code, one_form
from .tools.served import Served, Worker, same_database
from .tools.storms import killed_web, look_at, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(transactional_db: None) -> Iterator[Served]:
    make.make_clinic(email="desk@clinic.example")
    make.make_offer()
    own = same_database() | {"TRUSTED_PROXIES": "1", "CLAIMS_AN_HOUR": "100000"}
    with Served(own, wsgi="tests.tools.plain_site") as served:
        yield served


def test_what_was_confirmed_is_there_once_although_the_web_server_is_killed(site: Served) -> None:
    figures = killed_web(site, leads=24, clients=6, every=1.0, most=3)
    assert broken(figures) == []


def test_one_form_sent_by_many_presses_at_once_is_one_lead(site: Served) -> None:
    assert broken(one_form(site, 20)) == []


def test_a_cap_is_kept_to_the_last_place_whatever_comes_at_once(site: Served) -> None:
    assert broken(last_places(site, claims=30, places=8)) == []
    assert broken(last_place_pressed_twice(site, 12)) == []


def test_one_code_at_many_desks_at_once_is_redeemed_once(transactional_db: None) -> None:
    assert broken(one_code(make.make_lead(), 12, make.make_user())) == []


def test_every_notice_arrives_although_the_worker_is_killed_and_the_server_moody(
    transactional_db: None,
) -> None:
    make.make_clinic(email="desk@clinic.example")
    for number in range(3):
        make.make_lead(email=f"pat{number}@example.com", phone=f"+1212555010{number}")
    assert broken(killed_worker(Worker(same_database()), kills=2)) == []


def test_the_count_sees_what_is_lost_doubled_or_half(transactional_db: None) -> None:
    """A torture that cannot find anything would pass each time."""
    make.make_clinic()
    for number in (1, 2, 2, 3):
        make.make_lead(name=person(number)["name"])
    Notice.objects.filter(lead__in=Lead.objects.order_by("-pk")[:1]).delete()
    right = Lead.objects.order_by("pk")[0].get_absolute_url()
    figures = {figure.what: figure.got for figure in look_at({1: right, 2: "", 4: ""})}
    assert figures == {
        "confirmed and lost": 1,
        "confirmed and doubled": 1,
        "confirmed without its notices or its event": 0,
        "confirmed with somebody else's ticket": 1,
        "stored and never confirmed": 1,
    }
    half = {figure.what: figure.got for figure in look_at({3: ""})}
    assert half["confirmed without its notices or its event"] == 1


def test_a_figure_beyond_its_bound_is_named() -> None:
    assert broken([at_most("lost", 0, 0), exactly("leads", 2, 2)]) == []
    (line,) = broken([at_most("lost", 1, 0), exactly("leads", 2, 2)])
    assert "lost" in line
    assert "BROKEN" in line
