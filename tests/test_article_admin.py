"""Writing: an article on one page, its rows in order, and a list that says where each article stands."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.admin_writing import ArticleForm
from blog.models import (
    Article,
    ArticleMuscle,
    CareAdvice,
    Citation,
    Condition,
    Edition,
    KeyPoint,
    Muscle,
    Question,
)
from blog.publishing import publish

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]
LIST = "/admin/blog/article/"
NOON = dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def editor(client: Client) -> User:
    make.make_clinic()
    user = make.make_user("editor", group="Editor")
    client.force_login(user)
    return user


def page_of(row: models.Model) -> str:
    return f"/admin/blog/{row._meta.model_name}/{row.pk}/change/"


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def typed(client: Client, url: str) -> dict[str, Any]:
    """What pressing Save on the page would send, nothing changed."""
    return forms_of(client.get(url).context)


def forms_of(context: Any) -> dict[str, Any]:
    forms = [context["adminform"].form]
    for group in context["inline_admin_formsets"]:
        forms += [group.formset.management_form, *group.formset.forms]
    values = {field.html_name: field.value() for form in forms for field in form}
    lists = {"regions", "unlinked_muscles"}
    unticked = {name for name, value in values.items() if value is False or (name in lists and not value)}
    return {name: "" if value is None else value for name, value in values.items() if name not in unticked}


def save(client: Client, url: str, **changes: Any) -> str:
    """Save with `changes`; returns what the next page says on top."""
    response = client.post(url, typed(client, url) | changes, follow=True)
    assert response.redirect_chain, re.findall(r'class="errorlist.*?</ul>', response.content.decode())
    return " ".join(str(message) for message in response.context["messages"])


def state_in_list(client: Client) -> str:
    found = re.search(r'class="state state--\w+">(.*?)<', read(client, LIST))
    assert found
    return found[1]


def test_all_parts_stand_on_one_page_in_the_order_of_the_public_one(client: Client) -> None:
    page = read(client, page_of(make.make_article()))
    parts = ["Title and address", "What it is about", "Key points", "The text", "Other options"]
    parts += ["What it may do", "The muscles", "Two treatments compared", "Questions patients ask"]
    parts += ["In short", "Sources", "Who stands for it", "In search results"]
    headings = re.findall(r"<h2[^>]*>\s*(.*?)\s*</h2>", page)
    places = [next(i for i, heading in enumerate(headings) if heading.startswith(part)) for part in parts]
    assert places == sorted(places)


def test_saving_unchanged_changes_no_row_and_nothing_public(client: Client, editor: User) -> None:
    edition = make.make_edition()
    before = read(Client(), edition.get_absolute_url())
    assert "Patients see it once it is published." in save(client, page_of(edition.article))
    edition.article.refresh_from_db()
    assert edition.article.changed_by is None  # who wrote it: nobody of the clinic
    assert Edition.draft_of(edition.article).hash == edition.hash
    assert read(Client(), edition.get_absolute_url()) == before


def test_a_new_article_is_made_with_a_title_alone(client: Client, editor: User) -> None:
    url = f"{LIST}add/"
    save(client, url, title="Neck pain", slug="neck-pain")
    article = Article.objects.get()
    assert (article.slug, article.changed_by) == ("neck-pain", editor)
    assert state_in_list(client) == "Never published"


def test_of_two_new_articles_with_one_address_at_once_the_second_is_told(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first look at the address is before the other's save, the next one after it."""
    make.make_article(slug="sciatica")
    first, look = [True], ArticleForm.validate_unique
    monkeypatch.setattr(ArticleForm, "validate_unique", lambda form: first.pop() if first else look(form))
    url = f"{LIST}add/"
    data = typed(client, url) | {"title": "Another one", "slug": "sciatica"}
    page = client.post(url, data).content.decode()
    assert "Article with this Address already exists." in page
    assert 'value="Another one"' in page
    assert Article.objects.count() == 1


def test_a_new_row_goes_to_the_end(client: Client) -> None:
    article = make.make_article()
    KeyPoint.objects.update(position=4)
    new = {"key_points-TOTAL_FORMS": "3", "key_points-1-text": "Second.", "key_points-2-text": "Third."}
    save(client, page_of(article), **new, **{"key_points-1-position": "", "key_points-2-position": ""})
    points = article.key_points.values_list("text", "position")
    assert list(points) == [("One point. [1]", 4), ("Second.", 5), ("Third.", 6)]


def test_rows_are_moved_and_deleted(client: Client) -> None:
    article = make.make_article()
    KeyPoint.objects.create(article=article, text="Second.", position=1)
    changes = {"key_points-0-position": "2", "key_points-1-position": "1", "questions-0-DELETE": "on"}
    save(client, page_of(article), **changes)
    assert [point.text for point in article.key_points.all()] == ["Second.", "One point. [1]"]
    assert not article.questions.exists()


