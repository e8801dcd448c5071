"""The way to the door: each known fact on its own line, a map only by a link, and nothing of what is not known."""

import pytest
from django.test import Client

from . import factories as make

pytestmark = pytest.mark.django_db
KNOWN = {"street": "1 Example & Sample St", "unit": "Floor 3", "state": "NY", "postal_code": "10025"}


def main_of(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    return page[page.index("<main") : page.index("</main")]


@pytest.mark.parametrize("address", ["/contact/", "/"])
def test_each_known_fact_has_its_own_line(client: Client, address: str) -> None:
    make.make_clinic(**KNOWN, subway="1 to 103rd Street", elevator="Yes", directions="Ring.\n\nThen push.")
    page = main_of(client, address)
    assert "<li><b>Subway:</b> 1 to 103rd Street</li><li><b>Elevator:</b> Yes</li>" in page
    assert "<p>Ring.</p>\n\n<p>Then push.</p>" in page
    assert "Entrance" not in page


def test_the_map_opens_by_a_link_alone(client: Client) -> None:
    make.make_clinic(**KNOWN)
    page = main_of(client, "/contact/")
    place = "1%20Example%20%26%20Sample%20St%2C%20New%20York%2C%20NY%2010025"
    assert f'href="https://www.openstreetmap.org/search?query={place}"' in page
    assert "<iframe" not in page
    assert page.count("Floor 3") == 1


def test_what_is_not_known_shows_nothing(client: Client) -> None:
    make.make_clinic()
    for address in ("/contact/", "/"):
        page = main_of(client, address)
        assert "Getting here" not in page
        assert "openstreetmap" not in page
        assert "Subway" not in page
        assert "New York" in page
