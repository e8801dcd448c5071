"""Loads blog/starter/: topics and sources first, then each article with all its rows, then its first edition."""

from pathlib import Path
from typing import Any

from django.db import models, transaction

from clinic_site import facts
from clinic_site.models import Practitioner
from clinic_site.starter import Row, add, fields_of, read, read_all

from .models import (
    Aftercare,
    Article,
    ArticleMuscle,
    Benefit,
    CareAdvice,
    Citation,
    Comparison,
    Condition,
    KeyPoint,
    Muscle,
    Question,
    Region,
    Source,
)
from .publishing import publish

FOLDER = Path(__file__).resolve().parent / "starter"


def load() -> None:
    facts.forget()  # the checks before publishing ask for the clinic that has just been loaded
    for row in read(FOLDER / "regions.toml")["region"]:
        add(Region, row)
    for file in read_all(FOLDER / "muscles"):
        for row in file["muscle"]:
            if muscle := add(Muscle, row):
                muscle.regions.set(Region.objects.filter(slug__in=row["regions"]))
    for file in read_all(FOLDER / "sources"):
        for row in file["source"]:
            add(Source, row, key="key")
    for row in read_all(FOLDER / "conditions"):
        load_condition(row)
    for row in read_all(FOLDER / "articles"):
        load_article(row)


@transaction.atomic
def load_condition(row: Row) -> None:
    condition = add(Condition, row)
    if condition is None:
        return
    condition.regions.set(Region.objects.filter(slug__in=row["regions"]))
    for care in row["care"]:
        save(CareAdvice(condition=condition, **fields_of(CareAdvice, care)))


@transaction.atomic
def load_article(row: Row) -> None:
    """One article with all its rows, published as its unsigned first edition."""
    known = {
        "condition": Condition.objects.get(slug=row.pop("condition")),
        "author": Practitioner.objects.get(slug=row.pop("author")),
        "reviewer": Practitioner.objects.get(slug=row.pop("reviewer")),
    }
    article = add(Article, row, "slug", **known)
    if article is None:
        return
    article.regions.set(Region.objects.filter(slug__in=row["regions"]))
    for position, text in enumerate(row["key_points"]):
        save(KeyPoint(article=article, position=position, text=text))
    kinds: dict[str, type[models.Model]] = {
        "benefits": Benefit,
        "comparison": Comparison,
        "aftercare": Aftercare,
        "questions": Question,
    }
    for name, model in kinds.items():
        for position, part in enumerate(row.get(name, [])):
            save(model(article=article, position=position, **part))
    for position, part in enumerate(row.get("muscles", [])):
        muscle = Muscle.objects.get(slug=part["slug"])
        save(ArticleMuscle(article=article, position=position, muscle=muscle, note=part["note"]))
    load_citations(article, row)
    publish(article, by=None, change_note=row["change_note"])


def load_citations(article: Article, row: Row) -> None:
    for part in row["sources"]:
        source = Source.objects.get(key=part["source"])
        save(Citation(article=article, number=part["number"], source=source))
    for key in row.get("further_reading", []):
        save(Citation(article=article, source=Source.objects.get(key=key)))


def save(new: Any) -> None:
    """Checked and sanitised like anything from a form."""
    new.clean_fields()
    new.save()