def test_a_half_written_row_is_named_and_nothing_is_lost(client: Client) -> None:
    url = page_of(make.make_article())
    new = {"comparisons-TOTAL_FORMS": "1", "comparisons-0-aspect": "Price", "comparisons-0-left": ""}
    response = client.post(url, typed(client, url) | new | {"title": "Canary"})
    page = response.content.decode()
    assert "This field is required." in page
    assert 'value="Price"' in page
    assert 'value="Canary"' in page
    assert not Article.objects.filter(title="Canary").exists()


def test_names_that_stay_plain_are_chosen_in_a_fold(client: Client) -> None:
    article = make.make_article()
    article.unlinked_muscles.add(make.make_muscle(slug="soleus"))
    make.make_muscle(slug="aa-first")
    fold = read(client, page_of(article)).partition('<details class="folded-choices">')[2]
    fold = fold.partition("</details>")[0]
    assert f"<summary>Soleus (1 of {Muscle.objects.count()})</summary>" in fold
    assert re.findall(r"(\w[\w ]+)</label>", fold)[:2] == ["Soleus", "Aa first"]
    save(client, page_of(article), unlinked_muscles=[])
    assert f"<summary>None of {Muscle.objects.count()} chosen</summary>" in read(client, page_of(article))


def test_rich_text_keeps_only_what_is_allowed(client: Client) -> None:
    article = make.make_article()
    nasty = '<h2 style="color:red">A</h2><script>alert(1)</script><p onclick="x()">B <img src="/x"></p>'
    save(client, page_of(article), body=nasty, **{"questions-0-answer": nasty})
    article.refresh_from_db()
    assert article.body == "<h2>A</h2><p>B </p>"
    assert Question.objects.get().answer == article.body


@pytest.mark.parametrize("page", ["preview", "publish"])
def test_a_button_saves_and_goes_on(client: Client, page: str) -> None:
    article = make.make_article()
    url = page_of(article)
    response = client.post(url, typed(client, url) | {"title": "Canary", f"_{page}": ""})
    assert response["Location"] == f"{LIST}{article.pk}/{page}/"
    assert "Canary" in read(client, response["Location"])


