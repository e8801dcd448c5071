"""docs/data.md names every field about people, and says of each what is true."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from clinic_site.sealed import SealedTextField
from offers import forget

MAP = Path(__file__).resolve().parents[1] / "docs" / "data.md"
COLUMNS = ["field", "purpose", "class", "readers", "kept", "sealed"]


@dataclass(frozen=True)
class Row:
    purpose: str
    kind: str
    readers: str
    kept: str
    sealed: str


@cache
def rows() -> list[tuple[str, Row]]:
    lines = [line.strip("|\n ").split("|") for line in MAP.read_text().splitlines() if line.startswith("|")]
    head, _, *body = [[cell.strip() for cell in line] for line in lines]
    assert head == COLUMNS
    return [(name, Row(*rest)) for fields, *rest in body for name in re.findall(r"`(\w+\.\w+)`", fields)]


@cache
def fields() -> dict[str, models.Field[object, object]]:
    return {
        f"{model.__name__}.{field.name}": field
        for model in [*apps.get_app_config("offers").get_models(), apps.get_model("clinic_site.Testimonial")]
        for field in model._meta.concrete_fields
        if not field.primary_key or field.is_relation
    }


def words(heading: str) -> set[str]:
    """What stands in italics in the paragraph that explains a column."""
    paragraph = re.search(rf"\*\*{heading}\.\*\*(.*?)\n\n", MAP.read_text(), re.S)
    assert paragraph
    return {word.lower() for word in re.findall(r"\*([\w -]+)\*", paragraph[1])}


def test_it_names_every_field_once_and_no_other() -> None:
    told = [name for name, _ in rows()]
    missing = [f"| `{name}` |  |  |  |  | no |" for name in fields() if name not in told]
    assert missing == [], "Say in docs/data.md what these are for:\n" + "\n".join(missing)
    assert sorted(told) == sorted(fields())


@pytest.mark.parametrize(("name", "row"), rows(), ids=[name for name, _ in rows()])
def test_it_says_what_is_true(name: str, row: Row) -> None:
    assert row.sealed == ("yes" if isinstance(fields()[name], SealedTextField) else "no")
    assert row.purpose
    assert row.kind in words("Classes")
    assert row.kept in words("Kept")
    assert {reader.strip().lower() for reader in row.readers.split(",")} <= words("Readers")
    assert (row.kind == "health") == (row.sealed == "yes"), "what tells of health is sealed, and nothing else"


def test_what_goes_with_the_request_is_what_erasing_takes() -> None:
    """The other half, that nothing of it is left, is in tests/test_forget.py."""
    goes = {name for name, row in rows() if name.startswith("Lead.") and row.kept == "request"}
    assert goes == {
        f"Lead.{name}" for name in (*forget.TOLD, "token", "token_digest", "form_key", "next_contact_on")
    }
