"""The starter content as it stands in its files, for tests that ask no database."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from blog.load_starter import FOLDER as BLOG
from clinic_site.starter import FOLDER as CLINIC
from clinic_site.starter import Row, read, read_all
from offers.load_starter import FOLDER as OFFERS

# What a reader never sees, or sees as a link: names of rows, addresses, choices, numbers, dates.
NOT_TEXT = {
    *(
        "slug",
        "key",
        "kind",
        "level",
        "place",
        "shape",
        "anchor",
        "certainty",
        "source",
        "regions",
        "conditions",
    ),
    *("sources", "condition", "author", "reviewer", "further_reading", "time_zone", "phone", "text_number"),
    *("email", "license_url", "amount"),
}


@cache
def articles() -> list[Row]:
    return list(read_all(BLOG / "articles"))


@cache
def sources() -> dict[str, Row]:
    """By their keys, checked to be different."""
    rows = [row for file in read_all(BLOG / "sources") for row in file["source"]]
    assert len({row["key"] for row in rows}) == len(rows)
    return {row["key"]: row for row in rows}


@cache
def muscles() -> list[Row]:
    return [row for file in read_all(BLOG / "muscles") for row in file["muscle"]]


@cache
def shared() -> Row:
    return read(BLOG / "shared.toml")


def texts() -> Iterator[tuple[str, str]]:
    """Everything that is shown to somebody, but for the references: where it stands, and the text."""
    for folder in (BLOG, CLINIC, OFFERS):
        for path in sorted(folder.rglob("*.toml")):
            if path.parent.name != "sources":
                for where, text in _texts_in(read(path)):
                    yield f"{path.stem}{where}", text


def prose_of(article: Row) -> Iterator[str]:
    """What patients read of an article, in the order of the page, but for titles and sources."""
    yield article["standfirst"]
    yield from article["key_points"]
    yield from (article["body"], article["other_options"])
    yield from (row["statement"] for row in article["benefits"])
    yield article["muscles_intro"]
    yield from (row["note"] for row in article.get("muscles", []))
    yield from (row[side] for row in article["comparison"] for side in ("left", "right"))
    yield article["conclusion"]
    yield from (row[part] for row in article["questions"] for part in ("question", "answer"))


def _texts_in(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _texts_in(part, f"{where}[{place}]")
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in NOT_TEXT:
                yield from _texts_in(part, f"{where}.{name}")
