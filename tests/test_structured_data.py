"""Structured data of a clinic whose facts are all known, and its name, address and phone wherever they stand."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.test import Client
from lxml import etree

from blog.models import Edition
from clinic_site.models import Closure, OpeningHours
from offers.models import Notice

from . import factories as make
from . import parity
from .site_reader import Page, read, words

pytestmark = pytest.mark.django_db
NAME, LEGAL_NAME = "Example Acupuncture", "Example Acupuncture PLLC"
STREET, TOWN = "12 Example Street, Floor 3", "New York, NY 10001"
PHONE, TEXTS, MAIL = "(212) 555-0100", "(212) 555-0101", "desk@clinic.example"
HOURS = ["Monday9 a.m. to 1 p.m.2 p.m. to 7:30 p.m.", "Saturday10 a.m. to 3 p.m."]
ARTICLE = "/blog/dry-needling-for-sciatica/"
# Where, what the data says there, and what it might say by mistake.
SLIPS = (
    ("/", "+1-212-555-0100", "+1-212-555-0109"),
    ("/", "Floor 3", "Floor 4"),
    ("/", '"postalCode":"10001"', '"postalCode":"10009"'),
    ("/", '"opens":"09:00"', '"opens":"09:30"'),
    ("/", "schema.org/Saturday", "schema.org/Sunday"),
    ("/", '"telephone"', '"faxNumber"'),
    ("/contact/", '"validThrough":"2', '"validThrough":"3'),
    (ARTICLE, '"datePublished":"2', '"datePublished":"3'),
    (ARTICLE, '"dateModified":"2', '"dateModified":"3'),
    (ARTICLE, '"lastReviewed":"2026', '"lastReviewed":"2025'),
    (ARTICLE, '"name":"Ada Example"', '"name":"Ada Sample"'),
    (ARTICLE, '"jobTitle":"Licensed', '"jobTitle":"Famous'),
    (ARTICLE, '"name":"Sciatica"', '"name":"Gout"'),
    (ARTICLE, '"name":"Conditions"', '"name":"Articles"'),
    (ARTICLE, "doi.org/10.1000/182", "doi.org/10.1000/183"),
)
ADDRESSES = (
    *("/", "/contact/", "/team/ada-example/", "/blog/", "/blog/?condition=sciatica", "/conditions/"),
    *(ARTICLE, "/muscles/", "/muscles/piriformis/"),
)


@pytest.fixture
def edition() -> Edition:
    """An article that somebody of the clinic has signed, of a clinic that keeps nothing back."""
    clinic = make.make_clinic(
        name=NAME,
        legal_name=LEGAL_NAME,
        email=MAIL,
        street="12 Example Street",
        unit="Floor 3",
        state="NY",
        postal_code="10001",
        tagline="Needles.",
        directions="By subway.",
    )
    for weekday, opens, closes in ((0, 9, 13), (0, 14, 19), (5, 10, 15)):
        late = dt.time(closes, 30) if closes == 19 else dt.time(closes)
        OpeningHours.objects.create(weekday=weekday, opens=dt.time(opens), closes=late)
    Closure.objects.create(first_day=clinic.today(), last_day=clinic.today() + dt.timedelta(days=2))
    make.make_practitioner(license_number="012345", credentials="L.Ac.", bio="<p>Much to say.</p>")
    muscle = make.make_muscle(aliases="Pear muscle\nDeep one", location="In the buttock.", action="Turns it.")
    muscle.sources.add(make.make_source(doi="10.1000/182"))
    return make.make_edition(by=make.make_user("ada"))


@pytest.fixture
def pages(edition: Edition, client: Client) -> dict[str, Page]:
    return {address: read(client, address) for address in ADDRESSES}


def test_it_says_only_what_the_page_shows(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert page.nodes, page.address
        parity.check(page)


def test_the_parity_check_sees_each_slip(pages: dict[str, Page]) -> None:
    for address, right, wrong in SLIPS:
        page = pages[address]
        before, data, after = re.split(r"(?<=ld\+json\">)(.*?)(?=</script>)", page.source)
        assert right in data, right
        spoiled = Page(address, 200, page.headers, before + data.replace(right, wrong) + after)
        with pytest.raises(AssertionError):
            parity.check(spoiled)


def test_a_signed_article_says_who_reviewed_it_and_when(pages: dict[str, Page], edition: Edition) -> None:
    node = pages[ARTICLE].node("Article")
    assert node["lastReviewed"] == edition.reviewed_on.isoformat()
    assert node["reviewedBy"]["name"] == edition.reviewer.name
    assert node["publisher"]["@id"] == pages["/"].node("MedicalClinic")["@id"]


def test_the_site_has_a_name_and_the_clinic_is_its_one_organization(pages: dict[str, Page]) -> None:
    site, clinic = pages["/"].nodes
    assert (site["@type"], site["name"], site["publisher"]) == ("WebSite", NAME, {"@id": clinic["@id"]})
    assert clinic == {
        name: value
        for name, value in pages["/contact/"].node("MedicalClinic").items()
        if name != "specialOpeningHoursSpecification"
    }


def test_a_practitioner_and_a_muscle_are_what_their_pages_are_about(pages: dict[str, Page]) -> None:
    person = pages["/team/ada-example/"].node("ProfilePage")["mainEntity"]
    assert person["worksFor"]["name"] == NAME
    muscle = pages["/muscles/piriformis/"].node("MedicalWebPage")["about"]
    assert muscle["alternateName"] == ["Pear muscle", "Deep one"]
    assert [condition["name"] for condition in muscle["relatedCondition"]] == ["Sciatica"]


def test_name_address_phone_and_hours_agree_everywhere(pages: dict[str, Page], client: Client) -> None:
    for page in pages.values():
        footer = words(" ".join(page.tree.xpath("//footer")[0].itertext()))
        for fact in (LEGAL_NAME, STREET, TOWN, PHONE, TEXTS, MAIL):
            assert fact in footer, (page.address, fact)
        assert page.all("//footer//dl[@class='hours']/div") == HOURS
    for address in ("/", "/contact/"):
        main = words(" ".join(pages[address].tree.xpath("//main")[0].itertext()))
        for fact in (STREET, TOWN, PHONE, TEXTS, MAIL):
            assert fact in main, (address, fact)
        assert pages[address].all("//main//dl[@class='hours']/div") == HOURS
    place = pages["/"].node("MedicalClinic")["address"]
    town = f"{place['addressLocality']}, {place['addressRegion']} {place['postalCode']}"
    assert (place["streetAddress"], town) == (STREET, TOWN)


def test_mails_and_feed_agree_with_it(pages: dict[str, Page], client: Client) -> None:
    message = make.make_lead().notices.get(kind=Notice.Kind.PATIENT).as_mail().message()
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text
    assert html
    for body in (text.get_content(), words(" ".join(etree.HTML(html.get_content()).itertext()))):
        for fact in (LEGAL_NAME, STREET, TOWN, PHONE, TEXTS, MAIL):
            assert fact in body, fact
    feed = etree.fromstring(client.get("/feed/").content)
    space = {"a": "http://www.w3.org/2005/Atom"}
    assert feed.findtext("a:title", namespaces=space) == NAME
    assert feed.findtext("a:rights", namespaces=space) == f"© {LEGAL_NAME}"


def test_an_unknown_street_leaves_only_the_town(client: Client) -> None:
    make.make_clinic(state="NY", postal_code="10001")
    page = read(client, "/")
    parity.check(page)
    assert page.node("MedicalClinic")["address"] == {
        "@type": "PostalAddress",
        "addressLocality": "New York",
        "addressRegion": "NY",
        "addressCountry": "US",
    }
    assert page.node("MedicalClinic")["url"] == f"{settings.SITE_ORIGIN}/"


def test_a_site_without_a_clinic_says_nothing_of_one(client: Client) -> None:
    assert read(client, "/").nodes == []
    assert [node["@type"] for node in read(client, "/contact/").nodes] == ["BreadcrumbList"]
