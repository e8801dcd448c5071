"""What the tests of the front desk's pages share: where things are, and how they are read."""

import re

from django.test import Client

from offers.models import Lead

LEADS = "/admin/offers/lead/"
PERSONAL = {
    "name": "Philippa Featherstone",
    "phone": "+12125550187",
    "email": "philippa@home.example",
    "note": "After five, please.",
}
# What of the above must stand in no list and in no address.
TELLING = ("Featherstone", "5550187", "555-0187", "home.example", "After five", "ip-and-buttock", "Hip and")


def page_of(lead: Lead) -> str:
    return f"{LEADS}{lead.pk}/change/"


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def said(client: Client, url: str, **fields: object) -> str:
    """What the page that a POST leads to says on top."""
    response = client.post(url, fields, follow=True)
    assert response.redirect_chain, response.content.decode()
    assert response.status_code == 200
    return " ".join(str(message) for message in response.context["messages"])


def search(client: Client, typed: str, url: str = LEADS) -> str:
    return client.post(url, {"find": typed}, follow=True).content.decode()


def numbers(page: str) -> list[int]:
    """Of the leads that a list shows, from top to bottom."""
    return [int(found) for found in re.findall(r'desk-lead__name"><a href="/admin/offers/lead/(\d+)/', page)]
