"""The book of licenses: a reminder before one runs out, an alarm after, and no title or number of one that is over."""

import datetime as dt
import json
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from clinic_site import cards
from clinic_site.checklist import tasks
from clinic_site.errands import all_errands
from clinic_site.models import Practitioner

from . import factories as make

pytestmark = pytest.mark.django_db
LAST = dt.date(2037, 6, 30)
NOON = dt.datetime(2037, 6, 30, 16, tzinfo=dt.UTC)  # 12:00 in New York, summer time
TITLE, NUMBER = "Licensed acupuncturist", "007-123"


@pytest.fixture
def clock(db: None) -> Iterator[time_machine.Traveller]:
    """It stands at NOON of the last day of Ada's license; she is the author of a public article."""
    with time_machine.travel(NOON, tick=False) as clock:
        make.make_clinic()
        make.make_practitioner(license_number=NUMBER, license_expires_on=LAST)
        make.make_edition(
            make.make_article(reviewed_on=dt.date(2037, 1, 1), next_review_on=dt.date(2037, 12, 1))
        )
        yield clock


def waiting() -> list[tuple[str, bool]]:
    found = all_errands()
    assert all(errand.url for errand in found)
    return [(errand.words, errand.is_late) for errand in found if "license" in errand.words]


def pages(client: Client) -> dict[str, str]:
    addresses = ("/", "/team/ada-example/", "/blog/dry-needling-for-sciatica/", "/llms.txt", "/search/?q=ada")
    return {address: client.get(address).content.decode() for address in addresses}


def job_titles(page: str) -> list[str]:
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return re.findall(r'"jobTitle": "([^"]+)"', json.dumps(json.loads(data)))


def test_a_license_that_has_run_out_leaves_every_page(client: Client, clock: time_machine.Traveller) -> None:
    before = pages(client)
    for address, page in before.items():
        assert TITLE.lower() in page.lower(), address
    assert NUMBER in before["/team/ada-example/"]
    assert job_titles(before["/team/ada-example/"]) == [TITLE]
    card = cards.of_person("ada-example")
    assert card
    assert card.words == TITLE

    clock.move_to(NOON + dt.timedelta(hours=12, minutes=1))  # past midnight in New York
    for address, page in pages(client).items():
        assert "Ada Example" in page, address
        assert TITLE.lower() not in page.lower(), address
        assert NUMBER not in page, address
        assert "jobTitle" not in page, address
    card = cards.of_person("ada-example")
    assert card
    assert card.words == ""


def test_it_warns_for_sixty_days_and_then_raises_an_alarm(clock: time_machine.Traveller) -> None:
    told = {}
    for days in (-61, -60, 0, 1):
        clock.move_to(NOON + dt.timedelta(days=days))
        told[days] = waiting()
    assert told[-61] == []
    assert told[-60] == told[0]
    ((words, is_late),) = told[0]
    assert (words.startswith("license runs out within 60 days"), is_late) == (True, False)
    ((words, is_late),) = told[1]
    assert (words.startswith("license has run out"), is_late) == (True, True)


def test_a_number_without_its_last_day_is_asked_for(clock: time_machine.Traveller) -> None:
    words = "Enter until when the license of Ada Example holds."
    assert words not in [task.text for task in tasks()]
    Practitioner.objects.update(license_expires_on=None)
    assert words in [task.text for task in tasks()]
    assert waiting() == []
