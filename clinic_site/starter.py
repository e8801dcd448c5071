"""Starter content: readable files that fill an empty site, one row at a time, and touch nothing that is there.

A row is known by its slug or key. One that exists is left as it is, whoever changed it; so loading twice
doubles nothing, and what staff wrote always wins.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import models

from .models import Clinic, Page, Practitioner, Synonym

FOLDER = Path(__file__).resolve().parent / "starter"

Row = dict[str, Any]


def read(path: Path) -> Row:
    with path.open("rb") as file:
        return tomllib.load(file)


def read_all(folder: Path) -> Iterator[Row]:
    for path in sorted(folder.glob("*.toml")):
        yield read(path)


def fields_of(model: type[models.Model], row: Row) -> Row:
    """What of a file's row is a plain field of the model; lists become one item a line."""
    names = {field.name for field in model._meta.concrete_fields}
    return {
        name: "\n".join(value) if isinstance(value, list) else value
        for name, value in row.items()
        if name in names
    }


def add[Model: models.Model](model: type[Model], row: Row, key: str = "slug", **more: Any) -> Model | None:
    """A new row from a file's row, checked and sanitised; None when there is one by that key already."""
    if model._default_manager.filter(**{key: row[key]}).exists():
        return None
    new = model(**fields_of(model, row) | more)
    new.clean_fields()
    new.save()
    return new


def load() -> None:
    if not Clinic.objects.exists():
        new_clinic(read(FOLDER / "clinic.toml"))
    for position, row in enumerate(read(FOLDER / "people.toml")["person"]):
        add(Practitioner, row, position=position)
    for row in read_all(FOLDER / "pages"):
        add(Page, row)
    if not Synonym.objects.exists():
        load_synonyms("clinic.toml")
        load_synonyms("synonyms.toml")


def is_anothers() -> bool:
    """Whether the site is that of a clinic other than the first one, which may since have another name or people."""
    clinic, people = read(FOLDER / "clinic.toml"), read(FOLDER / "people.toml")["person"]
    known = Clinic.objects.filter(name=clinic["name"]).exists()
    known = known or Practitioner.objects.filter(slug__in=[row["slug"] for row in people]).exists()
    return Clinic.objects.exists() and not known


def load_for_another() -> None:
    """What a clinic other than the first one begins with: the plain pages, and what patients call things."""
    for row in read_all(FOLDER / "pages"):
        add(Page, of_another(row))
    load_synonyms("synonyms.toml")


def new_clinic(row: Row) -> Clinic:
    clinic = Clinic(**fields_of(Clinic, row))
    clinic.clean_fields(exclude=["id"])
    clinic.save()
    return clinic


def standing_sentences() -> Row:
    """What stands on every page and is true of any clinic."""
    row = read(FOLDER / "clinic.toml")
    return {name: row[name] for name in ("disclaimer", "emergency_line")}


def of_another(row: Row) -> Row:
    """A page as another clinic gets it. `lines` are pairs: how a line of the body begins, and the line instead of it.

    Raises ValueError when no line begins so: it was changed, and nobody looked here.
    """
    other = dict(row.get("another_clinic", {}))
    body = row["body"].splitlines()
    for begins, instead in other.pop("lines", []):
        (place,) = (number for number, line in enumerate(body) if line.startswith(begins))
        body[place : place + 1] = [instead] if instead else []
    return row | {"body": "\n".join(body)} | other


def load_synonyms(file: str) -> None:
    for row in read(FOLDER / file)["synonym"]:
        synonym = Synonym(**fields_of(Synonym, row))
        synonym.full_clean()
        synonym.save()
