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
        clinic = Clinic(**fields_of(Clinic, read(FOLDER / "clinic.toml")))
        clinic.clean_fields(exclude=["id"])
        clinic.save()
    for position, row in enumerate(read(FOLDER / "people.toml")["person"]):
        add(Practitioner, row, position=position)
    for row in read_all(FOLDER / "pages"):
        add(Page, row)
    if not Synonym.objects.exists():
        for row in read(FOLDER / "synonyms.toml")["synonym"]:
            synonym = Synonym(**fields_of(Synonym, row))
            synonym.full_clean()
            synonym.save()
