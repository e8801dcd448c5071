"""Searching: what is found, what is understood, and what is never shown."""

import datetime as dt
from html import unescape

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Article, Condition, Muscle
from blog.publishing import publish
from clinic_site import facts
from clinic_site.models import Page, Practitioner, SearchDocument, SearchPosting, Synonym
from clinic_site.search import CANDIDATES, SHOWN, Answer, search
from clinic_site.search_rebuild import ensure, rebuild

from . import factories as make

pytestmark = pytest.mark.django_db
SCIATICA, SHIN = "Dry needling for sciatica", "Dry needling for shin splints"


@pytest.fixture(scope="module", autouse=True)
def site(module_rows: None) -> None:
    make.make_clinic()
    ensure()
    make.make_edition(make.make_article(body="<h2>The sciatic nerve</h2><p>Pain down the leg. [1]</p>"))
    leg = make.make_region(slug="calf-and-shin", position=2)
    shin = make.make_condition(slug="shin-splints", region=leg, also_called="runner's shin\nMTSS")
    make.make_edition(make.make_article(slug="dry-needling-for-shin-splints", condition=shin))


def titles(query: str) -> list[str]:
    return [result.title for result in search(query).results]


def read(client: Client, query: str) -> str:
    response = client.get("/search/", {"q": query})
    assert response.status_code == 200
    page = response.content.decode()
    return unescape(page[page.index("<main") : page.index("</main")])


def test_it_works(client: Client) -> None:
    page = read(client, "sciatica")
    assert 'href="/blog/dry-needling-for-sciatica/"' in page
    assert 'href="/blog/?condition=sciatica"' in page
    assert "for “sciatica”" in page
    assert "Article" in page
    assert "Condition" in page


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("SCIATICA", SCIATICA),
        ("shin splint", SHIN),  # a singular
        ("needles shin", SHIN),  # another form of the word
        ("shin-splints", SHIN),
        ("runner’s shin", "Shin splints"),  # what patients call the condition
        ("runners shin", "Shin splints"),
        ("mtss", "Shin splints"),
        ("dry needling for the sciatica of 2024?", SCIATICA),
        ("sciatica 100%", SCIATICA),
        ("Šçìâtica", SCIATICA),
        ("piriformis", "Piriformis"),
        ("prices", "Prices"),
        ("opening hours", "Contact"),
    ],
)
def test_it_finds_what_is_typed_in_many_ways(query: str, page: str) -> None:
    assert page in titles(query)[:2]


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("siatica", "sciatica"),
        ("sciattica needeling", "sciatica needling"),
        ("piriformus", "piriformis"),
        ("shinsplints", "shin splints"),
    ],
)
def test_it_says_which_word_it_took_for_a_misspelt_one(client: Client, query: str, understood: str) -> None:
    assert search(query).corrected == understood
    page = read(client, query)
    assert f"Showing results for {understood}" in page
    assert f"“{query}”" in page


def test_a_word_spelt_well_is_not_corrected() -> None:
    assert search("sciatica").corrected == ""


@pytest.mark.parametrize("query", ["pirif", "sciat", "iform"])
def test_four_letters_of_a_word_are_enough(query: str) -> None:
    assert search(query).results
    assert search(query).corrected == ""


@pytest.mark.parametrize(
    "query", ["", " ", "100%", "_", "the", "is it", "'", "zzzzzz", "pxr", "?" * 200, "12345"]
)
def test_nothing_is_found_for_nothing(query: str) -> None:
    assert search(query) == Answer()


def test_pages_with_all_words_come_before_those_with_some() -> None:
    make.make_muscle(slug="gracilis")
    make.make_muscle(slug="sartorius", location="Beside the gracilis tendon.")
    assert titles("gracilis tendon") == ["Sartorius", "Gracilis"]


def test_words_that_no_page_has_are_told(client: Client) -> None:
    page = read(client, "sciatica quarksy")
    assert SCIATICA in page
    assert "No page says “quarksy”" in page


def test_the_shorter_name_is_the_better_answer() -> None:
    make.make_muscle(slug="big-gluteus")
    make.make_muscle(slug="gluteus")
    assert titles("gluteus") == ["Gluteus", "Big gluteus"]


def test_equals_are_ranked_by_title() -> None:
    for slug in ("gamma-ray", "alpha-ray", "beta-ray"):
        make.make_muscle(slug=slug, aliases="the same")
    assert titles("ray") == ["Alpha ray", "Beta ray", "Gamma ray"]


