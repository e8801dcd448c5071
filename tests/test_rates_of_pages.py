"""What a client who is over a limit sees: why, until when, and the phone number; and that others see nothing of it."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from blog import search_views
from clinic_site import report_views, sign_in_rates
from clinic_site.models import PageReport
from clinic_site.rates import Limit

from . import factories as make

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
WRONG = "a guess"


@pytest.fixture(autouse=True)
def site(db: None) -> Iterator[None]:
    make.make_clinic()
    with time_machine.travel("2026-12-01T12:00:00-05:00", tick=False):
        yield


def small(limit: Limit, most: int = 2) -> Limit:
    return Limit(limit.name, most, limit.seconds)


def test_search_is_held_back_for_the_one_who_searches_too_often(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_views, "SEARCHES", small(search_views.SEARCHES))
    for _ in range(2):
        assert client.get("/search/?q=hip").status_code == 200
    response = client.get("/search/?q=hip")
    assert response.status_code == 429
    assert response["Retry-After"] == "60"
    assert response["Cache-Control"] == "no-store"
    page = response.content.decode()
    assert "Try again in 1 minute, or call us." in page
    assert "(212) 555-0100" in page
    assert not response.cookies
    assert client.get("/search/?q=hip", REMOTE_ADDR="192.0.2.9").status_code == 200
    assert client.get("/search/").status_code == 200


def test_a_report_too_many_keeps_what_was_typed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_views, "REPORTS", small(report_views.REPORTS))
    for number in range(2):
        client.post("/report/", {"page": "/prices/", "words": f"Number {number}"})
    response = client.post("/report/", {"page": "/prices/", "words": "Number three"})
    assert response.status_code == 429
    assert response["Retry-After"] == "3600"
    page = response.content.decode()
    assert "Number three" in page
    assert "(212) 555-0100" in page
    assert PageReport.objects.count() == 2


def sign_in(client: Client, password: str, name: str = "owner", at: str = "192.0.2.1") -> Any:
    typed = {"username": name, "password": password}
    return client.post("/admin/login/?next=/admin/", typed, REMOTE_ADDR=at)


def test_guessing_passwords_ends_and_a_client_may_try_again_soon(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.make_user("owner", password=PASSWORD)
    monkeypatch.setattr(sign_in_rates, "BY_CLIENT", small(sign_in_rates.BY_CLIENT))
    assert [sign_in(client, WRONG).status_code for _ in range(3)] == [200, 200, 429]
    refused = sign_in(client, PASSWORD)
    assert refused.status_code == 429
    assert refused["Retry-After"] == "300"
    assert sign_in(Client(), PASSWORD, at="192.0.2.2").status_code == 302
    with time_machine.travel("2026-12-01T12:05:01-05:00", tick=False):
        assert sign_in(client, PASSWORD).status_code == 302


def test_guessing_one_name_from_everywhere_ends_and_never_keeps_the_owner_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.make_user("owner", password=PASSWORD)
    monkeypatch.setattr(sign_in_rates, "BY_NAME", small(sign_in_rates.BY_NAME))
    for number in range(1, 4):
        assert sign_in(client, WRONG, name=" Ｏwner", at=f"192.0.2.{number}").status_code == 200
    assert sign_in(client, WRONG, at="192.0.2.1").status_code == 429
    assert sign_in(client, WRONG, at="192.0.2.1", name="desk").status_code == 200
    assert sign_in(Client(), PASSWORD, at="192.0.2.9").status_code == 302


def test_signing_in_well_counts_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    make.make_user("owner", password=PASSWORD)
    monkeypatch.setattr(sign_in_rates, "BY_CLIENT", small(sign_in_rates.BY_CLIENT))
    for _ in range(4):
        assert sign_in(Client(), PASSWORD).status_code == 302