def test_the_list_says_where_each_article_stands(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        article = make.make_article()
        client.force_login(User.objects.get())
        assert state_in_list(client) == "Never published"
        publish(article, by=None, visible_from=NOON + dt.timedelta(days=1, minutes=30))
        assert state_in_list(client) == "Public from Nov. 23, 2026, 12:30 p.m."
        clock.shift(dt.timedelta(days=2))
        client.force_login(User.objects.get())
        assert state_in_list(client) == "Public"
        save(client, page_of(article), standfirst="Another one.")
        assert state_in_list(client) == "Draft of a public page"
        publish(article, by=None, visible_from=NOON + dt.timedelta(days=9))
        assert state_in_list(client) == "Public; next edition from Dec. 1, 2026, noon"
        article.refresh_from_db()
        article.withdraw()
        assert state_in_list(client) == "Withdrawn"


def test_an_overdue_review_is_marked(client: Client) -> None:
    article = make.make_article(next_review_on=dt.date(2026, 11, 22))
    with time_machine.travel(NOON, tick=False):
        client.force_login(User.objects.get())
        assert "Overdue since Nov. 22, 2026" in read(client, LIST)
        assert "Overdue since" in read(client, f"{LIST}?review=overdue")
        article.next_review_on = dt.date(2026, 11, 23)
        article.save()
        assert "Overdue since" not in read(client, LIST)
        assert article.title not in re.sub(r"<title>.*", "", read(client, f"{LIST}?review=overdue"))


@pytest.mark.parametrize("state", ["public", "draft", "coming", "withdrawn"])
def test_the_list_is_narrowed_to_a_state(client: Client, state: str) -> None:
    condition = make.make_condition()
    articles = {
        name: make.make_article(slug=f"an-{name}-one", condition=condition)
        for name in ("public", "draft", "coming", "withdrawn")
    }
    publish(articles["public"], by=None)
    publish(articles["coming"], by=None, visible_from=dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
    publish(articles["withdrawn"], by=None)
    articles["withdrawn"].withdraw()
    shown = client.get(f"{LIST}?state={state}").context["cl"].result_list
    assert [article.slug for article in shown] == [f"an-{state}-one"]


def test_changed_care_advice_waits_to_be_published_and_says_so(client: Client) -> None:
    edition = make.make_edition()
    words = save(client, page_of(Condition.objects.get()), **{"care_advice-0-items": "a new sign"})
    assert "/admin/blog/adviceedition/publish/" in words
    assert "a new sign" not in read(client, edition.get_absolute_url())
    assert state_in_list(client) == "Public"


def test_other_markup_from_newer_code_makes_no_draft(client: Client) -> None:
    edition = make.make_edition()
    content = edition.content | {"body_html": edition.content["body_html"].replace("<p>", "<p> ")}
    models.QuerySet(Edition).filter(pk=edition.pk).update(content=content)
    assert state_in_list(client) == "Public"


def test_an_address_that_has_been_public_stays(client: Client) -> None:
    article = make.make_edition().article
    assert 'name="slug"' not in read(client, page_of(article))
    save(client, page_of(article), slug="elsewhere")
    article.refresh_from_db()
    assert article.slug == "dry-needling-for-sciatica"


def queries(client: Client, url: str) -> int:
    client.get(url)  # what is kept in memory is read anew after a change
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    return len(asked)


def test_the_list_asks_no_more_for_more_articles(client: Client) -> None:
    condition, lists = make.make_condition(), [LIST, f"{LIST}?state=public", f"{LIST}?state=unsigned"]
    make.make_edition(make.make_article(condition=condition))
    few = [queries(client, url) for url in lists]
    for number in range(5):
        make.make_edition(make.make_article(slug=f"article-{number}", condition=condition))
    assert [queries(client, url) for url in lists] == few


def test_the_editing_page_asks_no_more_for_more_rows(client: Client) -> None:
    article = make.make_article()
    few = queries(client, page_of(article))
    for number in range(2, 8):
        source = make.make_source(key=f"source-{number}")
        Citation.objects.create(article=article, source=source, number=number)
        muscle = make.make_muscle(slug=f"muscle-{number}")
        ArticleMuscle.objects.create(article=article, muscle=muscle, note="It aches.", position=number)
    assert queries(client, page_of(article)) == few


def test_what_has_been_public_is_deleted_by_nobody(client: Client) -> None:
    client.force_login(make.make_user("owner", group="Owner"))
    edition = make.make_edition()
    draft = make.make_article(slug="never-public", condition=edition.condition)
    assert client.post(f"{LIST}{edition.article_id}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{LIST}{draft.pk}/delete/", {"post": "yes"}).status_code == 302
    assert list(Article.objects.all()) == [edition.article]


def test_editions_are_looked_at_and_never_changed_added_or_deleted(client: Client) -> None:
    client.force_login(make.make_user("root", is_superuser=True))
    edition = make.make_edition()
    archive = "/admin/blog/edition/"
    assert edition.title in read(client, archive)
    as_it_was = f"{LIST}{edition.article_id}/editions/1/"
    assert client.get(f"{archive}{edition.pk}/change/")["Location"] == as_it_was
    for page in ("add/", f"{edition.pk}/delete/"):
        assert client.post(archive + page, {"post": "yes", "title": "x"}).status_code == 403
    client.post(f"{archive}{edition.pk}/change/", {"title": "Canary", "number": "9"})
    client.post(archive, {"action": "delete_selected", "_selected_action": [edition.pk], "post": "yes"})
    assert Edition.objects.get().title == edition.title


@pytest.mark.parametrize("kind", ["article", "condition", "muscle", "source", "region", "edition"])
def test_the_front_desk_has_no_business_here(client: Client, kind: str) -> None:
    client.force_login(make.make_user("desk", group="Front desk"))
    assert client.get(f"/admin/blog/{kind}/").status_code == 403


@pytest.mark.parametrize(
    ("kind", "words"),
    [("condition", "sciatica"), ("muscle", "piriformis"), ("source", "trial for tests"), ("edition", "leg")],
)
def test_topics_and_sources_are_found_by_words(client: Client, kind: str, words: str) -> None:
    make.make_edition()
    found = client.get(f"/admin/blog/{kind}/?q={words}").context["cl"]
    assert found.result_count == 1
    assert client.get(f"/admin/blog/{kind}/?q=nowhere").context["cl"].result_count == 0


def test_a_condition_carries_its_care_advice(client: Client) -> None:
    condition = make.make_condition(emergency=False)
    new = {"level": "urgent", "heading": "See a doctor today if:", "items": "it is new\nit is bad"}
    fields = {f"care_advice-0-{name}": value for name, value in new.items()}
    save(client, page_of(condition), **{"care_advice-TOTAL_FORMS": "1"}, **fields)
    assert CareAdvice.objects.get().lines() == ["it is new", "it is bad"]


def test_who_saves_without_a_change_has_not_written_it(client: Client, editor: User) -> None:
    """Else whoever opens the preview from here would sign as its writer, and the writer as a second person."""
    writer = make.make_user("writer", group="Owner")
    article = make.make_article(changed_by=writer)
    KeyPoint.objects.create(article=article, text="A point.")
    save(client, page_of(article))
    article.refresh_from_db()
    assert article.changed_by == writer
    save(client, page_of(article), **{"key_points-0-text": "Another point."})
    article.refresh_from_db()
    assert article.changed_by == editor


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"reviewed_on": "2027-11-23"}, "This day is still to come"),
        ({"next_review_on": "2037-01-01"}, "No text is left alone for so long"),
    ],
)
def test_a_slip_in_the_dates_of_review_is_told(client: Client, days: dict[str, str], words: str) -> None:
    article = make.make_article()
    with time_machine.travel(NOON):
        response = client.post(page_of(article), typed(client, page_of(article)) | days)
    assert words in response.content.decode()