def test_a_surname_is_found_as_it_is_written() -> None:
    """Its stem belongs to others, too: “banks” to every bank, “needling” to every needle."""
    make.make_practitioner(slug="b", name="Ida Banks", title="Acupuncturist")
    make.make_practitioner(slug="n", name="Olaf Needling", title="Acupuncturist")
    make.make_muscle(slug="bank-of-muscles")
    assert titles("Banks")[0] == "Ida Banks"
    assert titles("ida banks")[0] == "Ida Banks"
    assert titles("Olaf Needling")[0] == "Olaf Needling"
    assert search("Banks").corrected == ""
    assert search("Levy").results == ()


def test_synonyms_of_staff_are_understood_at_once(client: Client) -> None:
    assert "Nothing found" in read(client, "slipped disk")
    Synonym.objects.create(words="slipped disk\nslipped disc", meaning="sciatica\nshin splints")
    page = read(client, "a slipped disc")
    assert page.index(SCIATICA) < page.index(SHIN)
    Synonym.objects.get().delete()
    assert "Nothing found" in read(client, "slipped disk")


def test_a_synonym_is_found_although_a_word_of_it_is_misspelt() -> None:
    Synonym.objects.create(words="slipped disk", meaning="sciatica")
    assert SCIATICA in titles("sliped disk")
    assert search("sliped disk").corrected == "slipped disk"


def test_nothing_found_offers_other_ways(client: Client) -> None:
    page = read(client, "zzzzzz")
    assert "Nothing found for “zzzzzz”" in page
    for way in ('href="/conditions/"', 'href="/muscles/"', "(212) 555-0100"):
        assert way in page


def test_an_empty_search_is_a_form(client: Client) -> None:
    page = read(client, "")
    assert 'name="q"' in page
    assert "Nothing found" not in page
    assert 'href="/conditions/"' in page


# Only what is public


def canary_article() -> Article:
    return make.make_article(
        slug="canary", title="Canary", standfirst="Canary.", condition=Condition.objects.get(slug="sciatica")
    )


def test_a_draft_is_not_found() -> None:
    canary_article()
    assert search("canary") == Answer()


def test_an_edition_is_found_when_its_time_has_come_and_not_before() -> None:
    start = timezone.now()
    publish(canary_article(), by=None, visible_from=start + dt.timedelta(hours=1))
    assert search("canary") == Answer()
    with time_machine.travel(start + dt.timedelta(hours=1, minutes=1), tick=False):
        assert titles("canary") == ["Canary"]


def test_a_word_of_a_coming_edition_is_no_correction() -> None:
    publish(canary_article(), by=None, visible_from=timezone.now() + dt.timedelta(hours=1))
    assert search("canarry") == Answer()
    answer = search("sciatica canarry")
    assert answer.corrected == ""
    assert answer.unknown == ["canarry"]


def test_a_withdrawn_article_is_not_found_until_it_is_published_again() -> None:
    article = canary_article()
    publish(article, by=None)
    assert titles("canary") == ["Canary"]
    article.withdraw()
    assert search("canary") == Answer()
    assert not SearchDocument.objects.filter(group=f"article:{article.pk}").exists()
    publish(article, by=None)
    assert titles("canary") == ["Canary"]


def test_a_new_edition_takes_the_place_of_the_old_one() -> None:
    article = canary_article()
    publish(article, by=None)
    Article.objects.filter(pk=article.pk).update(title="Sparrow", standfirst="Sparrow.")
    publish(article, by=None)
    assert search("canary") == Answer()
    assert titles("sparrow") == ["Sparrow"]
    assert SearchDocument.objects.filter(group=f"article:{article.pk}").count() == 1


def test_the_old_edition_stays_while_the_new_one_waits() -> None:
    article = canary_article()
    publish(article, by=None)
    start = timezone.now()
    Article.objects.filter(pk=article.pk).update(title="Sparrow", standfirst="Sparrow.")
    publish(article, by=None, visible_from=start + dt.timedelta(hours=1))
    assert titles("canary") == ["Canary"]
    assert search("sparrow") == Answer()
    with time_machine.travel(start + dt.timedelta(hours=2), tick=False):
        facts.forget()
        assert search("canary") == Answer()
        assert titles("sparrow") == ["Sparrow"]


def test_a_condition_without_a_public_article_is_not_found() -> None:
    make.make_condition(slug="canary-toe")
    assert search("canary") == Answer()


# The index stays true


