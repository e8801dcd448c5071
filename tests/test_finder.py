"""Where do you feel it: pages that may fit, warning signs before them, no diagnosis, nothing kept."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from blog.finder import matches, warning_signs
from blog.load_starter import load_library
from blog.models import CareAdvice, Condition
from blog.topics import Feeling, Trigger, lines

from . import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def site(module_rows: None) -> None:
    """Three conditions of the lower back with an article, one without, and one elsewhere."""
    make.make_clinic()
    make.make_offer()
    back, foot = make.make_region(), make.make_region(slug="foot-and-heel", position=8)
    for slug, feels, trigger, region in [
        ("sciatica", "spreads\ntingles", "sitting", back),
        ("low-back-pain", "ache\nstiff", "bending\nsitting", back),
        ("muscle-strain", "ache", "", back),
        ("plantar-heel-pain", "spot", "first-steps", foot),
    ]:
        condition = make.make_condition(slug=slug, feels_like=feels, set_off_by=trigger, region=region)
        make.make_edition(make.make_article(slug=f"about-{slug}", condition=condition))
    make.make_condition(slug="no-article", feels_like="spreads", set_off_by="sitting")
    make.make_advice()


def ranked(*answers: str) -> list[str]:
    return [match.condition.slug for match in matches(*answers)]


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        (("lower-back", "spreads", "sitting"), ["sciatica", "low-back-pain", "muscle-strain"]),
        (("lower-back", "ache", "bending"), ["low-back-pain", "muscle-strain", "sciatica"]),
        (("lower-back", "", ""), ["low-back-pain", "muscle-strain", "sciatica"]),
        (("foot-and-heel", "ache", "bending"), ["plantar-heel-pain"]),
        (("nowhere", "ache", ""), []),
    ],
)
def test_what_shares_most_answers_stands_first(answers: tuple[str, ...], found: list[str]) -> None:
    assert ranked(*answers) == found


def test_it_says_which_answers_a_page_shares(client: Client) -> None:
    page = client.get("/find/?region=lower-back&feeling=spreads&trigger=sitting").content.decode()
    first = page[page.index("<h3>Sciatica") : page.index("<h3>Low back pain")]
    assert "Shares your answers: Spreading or shooting down a leg or an arm; Sitting or desk work" in first
    assert 'href="/blog/about-sciatica/"' in first


def test_the_warning_signs_of_the_whole_region_come_first(client: Client) -> None:
    """Those of a condition without an article too, whatever was answered, and each only once."""
    condition = Condition.objects.get(slug="no-article")
    CareAdvice.objects.filter(condition=condition).update(items="your back hurts after a crash\nyou faint")
    urgent = {"level": CareAdvice.Level.URGENT, "heading": "Call a doctor today if:"}
    CareAdvice.objects.create(condition=condition, items="you have a fever", **urgent)
    make.make_advice()
    page = client.get("/find/?region=lower-back&feeling=ache").content.decode()
    page = page[page.index("<main") :]
    assert page.index("care--emergency") < page.index("you have a fever") < page.index("Pages that may fit")
    assert page.index("you faint") < page.index('href="/blog/about')
    assert page.count("you cannot hold urine") == 1
    assert 'href="/offers/' not in page
    assert [card["level"] for card in warning_signs("foot-and-heel")] == ["emergency"]


def test_it_keeps_nothing_and_claims_no_diagnosis(client: Client) -> None:
    plain, asked = client.get("/find/"), client.get("/find/?region=lower-back&feeling=ache")
    assert plain["X-Robots-Tag"] != "noindex"
    assert asked["X-Robots-Tag"] == "noindex"
    assert asked["Cache-Control"] == "no-store"
    assert not asked.cookies
    page = asked.content.decode()
    assert "They cannot tell what you have" in page
    assert re.search(r'<option value="ache" selected>', page), "what was answered can be changed"


@pytest.mark.parametrize("query", ["?region=", "?region=nowhere", "?region=lower-back&feeling=fizzy"])
def test_an_answer_it_does_not_know_is_told_and_finds_nothing(client: Client, query: str) -> None:
    page = client.get(f"/find/{query}").content.decode()
    assert "error-summary" in page[page.index("<main") :]
    assert "Pages that may fit" not in page


def test_a_part_of_the_body_without_a_page_leads_on(client: Client) -> None:
    make.make_region(slug="upper-back", position=3)
    page = client.get("/find/?region=upper-back").content.decode()
    assert "We have no page about this part of the body yet" in page


def test_other_pages_lead_to_it(client: Client) -> None:
    for address in ("/", "/conditions/", "/search/?q=zzzz"):
        assert 'href="/find/"' in client.get(address).content.decode(), address


def test_a_condition_takes_only_words_that_the_finder_knows() -> None:
    condition = Condition(name="X", slug="x", feels_like="ache\nfizzy", set_off_by="rain")
    with pytest.raises(ValidationError) as refused:
        condition.full_clean()
    assert set(refused.value.message_dict) == {"feels_like", "set_off_by"}


def test_staff_tick_the_words(client: Client) -> None:
    client.force_login(make.make_user(group="Owner"))
    condition = Condition.objects.get(slug="sciatica")
    url = f"/admin/blog/condition/{condition.pk}/change/"
    form = client.get(url).context["adminform"].form
    assert form["feels_like"].value() == ["spreads", "tingles"]
    rows = {
        f"care_advice-{name}": number
        for name, number in {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0}.items()
    }
    typed = {
        "name": "Sciatica",
        "slug": "sciatica",
        "regions": [region.pk for region in condition.regions.all()],
    }
    saved = client.post(url, typed | rows | {"feels_like": ["ache", "tingles"], "set_off_by": []})
    assert saved.status_code == 302
    condition.refresh_from_db()
    assert (condition.feels_like, condition.set_off_by) == ("ache\ntingles", "")


def test_the_starter_uses_every_word() -> None:
    load_library()
    rows = Condition.objects.all()
    assert {word for row in rows for word in lines(row.feels_like)} == set(Feeling.values)
    assert {word for row in rows for word in lines(row.set_off_by)} == set(Trigger.values)
