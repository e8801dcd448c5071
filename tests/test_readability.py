"""The reading level: what is counted, how the editing page says it, and the starter articles held to it."""

import pytest
from django.test import Client

from blog.models import Benefit, KeyPoint
from blog.readability import Reading, prose_of, reading_of, sentences_of, syllables_of
from clinic_site.starter import Row

from . import factories as make
from . import starter_files as files

LONG = "One two three four five six seven eight nine ten " * 2 + "one two three four five six."


def counted(*texts: str) -> Reading:
    reading = reading_of(texts)
    assert reading
    return reading


def test_the_grade_is_flesch_and_kincaids() -> None:
    reading = counted("The cat sat on the mat.", "Needles may ease it a little. [3]")
    assert (reading.words, reading.syllables, reading.long_words) == (12, 14, 0)
    assert reading.mean == 6
    assert reading.grade == pytest.approx(max(0, 0.39 * 6 + 11.8 * 14 / 12 - 15.59))
    assert counted(LONG).grade > counted("One two three.").grade


def test_a_long_word_has_three_syllables() -> None:
    words = {"needle": 2, "acupuncture": 4, "self-care": 2, "don’t": 1, "8": 1, "1.5": 1, "Levarda": 3}
    assert {word: syllables_of(word) for word in words} == words
    assert counted("Medicine is old.").long_share == pytest.approx(100 / 3)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("<h2>Pain</h2><p>It hurts. Rest!</p><ul><li>Walk</li><li>Swim</li></ul>", 4),
        ("Pain fell by 1.5 points of 10. [1][2] Later it rose.", 2),
        ("Dr. Who and Mrs. Poe said so, e.g. on Monday vs. Sunday.", 1),
        ("“Stop.” Then say why (you need not). Go on…", 3),
        ("<p>A &amp; B. C&nbsp;D.</p>", 2),
        ("<p> </p>", 0),
    ],
)
def test_sentences_end_where_a_reader_stops(text: str, sentences: int) -> None:
    assert len(list(sentences_of(text))) == sentences


def test_no_words_no_reading() -> None:
    assert reading_of(["", "<p>…</p>", "[1]"]) is None


def test_the_longest_sentences_are_quoted_first() -> None:
    reading = counted(LONG, "Short.", LONG + " " + LONG.replace("six.", "six and seven."))
    assert [words for words, _ in reading.long_sentences] == [28, 26, 26]
    assert reading.warnings() == ["3 sentences are long", "sentences are long on average"]
    assert len(counted(*[LONG] * 9).worst) == 5


@pytest.mark.django_db
class TestEditingPage:
    @pytest.fixture(autouse=True)
    def editor(self, client: Client) -> None:
        make.make_clinic()
        client.force_login(make.make_user("editor", group="Editor"))

    def page(self, client: Client, pk: int) -> str:
        return client.get(f"/admin/blog/article/{pk}/change/").content.decode()

    def test_it_warns_of_a_long_sentence_and_quotes_it(self, client: Client) -> None:
        article = make.make_article()
        assert "Nothing stands out" in self.page(client, article.pk)
        KeyPoint.objects.create(article=article, text=LONG + " <b>")
        page = self.page(client, article.pk)
        assert "1 sentence is long" in page
        assert f"“{LONG}” <b>26 words</b>" in page
        assert "They do not show that people understand the page" in page

    def test_it_never_blocks(self, client: Client) -> None:
        article = make.make_article(body=f"<p>{LONG} [1]</p>")
        page = client.get(f"/admin/blog/article/{article.pk}/publish/").content.decode()
        assert "This becomes edition 1" in page

    def test_an_article_without_a_word_has_no_level(self, client: Client) -> None:
        article = make.make_article(standfirst="", body="", other_options="", cited=False)
        for rows in (article.key_points, article.muscle_rows, article.questions):
            rows.all().delete()
        assert "Reading level" not in self.page(client, article.pk)
        assert "Reading level" not in client.get("/admin/blog/article/add/").content.decode()

    def test_every_part_that_patients_read_is_counted(self) -> None:
        article = make.make_article(conclusion="<p>The end.</p>", muscles_intro="<p>Muscles.</p>")
        Benefit.objects.create(article=article, statement="It may help.", certainty=Benefit.Certainty.LOW)
        article.comparisons.create(aspect="Trials", left="Few.", right="Many.")
        prose = " ".join(prose_of(type(article).objects.with_everything().get()))
        for part in ("Two sentences.", "One point.", "Pain down the leg.", "Time and movement.", "The end."):
            assert part in prose
        for part in ("It may help.", "Muscles.", "It aches.", "Few.", "Many.", "Does it help?", "It may."):
            assert part in prose


@pytest.mark.parametrize("article", files.articles(), ids=lambda article: article["slug"])
def test_starter_articles_are_easy_to_read(article: Row) -> None:
    reading = counted(*files.prose_of(article))
    assert (reading.warnings(), reading.worst) == ([], [])
    assert reading.long_share < 12


def test_no_starter_text_has_a_long_sentence() -> None:
    unseen = (".description", ".counsel_note")  # for search engines, and for staff
    assert counted(*(text for where, text in files.texts() if not where.endswith(unseen))).worst == []