def test_saving_changing_and_deleting_a_row_shows_at_once() -> None:
    muscle = Muscle(name="Soleus", slug="soleus")
    muscle.save()
    assert titles("soleus") == ["Soleus"]
    muscle.name = "Gracilis"
    muscle.save()
    assert search("soleus") == Answer()
    assert titles("gracilis") == ["Gracilis"]
    Muscle.objects.filter(slug="soleus").update(name="Popliteus")
    assert search("gracilis") == Answer()
    assert titles("popliteus") == ["Popliteus"]
    Muscle.objects.filter(slug="soleus").delete()
    assert search("popliteus") == Answer()
    Muscle.objects.create(name="Soleus", slug="soleus").delete()
    assert search("soleus") == Answer()
    assert [row.title for row in SearchDocument.objects.filter(kind="blog.muscle")] == ["Piriformis"]


def test_an_update_that_moves_rows_out_of_its_own_filter_is_noticed() -> None:
    Page.objects.create(slug="about", title="Old title")
    Page.objects.filter(title="Old title").update(title="Shiny title")
    assert titles("shiny") == ["Shiny title"]


def test_a_change_that_is_rolled_back_leaves_the_index_as_it_was() -> None:
    with transaction.atomic():
        make.make_muscle(slug="canary")
        transaction.set_rollback(True)
    assert search("canary") == Answer()


def snapshot() -> set[tuple[str, str, str, int]]:
    rows = SearchPosting.objects.values_list("document__kind", "document__key", "term", "weight")
    return set(rows)


def test_rebuilding_makes_the_same_index() -> None:
    make.make_practitioner(slug="b", name="Ida Banks", bio="<h2>Bank</h2>")
    Page.objects.create(slug="about", title="About us", body="<h2>People</h2><p>We are here.</p>")
    before = snapshot()
    rebuild()
    assert snapshot() == before
    assert {kind for kind, *_ in before} >= {"blog.edition", "blog.muscle", "clinic_site.page", "fixed"}


def test_rebuilding_drops_what_nothing_stands_behind_and_finds_what_was_missed() -> None:
    SearchDocument.objects.create(kind="blog.muscle", key="999999", title="Gone")
    SearchDocument.objects.filter(kind="blog.edition").delete()
    rebuild()
    assert not SearchDocument.objects.filter(key="999999").exists()
    assert SCIATICA in titles("sciatica")


def test_it_is_rebuilt_after_an_upgrade_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not ensure()
    monkeypatch.setattr("clinic_site.search_rebuild.FORMAT", 0)
    assert ensure()
    assert not ensure()


# The work is bounded


def test_it_takes_as_many_queries_for_many_pages_as_for_few() -> None:
    def count() -> int:
        facts.forget()
        facts.current()
        with CaptureQueriesContext(connection) as queries:
            search("sciatica needling pain")
        return len(queries)

    before = count()
    condition = Condition.objects.get(slug="sciatica")
    for number in range(30):
        make.make_edition(
            make.make_article(slug=f"pain-{number}", condition=condition, cited=False, body="<p>x</p>")
        )
    assert count() <= before <= 20


def test_a_common_word_looks_at_no_more_than_so_many_pages() -> None:
    Muscle.objects.bulk_create(
        Muscle(name=f"Common {number}", slug=f"common-{number}") for number in range(CANDIDATES + 20)
    )
    rebuild()
    answer = search("common")
    assert answer.total == CANDIDATES
    assert len(answer.results) == SHOWN


def test_a_rare_word_is_found_among_many_common_ones() -> None:
    Muscle.objects.bulk_create(
        Muscle(name=f"Common {number}", slug=f"common-{number}", location="rareness" if number == 77 else "")
        for number in range(CANDIDATES + 20)
    )
    rebuild()
    assert titles("common rareness")[0] == "Common 77"


def test_names_of_staff_are_escaped(client: Client) -> None:
    Practitioner.objects.create(name="<b>Ada</b> Bold", slug="x", title="<i>L.Ac.</i>")
    page = client.get("/search/?q=bold").content.decode()
    assert "&lt;b&gt;Ada" in page
    assert "<b>Ada" not in page


def test_a_search_in_vain_says_when_to_call_911(client: Client) -> None:
    make.make_clinic(emergency_line="Call 911 for chest pain.")
    page = client.get("/search/?q=zzzz").content.decode()
    assert "Nothing found" in page
    main = page[page.index("<main") : page.index("</main>")]
    assert "Call 911 for chest pain." in main
