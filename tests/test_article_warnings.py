"""What the publish page asks about: claims, typed facts, headings, links and long sentences, each with its sentence."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from blog.article_warnings import warnings_of
from blog.claim_words import claims, claims_in
from blog.finding import Finding, Kind
from blog.marked_text import marked_text
from blog.models import Article
from clinic_site.checklist import all_tasks
from clinic_site.models import OpeningHours, Redirect
from offers.models import Offer

from . import factories as make

LONG = "One two three four five six seven eight nine ten " * 2 + "one two three four five six."


def claimed(text: str) -> list[str]:
    return [finding.words for finding in claims_in("The text", text)]


def found(**fields: Any) -> list[Finding]:
    article = make.make_article(**fields)
    return warnings_of(Article.objects.with_everything().get(pk=article.pk))


def words(kind: Kind, **fields: Any) -> list[str]:
    return [finding.words for finding in found(**fields) if finding.kind == kind]


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("We guarantee that it helps.", "guarantee"),
        ("Results are GUARANTEED.", "GUARANTEED"),
        ("It cures back pain.", "cures"),
        ("The best needles in town.", "best"),
        ("It is the safest way.", "safest"),
        ("Treatment is painless.", "painless"),
        ("A proven method.", "proven"),
        ("You get immediate relief.", "immediate"),
        ("We treat the root causes.", "root causes"),
        ("It has no side effects.", "no side effects"),
        ("It is not only a cure but a joy.", "cure"),
        ("You won’t feel a thing.", "won’t feel a thing"),
        ("A 100% success.", "100%"),
        ("<h2>Miraculous needles</h2>", "Miraculous"),
        ("Pain <strong>gone for good</strong>.", "for good"),
    ],
)
def test_a_claim_is_found(sentence: str, claim: str) -> None:
    assert claimed(f"<p>It hurts. {sentence} Rest.</p>") == [claim]


@pytest.mark.parametrize(
    "sentence",
    [
        *("Nobody can guarantee that.", "It does not cure sciatica.", "We cannot promise you a cure."),
        *("It isn’t painless.", "At best it helps a little.", "The best evidence is weak."),
        *("Call 911 immediately.", "It may leave permanent damage.", "A wound there heals badly."),
        *("He is secure and accurate.", "Wait until the bestseller is improvened."),
    ],
)
def test_what_claims_nothing_is_left_alone(sentence: str) -> None:
    assert claimed(sentence) == []


def test_a_claim_comes_with_its_sentence_a_reason_and_a_gentler_wording() -> None:
    (finding,) = claims_in("The text", "<p>It hurts. Needles cure it. [1] Rest.</p>")
    assert (finding.where, finding.sentence) == ("The text", "Needles cure it.")
    assert finding.parts == ("Needles ", "cure", " it.")
    assert "no trial" in finding.reason
    assert "ease" in finding.instead
    assert all(claim.reason and claim.instead for claim in claims())


@pytest.mark.django_db
@pytest.mark.same_on_both
class TestOfAnArticle:
    @pytest.fixture(autouse=True)
    def clinic(self) -> None:
        make.make_clinic()
        make.make_fee()
        OpeningHours.objects.create(weekday=0, opens=dt.time(9), closes=dt.time(19, 30))

    def test_a_usual_article_is_not_asked_about(self) -> None:
        assert found() == []

    def test_every_typed_text_is_read(self) -> None:
        article = make.make_article(
            title="The best one", search_title="The best two", conclusion="The best three."
        )
        article.key_points.update(text="The best four. [1]")
        article.questions.update(question="The best five?", answer="<p>The best six.</p>")
        article.muscle_rows.update(note="The best seven.")
        article.benefits.update(statement="The best eight. [1]")
        places = [row.where for row in warnings_of(Article.objects.with_everything().get(pk=article.pk))]
        assert len(places) == 8
        assert {"Title", "In search results", "In short", "Key points", "Questions", "The muscles"} < set(
            places
        )

    @pytest.mark.parametrize(
        ("sentence", "typed"),
        [
            *(("Ring (212) 555-0177.", "(212) 555-0177"), ("Ring +1 212-555-0177 now.", "+1 212-555-0177")),
            *(("It costs 150 dollars.", "150 dollars"), ("It costs USD 90.", "USD 90")),
            *(("We open at 8 a.m. on Mondays.", "8 a.m."), ("Until 7:15pm on Mondays.", "7:15pm")),
            ("A study of 2011 says so.", "2011"),
            *(("We are closed on Mondays.", "Mondays"), ("We are open on Sundays.", "Sundays")),
            *(("Open Monday to Friday.", "Monday to Friday"), ("Open Friday - Monday.", "Friday - Monday")),
            ("It is not open on weekdays.", "weekdays"),
        ],
    )
    def test_a_typed_fact_that_differs_is_asked_about(self, sentence: str, typed: str) -> None:
        assert words(Kind.FACT, body=f"<p>It aches. [1] {sentence}</p>") == [typed]

    @pytest.mark.parametrize(
        "sentence",
        [
            *("It costs 180 dollars.", "From 9 a.m. to 7:30 p.m.", "A trial of 2020 says so.", "Call 911."),
            *("Of 2,014 people, 2014.5 came.", "PMID 31678910."),
            *(
                "Open Mondays, closed on weekends.",
                "Come on Sunday with an open mind.",
                "Closed Tuesday to Sunday.",
            ),
        ],
    )
    def test_one_that_agrees_is_not(self, sentence: str) -> None:
        assert words(Kind.FACT, body=f"<p>It aches. [1] {sentence}</p>") == []

    def test_this_year_is_known(self) -> None:
        assert words(Kind.FACT, body=f"<p>[1] As of {timezone.localdate().year}.</p>") == []

    def test_headings_that_skip_a_level_are_asked_about(self) -> None:
        assert words(Kind.HEADING, body="<h3>Small first</h3><p>Now. [1]</p><h2>Then</h2>") == ["Small first"]

    def test_a_part_with_a_heading_takes_no_other(self) -> None:
        assert words(Kind.HEADING, conclusion="<h2>So</h2><p>Rest.</p>") == ["So"]
        assert words(Kind.HEADING, slug="other", conclusion="<h3>So</h3><p>Rest.</p>") == []

    @pytest.mark.parametrize("text", ["Click here", "here", "Read more…", "https://example.com/a"])
    def test_a_link_that_says_nothing_is_asked_about(self, text: str) -> None:
        assert words(Kind.LINK, body=f'<p>Now. [1] <a href="/blog/">{text}</a></p>') == [text]

    def test_a_link_that_says_where_it_leads_is_not(self) -> None:
        assert words(Kind.LINK, body='<p>Now. [1] <a href="/blog/">More on sciatica</a></p>') == []

    def test_a_long_sentence_is_asked_about(self) -> None:
        assert words(Kind.LONG, body=f"<p>{LONG} [1]</p>") == [LONG]

    def test_each_stands_marked_in_the_text(self) -> None:
        article = make.make_article(body=f"<h2>Why</h2><p>It aches. [1] It cures.</p><p>{LONG}</p>")
        article = Article.objects.with_everything().get(pk=article.pk)
        parts = {part.name: part.lines for part in marked_text(article, warnings_of(article))}
        heading, first, second = parts["The text"]
        assert [sentence.text for sentence in [*heading, *first]] == ["Why", "It aches.", "It cures."]
        assert [sentence.asked for sentence in first] == [(), ("Says more than we may",)]
        assert second[0].asked == ("A long sentence",)
        assert not any(sentence.asked for sentence in parts["Title"][0])

    def test_the_same_words_in_the_same_sentence_are_one_question(self) -> None:
        twice = found(body="<p>It cures. [1]</p>", conclusion="<p>It cures.</p>")
        assert [finding.words for finding in twice] == ["cures"]
        other = found(slug="other", body="<p>It cures all. [1]</p>")
        assert twice[0].key != other[0].key


@pytest.mark.django_db
@pytest.mark.usefixtures("starter_site")
def test_the_starter_articles_claim_nothing() -> None:
    for article in Article.objects.with_everything():
        asked = [row for row in warnings_of(article) if row.kind != Kind.LONG]
        assert asked == [], article


@pytest.mark.django_db
def test_the_staff_home_names_claims_of_the_offer_and_the_plain_pages() -> None:
    make.make_clinic(tagline="The best needles.")
    Offer.objects.update(is_on=False)
    make.make_offer(slug="spring", terms="<p>We guarantee it.</p>")
    tasks = {task.url: task.text for task in all_tasks() if "says “" in task.text}
    assert "says “best”" in tasks["/admin/clinic_site/clinic/1/change/"]
    assert any("New patients says “guarantee”" in text for text in tasks.values())


@pytest.mark.django_db
class TestOfLinksAstray:
    @pytest.mark.parametrize(
        "address",
        [
            *("sciatica", "/blog/never-was/", "/admin/", "/to/article/999", "http://testserver/nothing/"),
            *("//", "http://[", "/blog/%00/"),
        ],
    )
    def test_one_that_ends_nowhere_is_asked_about(self, address: str) -> None:
        make.make_clinic()
        body = f'<p>Now. [1] <a href="{address}">Our page</a></p>'
        assert words(Kind.NOWHERE, slug="astray", body=body) == ["Our page"]

    @pytest.mark.parametrize(
        "address",
        [
            *("/blog/", "/conditions", "/blog/?region=lower-back", "/old/", "#care"),
            *(
                "mailto:desk@example.com",
                "tel:+12125550100",
                "https://doi.org/10.1000/x",
                "http://testserver/",
            ),
        ],
    )
    def test_one_that_leads_somewhere_is_not(self, address: str) -> None:
        make.make_clinic()
        Redirect.objects.create(old_path="/old/", new_path="/blog/")
        assert (
            words(Kind.NOWHERE, slug="astray", body=f'<p>Now. [1] <a href="{address}">Our page</a></p>') == []
        )

    def test_a_place_that_its_page_does_not_have_is_asked_about(self) -> None:
        """On the article's own page as it would be published, and on another one, by each of their names."""
        make.make_clinic()
        other = make.make_edition(make.make_article(slug="other")).article
        article = make.make_article(slug="astray", condition=other.condition)
        make.make_edition(article)
        Redirect.objects.create(old_path="/old/", new_path="/blog/other/")
        own = ["", "/blog/astray/", f"/to/article/{article.pk}/"]
        pages = [*own, "/blog/other", "/old/", f"/to/article/{other.pk}/", "/prices/"]
        wrong = ("nowhere", "Main", "muscle-9")
        right = ("main", "", "top", "%6Dain", "main:~:text=pain")
        of_articles = ("what-it-is", "care", "muscle-1", "source-1", "cite-1-1", "does-it-help", "author")
        links = [(page, place) for page in pages for place in wrong + right]
        links += [(page, place) for page in pages[:-1] for place in of_articles]
        html = (f'<a href="{page}#{place}">{page} {place}.</a>' for page, place in links)
        article.body = f"<h2>What it is</h2><p>Now. [1] {' '.join(html)}</p><h2>New</h2>"
        article.body += '<p>See <a href="#new">what is new</a>.</p>'
        article.save()
        asked = warnings_of(Article.objects.with_everything().get(pk=article.pk))
        assert [row.words for row in asked if row.kind == Kind.NOWHERE] == [
            f"{page} {place}.".strip() for page in pages for place in wrong
        ]

    def test_what_is_not_ours_is_not_looked_at_for_places(self) -> None:
        make.make_clinic()
        links = ("https://example.com/#x", "mailto:a@example.com#x", "/feed/#x", "/sitemap.xml#x")
        body = "".join(f'<p>Now. [1] <a href="{link}">Our page</a></p>' for link in links)
        assert words(Kind.NOWHERE, slug="astray", body=body) == []
