"""A source's fields are filled from a pasted record, and stored only when somebody saves."""

import re
from typing import Any

import pytest
from django.test import Client

from blog.models import Source
from blog.records import NotARecord, read_record

from . import factories as make

pytestmark = pytest.mark.django_db
ADD = "/admin/blog/source/add/"

RIS = """TY  - JOUR
AU  - Example, Ann B.
AU  - Sample-Other, Carl
TI  - A trial for tests.
PY  - 2020/11/19/
JO  - J Example
VL  - 1
IS  - 2
SP  - 1313
EP  - 7
DO  - https://doi.org/10.1000/example.1
ER  - """

NBIB = """PMID- 12345678
DP  - 2020 Nov 19
TI  - A trial
      for tests.
PG  - 1313-7
LID - S0000-0000(20)00001-1 [pii]
LID - 10.1000/example.1 [doi]
FAU - Example, Ann B
AU  - Example AB
AU  - Sample-Other C
PT  - Journal Article
PT  - Randomized Controlled Trial
TA  - J Example
VI  - 1
IP  - 2
"""

BIBTEX = r"""@article{example2020,
  author = {Example, Ann B. and Carl Sample-Other},
  title = {A {Trial} for tests},
  journal = "J Example", year = 2020, volume = 1, number = 2, pages = {1313--1317},
  doi = {10.1000/example.1},
}"""

WHOLE = {
    "key": "example-2020",
    "title": "A trial for tests",
    "authors": "Example AB, Sample-Other C",
    "container": "J Example",
    "year": "2020",
    "volume": "1(2)",
    "pages": "1313-1317",
    "doi": "10.1000/example.1",
}


@pytest.fixture(autouse=True)
def editor(client: Client) -> None:
    make.make_clinic()
    client.force_login(make.make_user("editor", group="Editor"))


def fill(client: Client, record: str, url: str = ADD, **typed: str) -> tuple[dict[str, Any], str]:
    """The fields as the page comes back with them, and what it says."""
    response = client.post(url, {"record": record, "_fill": "", **typed})
    assert response.status_code == 200
    form = response.context["adminform"].form
    said = " ".join(str(message) for message in response.context["messages"])
    assert "errorlist" not in response.content.decode()
    return {field.name: field.value() for field in form if field.value() not in (None, "")}, said


@pytest.mark.parametrize(
    ("record", "more"),
    [
        (RIS, {}),
        (RIS.removesuffix("ER  - ").replace("\n", "\r\n"), {}),
        (NBIB, {"pmid": "12345678", "kind": "trial"}),
        (BIBTEX, {"title": "A Trial for tests"}),
    ],
)
def test_a_record_fills_the_fields_and_stores_nothing(
    client: Client, record: str, more: dict[str, str]
) -> None:
    fields, said = fill(client, record)
    assert fields == WHOLE | more
    assert "nothing is stored yet" in said
    assert not Source.objects.exists()
    client.post(ADD, {"kind": "trial", **fields})
    assert Source.objects.get().doi == "10.1000/example.1"


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("10.1000/example.1", "doi", "10.1000/example.1"),
        (" https://doi.org/10.1000/example.1\n", "doi", "10.1000/example.1"),
        ("doi: 10.1000/example.1", "doi", "10.1000/example.1"),
        ("PMID: 12345678", "pmid", "12345678"),
        ("https://pubmed.ncbi.nlm.nih.gov/12345678/", "pmid", "12345678"),
        ("978-0-00-000000-2", "isbn", "978-0-00-000000-2"),
        ("ISBN 000000000X", "isbn", "000000000X"),
    ],
)
def test_a_number_alone_fills_its_field(client: Client, text: str, field: str, value: str) -> None:
    assert fill(client, text)[0] == {field: value}


def test_a_null_is_left_out(client: Client) -> None:
    """PostgreSQL takes none, not even to look for."""
    assert fill(client, "10.1136/bmj.l6273\x00", pmid="123\x00")[0] == {
        "doi": "10.1136/bmj.l6273",
        "pmid": "123",
    }


def test_what_was_typed_stays_and_is_said(client: Client) -> None:
    fields, said = fill(client, RIS, year="2019", key="mine", checked_by="Ada")
    assert fields == WHOLE | {"year": "2019", "key": "mine", "checked_by": "Ada"}
    assert "Year stays as it was typed. The record says: 2020" in said


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("", "Paste a record first."),
        ("Example A. A trial for tests. 2020.", "This is not a record that can be read here."),
        (f"{RIS}\n{RIS}", "These are 2 records. Paste one at a time."),
        ("@article{x, title = {A trial", "The BibTeX record has a slip"),
        ("TY  - JOUR\nAU  - Example, A\nER  - ", "The record has no title"),
        ("PMID- \nAU  - Example A", "The record has no title"),
        ("x" * 50_001, "This is too long for one record."),
    ],
)
def test_a_bad_record_gets_a_sentence_and_loses_nothing(client: Client, record: str, words: str) -> None:
    fields, said = fill(client, record, title="Typed before")
    assert fields == {"title": "Typed before"} | ({"record": record} if record else {})
    assert words in said


def test_pressing_save_with_a_record_in_the_box_fills_first(client: Client) -> None:
    response = client.post(ADD, {"record": RIS, "_save": ""})
    assert response.context["adminform"].form["title"].value() == "A trial for tests"
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    "numbers", [{"doi": "10.1000/EXAMPLE.1"}, {"pmid": "12345678"}, {"isbn": "978-0-00-000000-2"}]
)
def test_a_source_that_exists_is_named_and_linked(client: Client, numbers: dict[str, str]) -> None:
    old = make.make_source(**numbers)
    link = f'<a href="/admin/blog/source/{old.pk}/change/">'
    (number,) = numbers.values()
    assert link in fill(client, number.lower().replace("-", ""))[1]
    page = client.post(ADD, {"key": "new", "kind": "book", "title": "Twice", **numbers}).content.decode()
    is_book = "isbn" in numbers  # chapters of one book share its number
    assert (link in page) is not is_book
    assert Source.objects.filter(key="new").exists() is is_book
    assert link not in fill(client, number, f"/admin/blog/source/{old.pk}/change/", key=old.key)[1]


def test_a_short_name_that_is_taken_is_counted_on(client: Client) -> None:
    make.make_source(key="example-2020")
    assert fill(client, RIS)[0]["key"] == "example-2020-2"


def test_of_more_than_six_authors_three_are_named() -> None:
    many = "".join(f"AU  - Author{letter}, B\n" for letter in "ABCDEFG")
    record = read_record(f"TY  - BOOK\nTI  - Many\n{many}SN  - 978-0-00-000000-2\nER  - ")
    assert record["authors"] == "AuthorA B, AuthorB B, AuthorC B, et al"
    assert (record["kind"], record["isbn"]) == ("book", "978-0-00-000000-2")


def test_letters_of_latex_and_names_of_institutions_are_read() -> None:
    record = read_record(
        r"@book{x, author={{Some Institute} and Pe{\~n}a, C{\'e}sar}, title={T}, year={1999}}"
    )
    assert (record["authors"], record["key"]) == ("Some Institute, Peña C", "some-1999")


def test_a_record_is_shown_escaped(client: Client) -> None:
    nasty = RIS.replace("A trial for tests.", "<script>alert(1)</script>").replace("1313", "<b>")
    page = client.post(ADD, {"record": nasty, "pages": "9"}).content.decode()
    assert not re.search(r"<script>alert|<b>", page)


def test_no_record_at_all_is_refused_by_name() -> None:
    with pytest.raises(NotARecord):
        read_record("\ufeff ")
