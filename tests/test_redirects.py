"""Old addresses: one hop to where the page is now, checked when saved, and never in the way of a page."""

import sys
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.models import Article
from clinic_site.models import Miss, Redirect
from clinic_site.redirect_lists import take

from . import factories as make

pytestmark = pytest.mark.django_db
ARTICLE = "/blog/dry-needling-for-sciatica/"
ADD = "/admin/clinic_site/redirect/add/"
LIST = "/admin/clinic_site/redirect/import/"


@pytest.fixture(scope="module", autouse=True)
def site(module_rows: None) -> None:
    make.make_clinic()
    make.make_edition()


@pytest.fixture
def editor(client: Client) -> User:
    user = make.make_user("editor", group="Editor")
    client.force_login(user)
    return user


def save(old: str, new: str = ARTICLE) -> Redirect:
    redirect = Redirect(old_path=old, new_path=new)
    redirect.full_clean()
    redirect.save()
    return redirect


def faults(old: str, new: str = ARTICLE) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as fault:
        Redirect(old_path=old, new_path=new).full_clean()
    return fault.value.message_dict


def sent_to(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 301, address
    return response["Location"]


@pytest.mark.parametrize(
    "asked",
    [
        *(
            "/blog/sciatica-needling",
            "/blog/sciatica-needling/",
            "/Blog/Sciatica-NEEDLING",
            "/blog//sciatica-needling",
        ),
        *("/blog/sciatica%2Dneedling", "/%62log/sciatica-needling/"),
    ],
)
def test_it_leads_on_in_one_hop_however_it_is_written(client: Client, asked: str) -> None:
    save("/blog/sciatica-needling")
    assert sent_to(client, asked) == ARTICLE
    assert client.head(asked).status_code == 301


@pytest.mark.parametrize("old", ["/caf%C3%A9 back pain".replace(" ", "%20"), "/café%20back%20pain/"])
def test_encoded_and_plain_accents_are_the_same_address(client: Client, old: str) -> None:
    save(old)
    assert sent_to(client, "/CAF%C3%89%20back%20pain") == ARTICLE
    assert sent_to(client, "/cafe%CC%81%20back%20pain/") == ARTICLE


def test_the_query_string_is_kept(client: Client) -> None:
    save("/old")
    save("/legs", "/blog/?region=lower-back#main")
    assert sent_to(client, "/old/?utm_source=a%20b&x=1") == f"{ARTICLE}?utm_source=a%20b&x=1"
    assert sent_to(client, "/legs?utm=1") == "/blog/?region=lower-back&utm=1#main"


def test_it_may_be_put_right_at_once(client: Client) -> None:
    save("/old")
    assert client.get("/old")["Cache-Control"] == "public, max-age=0, s-maxage=1, must-revalidate"


def test_a_page_always_wins(client: Client) -> None:
    make.make_edition(make.make_article(slug="new-page"))
    Redirect.objects.create(old_path="/blog/new-page", new_path="/conditions/")
    assert client.get("/blog/new-page/").status_code == 200
    assert sent_to(client, "/blog/new-page?x=1") == "/blog/new-page/?x=1"


def test_a_page_in_another_case_is_found(client: Client) -> None:
    assert sent_to(client, "/Blog/Dry-Needling-for-Sciatica?x=1") == f"{ARTICLE}?x=1"
    assert client.get("/Blog/Nothing").status_code == 404


def test_pages_that_exist_ask_nothing_of_it(client: Client) -> None:
    save("/old")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(ARTICLE).status_code == 200
    assert not [query for query in queries.captured_queries if "redirect" in query["sql"]]


def test_a_withdrawn_article_is_gone_until_it_is_sent_on(client: Client) -> None:
    make.make_edition(make.make_article(slug="old-one"))
    Article.objects.get(slug="old-one").withdraw()
    assert client.get("/blog/old-one/").status_code == 410
    save("/blog/old-one")
    assert sent_to(client, "/blog/old-one/") == ARTICLE


def test_nothing_but_reading_is_sent_on(client: Client) -> None:
    save("/old")
    assert client.post("/old").status_code == 404


@pytest.mark.usefixtures("facts_at_once")
def test_a_missing_database_leaves_the_404_page(client: Client) -> None:
    client.get("/prices/")
    with patch("django.db.backends.utils.CursorWrapper.execute", side_effect=OperationalError):
        assert client.get("/nothing/at/all").status_code == 404


@pytest.mark.parametrize("address", ["/a%00b", f"/{'x' * 900}", "/%ff%fe", "/a%5c%5cb"])
def test_a_strange_address_is_a_plain_404(client: Client, address: str) -> None:
    assert client.get(address).status_code in {400, 404}


@pytest.mark.parametrize("path", ["/a\x00b", f"/{'x' * 900}"])
def test_what_cannot_be_stored_is_not_looked_up(path: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert Redirect.objects.for_path(path) is None
    assert not queries.captured_queries


def test_chains_are_flattened_from_both_ends(client: Client) -> None:
    make.make_edition(make.make_article(slug="second"))
    first = save("/first", "/blog/second/")
    Article.objects.get(slug="second").withdraw()
    save("/blog/second", ARTICLE)
    first.refresh_from_db()
    assert first.new_path == ARTICLE
    assert save("/zeroth", "/first").new_path == ARTICLE
    assert sent_to(client, "/first") == sent_to(client, "/zeroth") == ARTICLE


def test_two_pages_that_change_places_make_no_loop(client: Client) -> None:
    make.make_edition(make.make_article(slug="other"))
    article, other = Article.objects.get(slug="dry-needling-for-sciatica"), Article.objects.get(slug="other")
    article.withdraw()
    save(ARTICLE, "/blog/other/")
    make.make_edition(article)
    Article.objects.filter(pk=article.pk).update(withdrawn_at=None)
    other.withdraw()
    save("/blog/other/", ARTICLE)
    article.withdraw()
    assert client.get(ARTICLE).status_code == 410
    assert Redirect.objects.count() == 1


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("/old", "https://evil.example.com/", "new_path", "not sent to other sites"),
        ("/old", "//evil.example.com/", "new_path", "Write an address of this site"),
        ("/old", "/\\evil.example.com/", "new_path", "backslashes"),
        ("/old", "javascript:alert(1)", "new_path", "Write an address of this site"),
        ("/old", "/nothing/", "new_path", "No page answers at /nothing/"),
        ("/old", "/blog/nothing/", "new_path", "No page answers"),
        ("/old", "/admin/", "new_path", "No page answers"),
        ("/old", "/offers/", "new_path", "No page answers"),
        ("/old", "/Old/", "new_path", "circles"),
        ("/old", "conditions", "new_path", "Begin with a slash"),
        ("/old?x=1", ARTICLE, "old_path", "path alone"),
        ("/old page", ARTICLE, "old_path", "no spaces"),
        ("/old%00", ARTICLE, "old_path", "characters"),
        (f"/{'x' * 600}", ARTICLE, "old_path", "500"),
        ("/prices", ARTICLE, "old_path", "There is a page at /prices/"),
        ("/PRICES/", ARTICLE, "old_path", "There is a page at /prices/"),
        ("/taken", ARTICLE, "old_path", "sent on already"),
        ("", ARTICLE, "old_path", "blank"),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(old: str, new: str, field: str, words: str) -> None:
    make.make_offer()
    save("/Taken/")
    found = faults(old, new)
    assert words in " ".join(found[field])


def test_a_loop_over_another_one_is_refused() -> None:
    make.make_edition(make.make_article(slug="second"))
    save("/first", "/blog/second/")
    Article.objects.get(slug="second").withdraw()
    assert "circles" in faults("/blog/second", "/first")["new_path"][0]


def test_addresses_are_put_right() -> None:
    redirect = save("https://old.example.com/About-Us?".rstrip("?"), "http://127.0.0.1:8000/prices")
    assert (redirect.old_path, redirect.new_path) == ("/About-Us", "/prices/")


def test_an_editor_adds_one_in_the_staff_pages(client: Client, editor: User) -> None:
    assert 'value="/old"' in client.get(f"{ADD}?old_path=/old").content.decode()
    fields = {"old_path": "/old", "new_path": "/nothing/"}
    assert "No page answers at /nothing/" in client.post(ADD, fields).content.decode()
    assert client.post(ADD, fields | {"new_path": ARTICLE}).status_code == 302
    assert sent_to(client, "/old") == ARTICLE
    assert ARTICLE in client.get("/admin/clinic_site/redirect/").content.decode()


def test_the_front_desk_may_not(client: Client) -> None:
    client.force_login(make.make_user("desk", group="Front desk"))
    assert client.get(ADD).status_code == 403
    assert client.get(LIST).status_code == 403
    assert client.post(LIST, {"lines": f"/old {ARTICLE}"}).status_code == 403
    assert not Redirect.objects.exists()


PASTED = f"""\
# the old site's list
/one {ARTICLE}
/two\t{ARTICLE}
/three,{ARTICLE}
/four -> {ARTICLE} 301
https://www.example.com/five\t/six
/six {ARTICLE}

/seven /nothing/
/eight
/prices {ARTICLE}
"""


def test_a_list_takes_the_good_lines_and_tells_about_the_others() -> None:
    result = take(PASTED)
    assert [row.old_path for row in result.taken] == ["/one", "/two", "/three", "/four", "/six", "/five"]
    assert [(line.number, line.text.split()[0]) for line in result.refused] == [
        *((9, "/seven"), (10, "/eight"), (11, "/prices")),
    ]
    assert all(line.reason.endswith(".") for line in result.refused)
    assert set(Redirect.objects.values_list("new_path", flat=True)) == {ARTICLE}


def test_a_list_may_be_sent_again() -> None:
    take(PASTED)
    again = take(PASTED)
    assert (again.taken, again.known, len(again.refused)) == ([], 6, 3)


def test_a_long_list_says_where_it_stopped() -> None:
    result = take("\n".join("/x /nothing" for _ in range(502)))
    assert len(result.refused) == 502
    assert "next" in result.refused[-1].reason


def test_the_page_for_lists_keeps_what_was_not_taken(client: Client, editor: User) -> None:
    response = client.post(LIST, {"lines": PASTED})
    page = response.content.decode()
    assert "6 taken, 3 not taken" in page
    assert "No page answers at /nothing/" in page
    assert response.context["form"]["lines"].value().splitlines() == [
        "/seven /nothing/",
        "/eight",
        f"/prices {ARTICLE}",
    ]
    assert client.post(LIST, {"lines": f"/nine {ARTICLE}"}).status_code == 302
    assert "Paste at least one line." in client.post(LIST, {"lines": " "}).content.decode()


def test_the_command_takes_a_file_or_what_is_piped_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "list.txt"
    file.write_text(PASTED)
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="3 lines were not taken"):
        call_command("import_redirects", str(file), stdout=out, stderr=err)
    assert "6 taken" in out.getvalue()
    assert "Line 9, /seven" in err.getvalue()
    monkeypatch.setattr(sys, "stdin", StringIO(f"/piped {ARTICLE}"))
    call_command("import_redirects", "-", stdout=out)
    assert Redirect.objects.filter(old_path="/piped").exists()
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_redirects", str(tmp_path / "none"))


def test_a_redirect_forgets_the_miss() -> None:
    Miss.objects.create(path="/old")
    save("/Old/")
    assert not Miss.objects.exists()
