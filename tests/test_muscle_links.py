"""Muscle names that link to the library by themselves: the first mention, the longest name, never where it disturbs."""

import re

import pytest
from django.test import Client

from blog.models import Edition, Muscle
from blog.muscle_links import Linker, load_names

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]
MINOR = '<a href="/muscles/gluteus-minimus/">'
TRAPS = '<a href="/muscles/upper-trapezius/">'


@pytest.fixture(autouse=True)
def library() -> None:
    make.make_clinic()
    make.make_muscle(slug="gluteus-minimus", aliases="minimus\nsmallest buttock muscle")
    make.make_muscle(slug="upper-trapezius", aliases="trapezius\nupper traps")
    make.make_muscle(slug="lower-trapezius")


def link(*texts: str, unlinked: tuple[str, ...] = ()) -> str:
    linker = Linker(unlinked)
    return "|".join(linker.link(text) for text in texts)


def test_the_first_mention_of_all_texts_links_whatever_name_it_uses() -> None:
    texts = link("<p>The Minimus aches.</p>", "<p>The gluteus minimus again.</p>")
    assert texts == f"<p>The {MINOR}Minimus</a> aches.</p>|<p>The gluteus minimus again.</p>"


def test_the_longest_name_wins() -> None:
    assert link("The lower trapezius.") == 'The <a href="/muscles/lower-trapezius/">lower trapezius</a>.'
    assert link("The upper trapezius.") == f"The {TRAPS}upper trapezius</a>."
    make.make_muscle(slug="trapezius-minor", name="Trapezius minor")
    assert link("The trapezius minor.") == 'The <a href="/muscles/trapezius-minor/">trapezius minor</a>.'


def test_only_whole_words() -> None:
    assert link("minimuses, subminimus") == "minimuses, subminimus"


def test_never_in_headings_links_quotes_or_notes() -> None:
    for text in (
        "<h2>The minimus</h2>",
        "<h3>The minimus</h3>",
        '<a href="/x/">the minimus</a>',
        "<blockquote><p>The minimus</p></blockquote>",
        "<p>They call it “the minimus” here.</p>",
        "<sup>minimus</sup>",
    ):
        assert link(text) == text
        assert link(f"{text}<p>minimus</p>") == f"{text}<p>{MINOR}minimus</a></p>"


def test_entities_and_tags_are_copied_as_they_are() -> None:
    text = '<p>1 &lt; 2 &amp; &#8217; <strong>the minimus</strong><br> <a id="x" href="#y">z</a></p>'
    assert link(text) == text.replace("minimus", f"{MINOR}minimus</a>")


def test_a_name_that_two_muscles_share_leads_nowhere() -> None:
    make.make_muscle(slug="another", aliases="smallest buttock muscle")
    assert "smallest buttock muscle" not in load_names().slugs
    assert link("the smallest buttock muscle") == "the smallest buttock muscle"


def article_text(edition: Edition) -> str:
    return Client().get(edition.get_absolute_url()).content.decode()


def test_an_editor_can_switch_a_name_off_and_new_muscles_link_in_old_editions() -> None:
    text = "<p>The minimus and the trapezius and the soleus. [1]</p>"
    article = make.make_article(body=text)
    article.unlinked_muscles.add(Muscle.objects.get(slug="gluteus-minimus"))
    edition = make.make_edition(article)
    page = article_text(edition)
    assert f"The minimus and the {TRAPS}trapezius</a> and the soleus." in page
    make.make_muscle(slug="soleus")
    assert 'the <a href="/muscles/soleus/">soleus</a>.' in article_text(edition)


def test_reading_order_decides_what_is_first_on_the_page() -> None:
    article = make.make_article(conclusion="<p>The minimus.</p>")
    article.questions.update(answer="<p>The minimus.</p>")
    page = article_text(make.make_edition(article))
    assert page.count(MINOR) == 1
    assert page.index(MINOR) < page.index('id="conclusion"')


def test_a_name_in_the_list_of_muscles_is_the_link_to_it_already() -> None:
    article = make.make_article(body="<p>Pain. [1]</p>")
    article.muscle_rows.update(muscle=Muscle.objects.get(slug="gluteus-minimus"), note="The minimus aches.")
    page = article_text(make.make_edition(article))
    assert page.count('href="/muscles/gluteus-minimus/"') == 1
    assert "The minimus aches." in page


def test_no_library_no_links() -> None:
    Muscle.objects.all().delete()
    assert link("The minimus.") == "The minimus."
    assert not re.search("muscles/", link("<p>anything</p>"))
