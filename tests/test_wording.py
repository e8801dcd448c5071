"""The house rules of every text that the site starts with: what it may not say, and how it is spelled."""

import re

import pytest
from django.utils.html import strip_tags

from blog.readability import sentences_of
from blog.rendering import MARKERS
from clinic_site.rich_text import as_lines

from . import starter_files as files

TEXTS = [(where, line) for where, text in files.texts() for line in as_lines(text)]
NEGATED = re.compile(r"\b(no|not|nobody|nothing|never|cannot|without)\b")

# What no text may say; see also test_starter.py, which reads what is public.
CLAIMS = re.compile(
    r"\bcures?\b|\bheals\b|\bhealing (power|energy)|\bguarantee|\bimmediate(ly)? relief|\binstant|\broot cause"
    r"|\bpainless|\bmiracle|\bproven\b"
    r"|\b(completely|totally|perfectly|100 ?%) safe|\bsafe and effective|\brisk-free|\bno side effects"
    r"|\bthe (best|leading|most effective)\b|\b(fast|quick) results|\bclinically\b|\bdetox|\btoxins?\b|\bbreakthrough",
    re.IGNORECASE,
)
AMOUNTS = re.compile(r"[$€£]\s?\d|\b\d[\d,.]*\s?(dollars?|USD)\b", re.IGNORECASE)
PHONES = re.compile(r"(?<!\d)(\+?1[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)|\+\d{8,}")
BRITISH = re.compile(
    r"\b(\w*[a-z](isation|ising|ised|yse|ysed|ysing)|\w*(colour|favour|neighbour|labour|behaviour|humour|rumour)\w*"
    r"|(centre|fibre|litre|metre|theatre|calibre)s?|programmes?|practise\w*|licence\w*|judgement|grey|whilst|amongst"
    r"|(label|travel|cancel|counsel|model)l(ed|ing)|\w*aem(ia|ic)|\w*oedema|haem\w+|paediatric\w*|orthopaedic\w*"
    r"|anaesth\w*|physiotherap\w+|paracetamol|plaster|chemist|GP|A&E|999|mum|trousers|trainers)\b"
)
SAME_IN_AMERICA = {
    *("advised", "advertised", "advertising", "bruised", "exercise", "exercised", "exercising", "promised"),
    *("raised", "raising", "rising", "supervised", "surprised"),
}
MISSPELT = re.compile(
    r"\b(occured|seperate|definately|recieve|accomodate|untill|wich|teh|sciatic[ao]l|siatica|piriformus|fascitis|needeling)\b",
    re.IGNORECASE,
)


def found(pattern: re.Pattern[str]) -> list[str]:
    return [f"{where}: {hit[0]}" for where, line in TEXTS for hit in pattern.finditer(line)]


def test_there_is_something_to_hold_to_the_rules() -> None:
    assert len(TEXTS) > 1000
    stems = {where.split(".")[0].split("[")[0] for where, _ in TEXTS}
    assert {
        "tennis-elbow",
        "sciatica",
        "back",
        "shared",
        "privacy",
        "clinic",
        "people",
        "new-patient",
    } <= stems


def test_nothing_is_promised() -> None:
    assert found(CLAIMS) == []


def test_safe_is_never_said_of_a_treatment() -> None:
    said = [
        line for _, text in files.texts() for line in sentences_of(text) if re.search(r"\bsafe(ly)?\b", line)
    ]
    assert [line for line in said if not NEGATED.search(line)] == []


@pytest.mark.parametrize("pattern", [AMOUNTS, PHONES], ids=["amounts", "phone numbers"])
def test_no_number_is_typed_that_has_a_row_of_its_own(pattern: re.Pattern[str]) -> None:
    assert found(pattern) == []


def test_it_is_spelled_as_in_america() -> None:
    assert [hit for hit in found(BRITISH) if hit.split(": ")[-1].lower() not in SAME_IN_AMERICA] == []
    assert found(MISSPELT) == []


def test_percentages_are_told_as_so_many_in_100() -> None:
    assert (
        found(
            re.compile(
                r"\d\s?%|\bper ?cent\b|\bpercent\b|\b\w+ times (more|less) likely\b|\bodds\b|\brelative risk\b"
            )
        )
        == []
    )


def test_quotes_are_typographic_and_apostrophes_straight() -> None:
    assert found(re.compile(r'"|[‘’`´]')) == []
    assert [where for where, line in TEXTS if line.count("“") != line.count("”")] == []


def test_spaces_and_dashes_are_single() -> None:
    raw = [(where, line) for where, text in files.texts() for line in text.splitlines()]
    assert [where for where, line in raw if re.search(r"\S {2,}| $|\u00a0|\t", line)] == []
    assert found(re.compile(r" [,.;:?!)]|\( |[,;](?=[A-Za-z])|--|—|\.\.\.")) == []


def test_a_sentence_ends_before_its_marker_or_after_it_never_twice() -> None:
    assert found(re.compile(r"\.\s*(\[[\w-]+\]\s*)+\.|\.\.|\?\?|!")) == []


HOW_SURE = {
    "high certainty": "we can rely on this",
    "moderate certainty": "probably true",
    "very low certainty": "we do not know",
}


@pytest.mark.parametrize("article", files.articles(), ids=lambda article: article["slug"])
def test_terms_are_explained_where_they_are_first_used(article: dict[str, str]) -> None:
    prose = [strip_tags(MARKERS.sub("", text)).lower() for text in files.prose_of(article)]
    whole = re.sub(r"(?<!very )\blow certainty", "some certainty", " ".join(prose))
    if "sham" in whole:
        assert "(pretend)" in whole[whole.index("sham") :][:40]
    for term, words in HOW_SURE.items():
        if term in whole:
            place = whole.index(term)
            assert words in whole[max(0, place - 90) : place + 90], term
