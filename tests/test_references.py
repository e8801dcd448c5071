"""Every reference of the starter content is one that somebody has looked up, and is cited for what it shows."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from blog.models import Source
from blog.sources import check_doi, check_isbn, check_pmid
from clinic_site.starter import Row, read

from . import starter_files as files

LIST = Path(__file__).parent / "checked_references.toml"
CHECKED: dict[str, Row] = {row["key"]: row for row in read(LIST)["reference"]}
IDENTIFIERS: dict[str, Callable[[str], None]] = {"doi": check_doi, "pmid": check_pmid, "isbn": check_isbn}
KEY = re.compile(r"\[([a-z][a-z0-9-]*-(?:\d{4}[a-z]?|[a-z-]+))\]")
SEEN = re.compile(
    r"\b[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|org|net|gov|edu|uk|be|ie|ca|de|dk|eu|es|mx|nl|nz|pl|us|in|ua|br)\b"
)


def cited_by_number() -> dict[str, set[str]]:
    """The sources that carry a sentence, and whose."""
    found: dict[str, set[str]] = {}
    for article in files.articles():
        for row in article["sources"]:
            found.setdefault(row["source"], set()).add(article["slug"])
    return found


def cited_in_shared_texts() -> set[str]:
    shared = files.shared()
    texts = [
        text for rows in shared.values() for row in rows for text in row.values() if isinstance(text, str)
    ]
    return {key for text in texts for key in KEY.findall(text)}


def used() -> set[str]:
    further = {key for article in files.articles() for key in article["further_reading"]}
    muscles = {key for muscle in files.muscles() for key in muscle["sources"]}
    return {*cited_by_number(), *cited_in_shared_texts(), *further, *muscles}


def test_the_list_and_the_sources_are_the_same_to_the_character() -> None:
    def identity(row: Row) -> list[object]:
        return [row["title"], row.get("year"), *(row.get(name, "") for name in IDENTIFIERS)]

    listed = {key: identity(row) for key, row in CHECKED.items()}
    assert listed == {key: identity(row) for key, row in files.sources().items()}
    assert len(CHECKED) == len(read(LIST)["reference"]) > 100


def test_every_source_is_used_and_every_source_used_is_there() -> None:
    assert cited_in_shared_texts() >= {"brady-2014", "boyce-2020", "lin-2019", "mcculloch-2015"}
    assert used() == set(files.sources())


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_identifiers_are_well_formed_and_nobody_elses(name: str) -> None:
    found = {row["key"]: row[name] for row in files.sources().values() if row[name]}
    for key, identifier in found.items():
        try:
            IDENTIFIERS[name](identifier)
        except ValidationError as wrong:
            pytest.fail(f"{key}: {identifier}: {wrong.messages[0]}")
        assert identifier == identifier.strip().rstrip(".,;")
    assert [one for one, count in Counter(found.values()).items() if count > 1] == []


def test_a_slip_in_an_isbn_is_seen() -> None:
    check_isbn("978-92-4-008178-9")
    with pytest.raises(ValidationError):
        check_isbn("978-92-4-008187-9")


def test_it_says_where_each_was_seen() -> None:
    for key, row in CHECKED.items():
        seen = row.get("seen", "")
        assert row["grade"] in {"A", "looked up", "identity"}, key
        assert row["grade"] != "A" or re.fullmatch(r"[A-Z]{1,2}\d{1,2}", row["fact"]), key
        assert row["grade"] != "looked up" or SEEN.search(seen), key
        assert not re.search(r"(^|\s)/|localhost|\d+\.\d+\.\d+\.\d+", seen), f"{key} names a place of ours"
        assert row.get("treats", "") in {"", "acupuncture", "dry needling", "both"}, key


def test_no_sentence_rests_on_a_paper_whose_findings_nobody_read() -> None:
    """Such a one is further reading. In shared texts it may ask for caution, which promises nothing."""
    unread = {key for key, row in CHECKED.items() if row["grade"] == "identity"}
    assert cited_by_number().keys() & unread == set()
    shared = files.shared()
    rows = [*shared["standing"], *shared["harm"], *shared["after"]]
    assert [key for row in rows for key in KEY.findall(str(row)) if key in unread] == []


def test_every_source_was_checked_on_a_day_and_says_who_wrote_it() -> None:
    for key, source in files.sources().items():
        assert source["checked_on"], key
        assert source["authors"], key
        assert source["kind"] in Source.Kind, key


# Whose proof is whose: a trial of acupuncture says nothing for dry needling, nor the other way round.


def keys_in(article: Row, text: str) -> list[str]:
    keys = {row["number"]: row["source"] for row in article["sources"]}
    return [keys[int(number)] for number in re.findall(r"\[(\d+)\]", text)]


def treated_in(key: str) -> set[str]:
    treats = CHECKED[key].get("treats", "")
    return {"acupuncture", "dry needling"} if treats == "both" else {treats} - {""}


def spoken_of(text: str) -> set[str]:
    """The treatments that `text` speaks of. An article of ours that names none means dry needling."""
    plain = re.sub(r"\bnot (acupuncture|dry needling)\b", "", text.lower())
    named = {treatment for treatment in ("acupuncture", "dry needling") if treatment in plain}
    return named or {"dry needling"}


BENEFITS = [
    pytest.param(article, row["statement"], id=f"{article['slug']}-{number}")
    for article in files.articles()
    for number, row in enumerate(article["benefits"], start=1)
]


@pytest.mark.parametrize(("article", "statement"), BENEFITS)
def test_a_benefit_rests_on_studies_of_the_treatment_it_names(article: Row, statement: str) -> None:
    keys = keys_in(article, statement)
    assert {files.sources()[key]["kind"] for key in keys} & Source.PROOF
    assert {treatment for key in keys for treatment in treated_in(key)} >= spoken_of(statement)
    assert [key for key in keys if not treated_in(key) & spoken_of(statement)] == []


def test_a_column_of_the_comparison_shows_its_own_treatment() -> None:
    for article in files.articles():
        assert (article["comparison_left"], article["comparison_right"]) == ("Dry needling", "Acupuncture")
        for row in article["comparison"]:
            for side, treatment in (("left", "dry needling"), ("right", "acupuncture")):
                for key in keys_in(article, row[side]):
                    assert treated_in(key) in [set(), {treatment}, {"acupuncture", "dry needling"}], row


def test_a_study_of_acupuncture_is_called_one() -> None:
    """Paragraph by paragraph, wherever needles are spoken of."""
    studies = {Source.Kind.TRIAL, Source.Kind.REVIEW, Source.Kind.OBSERVATIONAL}
    for article in files.articles():
        columns = [row[side] for row in article["comparison"] for side in ("left", "right")]
        for text in files.prose_of(article):
            if text in columns:
                continue
            for part in re.split(r"</(?:p|li|h2|h3)>", text):
                keys = [key for key in keys_in(article, part) if files.sources()[key]["kind"] in studies]
                if any(treated_in(key) == {"acupuncture"} for key in keys) and "needl" in part.lower():
                    assert "acupuncture" in part.lower(), part
