"""The starter content: whole, twice the same, and never over what staff wrote."""

import re

import pytest
from django.core.management import call_command
from django.utils.html import strip_tags

from blog.models import AdviceEdition, Article, Edition, Muscle, Source
from blog.printing import page_of
from clinic_site.models import Clinic, Page, Practitioner
from offers.models import Offer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_site")]
NINE = [
    "Piriformis",
    "Gluteus medius",
    "Gluteus minimus",
    "Quadratus lumborum",
    "Multifidi",
    "Longissimus thoracis",
    "Iliocostalis lumborum",
    "Hamstrings",
    "Gastrocnemius",
]
# Claims nobody can stand behind (8 NYCRR 29.1(b)(12), FTC). "Safe" and the like only as claims.
PROMISES = re.compile(
    r"\bcure[sd]?\b|\bguarantee|\bimmediate|\broot cause|\bpainless|\bproven\b|\bmiracle"
    r"|\b(is|are|a) (\w+ )?safe\b|\bthe best\b",
    re.IGNORECASE,
)


def test_ten_articles_are_public() -> None:
    assert sorted(Edition.objects.live().values_list("slug", flat=True)) == [
        "dry-needling-and-acupuncture",
        "dry-needling-for-low-back-pain",
        "dry-needling-for-neck-pain",
        "dry-needling-for-plantar-heel-pain",
        "dry-needling-for-sciatica",
        "dry-needling-for-shin-splints",
        "dry-needling-for-tennis-elbow",
        "dry-needling-for-tension-type-headache",
        "splenius-cervicis-trigger-points",
        "what-to-expect-at-your-first-visit",
    ]


def test_the_sciatica_article_covers_what_it_has_to() -> None:
    edition = Edition.objects.live().get(slug="dry-needling-for-sciatica")
    content = page_of(edition, AdviceEdition.objects.public())
    assert [muscle["name"] for muscle in content["muscles"]] == NINE
    assert all(muscle["note_html"] and muscle["shape"] for muscle in content["muscles"])
    assert len(content["questions"]) >= 3
    assert [care["level"] for care in content["care"]] == ["emergency", "urgent", "can_wait"]
    assert content["comparison"]["rows"]
    assert any("24 to 48 hours" in step["when"] for step in content["after"])
    reading = strip_tags(" ".join(row["text_html"] for row in content["further_reading"]))
    assert "Travell" in reading
    assert "1993" in reading
    assert "Biel" in reading
    assert "2010" in reading
    links = [link["url"] for row in content["further_reading"] for link in row["links"]]
    assert "https://doi.org/10.3390/jcm10102189" in links
    assert "https://pubmed.ncbi.nlm.nih.gov/34069357/" in links


def test_it_promises_nothing() -> None:
    texts = [edition.words for edition in Edition.objects.live()]
    texts += [strip_tags(page.body + page.standfirst) for page in Page.objects.all()]
    texts += [strip_tags(offer.terms + offer.eligibility) for offer in Offer.objects.all()]
    texts += [strip_tags(person.bio + person.short_bio) for person in Practitioner.objects.all()]
    assert [found[0] for text in texts if (found := PROMISES.search(text))] == []


def test_every_benefit_says_how_sure_we_are_and_why() -> None:
    for edition in Edition.objects.live():
        assert edition.content["benefits"]
        for benefit in edition.content["benefits"]:
            assert benefit["certainty"] in {"high", "moderate", "low", "very_low"}
            assert 'href="#source-' in benefit["statement_html"]


def test_every_source_shown_was_checked() -> None:
    assert not Source.objects.filter(citations__isnull=False, checked_on=None).exists()


def test_nobody_has_signed_it() -> None:
    assert not any(edition.signed_off for edition in Edition.objects.live())


def test_what_is_not_known_is_empty() -> None:
    clinic, person, offer = Clinic.objects.get(), Practitioner.objects.get(), Offer.objects.get()
    assert [clinic.street, clinic.postal_code, clinic.email, person.license_number] == ["", "", "", ""]
    assert person.portrait is None
    assert offer.regular_fee is None
    assert offer.terms_reviewed_on is None


def test_loading_again_doubles_nothing_and_overwrites_nothing() -> None:
    Clinic.objects.update(name="Ours now")
    article = Article.objects.get(slug="dry-needling-for-sciatica")
    article.title = "Our own title"
    article.save()
    Muscle.objects.filter(slug="piriformis").update(location="Ours.")
    counts = [model.objects.count() for model in (Article, Edition, Muscle, Source, Page, Offer)]

    call_command("load_starter")

    assert [model.objects.count() for model in (Article, Edition, Muscle, Source, Page, Offer)] == counts
    assert Clinic.objects.get().name == "Ours now"
    article.refresh_from_db()
    assert article.title == "Our own title"
    assert article.citations.count() == 14
    assert Muscle.objects.get(slug="piriformis").location == "Ours."
