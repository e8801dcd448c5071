"""Conditions and muscles, by part of the body and from A to Z, with what is public about them."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from blog.models import Condition, Muscle

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]


@pytest.fixture(autouse=True)
def clinic() -> None:
    make.make_clinic()


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_conditions_stand_by_region_and_from_a_to_z_with_the_words_patients_use(client: Client) -> None:
    edition = make.make_edition()
    Condition.objects.update(also_called="pinched nerve\nslipped disc")
    make.make_condition(slug="without-an-article")
    page = read(client, "/conditions/")
    regions, _, letters = page.partition("From A to Z")
    assert edition.get_absolute_url() in regions
    assert re.search(r"<h3[^>]*>S</h3>", letters)
    assert "also called pinched nerve, slipped disc" in letters
    assert "Without an article" not in page


def test_muscles_stand_by_region_and_from_a_to_z(client: Client) -> None:
    muscle = make.make_muscle(slug="soleus", aliases="deep calf")
    muscle.regions.add(make.make_region(slug="calf-and-shin"))
    page = read(client, "/muscles/")
    assert page.count('href="/muscles/soleus/"') == 2
    assert "deep calf" in page


def test_a_muscle_tells_what_is_known_and_where_it_stands(client: Client) -> None:
    edition = make.make_edition()
    muscle = Muscle.objects.get(slug="piriformis")
    muscle.location, muscle.action = "In the buttock.", "It turns the leg."
    muscle.referred_pain, muscle.loaded_by = "Expert description: the buttock.", "Long sitting may."
    muscle.save()
    muscle.sources.set(
        [make.make_source(), make.make_source(key="unchecked", title="Unseen", checked_on=None)]
    )
    page = read(client, "/muscles/piriformis/")
    for words in (
        "In the buttock.",
        "It turns the leg.",
        "the buttock.",
        "Long sitting may.",
        "hardly been tested",
    ):
        assert words in page
    assert edition.get_absolute_url() in page
    assert "?condition=sciatica" in page
    assert "A trial for tests" in page
    assert "Unseen" not in page


def test_only_what_is_public_is_found_from_a_muscle(client: Client) -> None:
    edition = make.make_edition()
    edition.article.withdraw()
    make.make_article(slug="a-draft-of-it")
    page = read(client, "/muscles/piriformis/")
    assert "/blog/dry-needling-for-sciatica/" not in page
    assert "a-draft-of-it" not in page
    assert "?condition=sciatica" not in page


def test_a_muscle_leads_to_those_near_it(client: Client) -> None:
    calf = make.make_region(slug="calf-and-shin")
    for slug in ("soleus", "gastrocnemius"):
        make.make_muscle(slug=slug).regions.add(calf)
    make.make_muscle(slug="temporalis").regions.add(make.make_region(slug="head-and-jaw"))
    page = read(client, "/muscles/soleus/")
    assert page[page.index("Muscles near it") :].count('href="/muscles/gastrocnemius/"') == 1
    assert "/muscles/temporalis/" not in page
    assert "Muscles near it" not in read(client, "/muscles/temporalis/")


def test_there_is_no_page_of_a_muscle_that_is_not_in_the_library(client: Client) -> None:
    assert client.get("/muscles/nobody/").status_code == 404


@pytest.mark.parametrize(
    ("aliases", "shape", "fault"),
    [
        ("the", "", "a word that every text uses"),
        ("deep calf", "", "a name of the soleus already"),
        ("Soleus", "", "a name of the soleus already"),
        ("", "no-such-shape", "no shape of this name"),
    ],
)
def test_a_name_has_to_mean_one_muscle_alone(aliases: str, shape: str, fault: str) -> None:
    make.make_muscle(slug="soleus", aliases="deep calf")
    muscle = make.make_muscle(slug="piriformis")
    muscle.aliases, muscle.shape = aliases, shape or muscle.shape
    with pytest.raises(ValidationError, match=fault):
        muscle.full_clean()


def test_a_renamed_condition_stays_with_its_articles(client: Client) -> None:
    edition = make.make_edition()
    assert edition.get_absolute_url() in read(client, "/blog/?condition=sciatica")
    Condition.objects.update(slug="leg-pain")
    assert edition.get_absolute_url() in read(client, "/blog/?condition=leg-pain")
