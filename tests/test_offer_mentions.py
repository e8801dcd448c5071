"""An offer that cannot be claimed is mentioned nowhere, and no page breaks for it."""

from dataclasses import dataclass

import pytest
import time_machine
from django.test import Client

from offers.models import Offer

from .conftest import own_memory
from .site_reader import crawl
from .test_offer_over import AMOUNT, NOON, URL, State, day_full, ended, full, not_begun, off, offer_of_today

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("starter_site"),
    pytest.mark.same_on_both,  # test_offer_over.py asks PostgreSQL for each state, test_every_page.py for each page
]
ARTICLE = "/blog/dry-needling-for-sciatica/"
MACHINES = ("/feed/", "/llms.txt", "/sitemap.xml", "/robots.txt")


@dataclass(frozen=True)
class Site:
    """Every public page, each as it was sent."""

    statuses: dict[str, int]
    texts: dict[str, str]

    def with_words(self, words: str) -> set[str]:
        return {address for address, text in self.texts.items() if words in text}


def whole_site(client: Client) -> Site:
    with own_memory(60.0):  # nothing changes on the way
        pages = crawl(client)
    statuses = {address: page.status for address, page in pages.items()}
    texts = {address: page.source for address, page in pages.items()}
    for address in (*MACHINES, "/offers/", URL):
        response = client.get(address)
        statuses[address], texts[address] = response.status_code, response.content.decode()
    return Site(statuses, texts)


@pytest.fixture
def offer() -> Offer:
    Offer.objects.all().delete()
    with time_machine.travel(NOON, tick=False):
        return offer_of_today()


def test_while_it_is_open_it_is_mentioned_all_over(client: Client, offer: Offer) -> None:
    with time_machine.travel(NOON, tick=False):
        site = whole_site(client)
    assert len(site.with_words(AMOUNT)) > 20
    assert len(site.with_words(f'href="{URL}"')) > 20
    assert {status for status in site.statuses.values() if status != 200} == {302}  # /offers/


@pytest.mark.parametrize("state", [full, day_full, ended, off, not_begun])
def test_no_page_mentions_it_any_more_and_none_breaks(client: Client, offer: Offer, state: State) -> None:
    with time_machine.travel(NOON, tick=False):
        assert AMOUNT in client.get(ARTICLE).content.decode()  # and the page is kept
        state(offer)
        assert AMOUNT not in client.get(ARTICLE).content.decode()
        site = whole_site(client)
    assert site.with_words(AMOUNT) == set()
    assert site.with_words(f'href="{URL}"') == set()
    assert site.with_words("Claim your code") == set()
    assert {address for address, status in site.statuses.items() if status != 200} <= {URL}
    assert len(site.statuses) > 80
