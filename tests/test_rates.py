"""How often one client may do a thing, and what is stored about that: nothing that tells who it was."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test import RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from clinic_site import facts, rates
from clinic_site.clients import client_address, client_of
from clinic_site.models import RateCount
from clinic_site.rates import Limit

from . import factories as make

pytestmark = pytest.mark.django_db
LIMIT = Limit("test", most=3, seconds=600)
NOON = "2026-12-01T12:00:00-05:00"


@pytest.fixture(autouse=True)
def site(db: None) -> Iterator[None]:
    make.make_clinic()
    rates._Swept.day = None
    yield
    rates._Swept.day = None


def test_it_lets_so_many_through_and_then_no_more() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert [LIMIT.spend("192.0.2.1") for _ in range(5)] == [True, True, True, False, False]
        assert LIMIT.is_over("192.0.2.1")
        assert LIMIT.wait("192.0.2.1") == 600
        assert LIMIT.wait("192.0.2.2") == 0
        clock.shift(601)
        assert not LIMIT.is_over("192.0.2.1")
        assert LIMIT.spend("192.0.2.1")
        assert LIMIT.used("192.0.2.1") == 1


def test_one_client_does_not_spend_for_another_nor_for_another_purpose() -> None:
    for _ in range(4):
        LIMIT.spend("192.0.2.1")
    assert LIMIT.spend("192.0.2.2")
    assert Limit("other", most=3, seconds=600).spend("192.0.2.1")


def test_beyond_the_limit_there_is_one_read_and_no_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "CHECKED_EVERY", 60.0)  # the clinic is in memory, as in a running process
    for _ in range(3):
        LIMIT.spend("192.0.2.1")
    with CaptureQueriesContext(connection) as queries:
        assert not LIMIT.spend("192.0.2.1")
    assert [query["sql"].split()[0] for query in queries.captured_queries] == ["SELECT"]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_each_is_counted() -> None:
    def press(_: int) -> int:
        try:
            return LIMIT.count("192.0.2.1")
        finally:
            connection.close()

    LIMIT.count("somebody")  # the day's sweep is done
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(press, range(24)))
    assert sorted(counts) == list(range(1, 25))


def test_no_address_is_stored_and_the_key_is_another_one_tomorrow() -> None:
    with time_machine.travel("2026-12-01T23:50:00-05:00", tick=False) as clock:
        LIMIT.spend("192.0.2.1")
        today = RateCount.objects.get().key
        assert "192.0.2.1" not in str(list(RateCount.objects.values()))
        with override_settings(SECRET_KEY="another" * 10):
            assert LIMIT.used("192.0.2.1") == 0
        clock.shift(15 * 60)
        LIMIT.spend("192.0.2.1")
    assert RateCount.objects.get().key != today  # and yesterday's row is deleted


def test_a_row_of_yesterday_is_deleted_by_the_first_count_of_a_day() -> None:
    with time_machine.travel("2026-12-01T23:50:00-05:00", tick=False):
        for number in range(5):
            LIMIT.count(f"192.0.2.{number}")
    with time_machine.travel("2026-12-02T00:01:00-05:00", tick=False):
        LIMIT.count("192.0.2.9")
        assert RateCount.objects.count() == 1


def test_whom_nobody_knows_is_never_held_back() -> None:
    assert all(LIMIT.spend("") for _ in range(10))
    assert not RateCount.objects.exists()


def test_a_database_without_time_holds_nobody_back() -> None:
    with patch("clinic_site.rates.RateCountQuerySet.add", side_effect=DatabaseError("locked")):
        assert LIMIT.spend("192.0.2.1")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.7", "192.0.2.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the first one is what the sender wrote
        (2, "198.51.100.1, 203.0.113.7, 192.0.2.50", "203.0.113.7"),
        (2, "203.0.113.7", "192.0.2.1"),  # it has not come by both proxies
        (1, "", "192.0.2.1"),
        (1, "203.0.113.7, garbage", "192.0.2.1"),
        (1, "203.0.113.7,", "192.0.2.1"),
        (1, "' OR 1=1 --", "192.0.2.1"),
        (1, "203.0.113.7:4711", "203.0.113.7"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
        (1, "fe80::1%eth0", "fe80::1"),
    ],
)
def test_an_address_is_believed_only_from_our_own_proxies(
    settings: Settings, proxies: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address


def test_a_server_on_a_socket_file_knows_no_address() -> None:
    assert client_of(RequestFactory().get("/", REMOTE_ADDR="")) == ""


def test_a_household_is_one_client() -> None:
    def client(address: str) -> str:
        return client_of(RequestFactory().get("/", REMOTE_ADDR=address))

    assert client("2001:db8:1:2::1") == client("2001:db8:1:2:ffff:abcd:0:9") == "2001:db8:1:2::/64"
    assert client("2001:db8:1:3::1") != client("2001:db8:1:2::1")
    assert client("192.0.2.1") != client("192.0.2.2")
