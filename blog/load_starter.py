"""Loads blog/starter/: sources and topics, the shared advice, then each article with all its rows and first edition."""

from pathlib import Path
from typing import Any

from django.db import models, transaction

from clinic_site import facts
from clinic_site.models import Practitioner
from clinic_site.starter import Row, add, fields_of, read, read_all

from .advice_editions import fingerprint, freeze_advice
from .models import (
    AdviceEdition,
    AfterStep,
    Article,
    ArticleMuscle,
    Benefit,
    CareAdvice,
    Caution,
    Citation,
    Comparison,
    Condition,
    Harm,
    KeyPoint,
    Muscle,
    Question,
    Region,
    Source,
    StandingText,
)
from .publishing import publish, publish_advice

FOLDER = Path(__file__).resolve().parent / "starter"


def load() -> None:
    load_library()
    for row in read_all(FOLDER / "articles"):
        load_article(row)


def load_library() -> None:
    """What is true in any clinic: sources, muscles, conditions and the advice that every article prints."""
    facts.forget()  # the checks before publishing ask for the clinic that has just been loaded
    for row in read(FOLDER / "regions.toml")["region"]:
        add(Region, row)
    for file in read_all(FOLDER / "sources"):
        for row in file["source"]:
            add(Source, row, key="key")
    for file in read_all(FOLDER / "muscles"):
        for row in file["muscle"]:
            load_muscle(row)
    for row in read_all(FOLDER / "conditions"):
        load_condition(row)
    load_shared(read(FOLDER / "shared.toml"))
    public = AdviceEdition.objects.public()
    if public is None or (public.published_by_id is None and public.hash != fingerprint(freeze_advice())):
        publish_advice(by=None, change_note="Starter text.")


def load_muscle(row: Row) -> None:
    if muscle := add(Muscle, row):
        muscle.regions.set(Region.objects.filter(slug__in=row["regions"]))
        muscle.sources.set(Source.objects.filter(key__in=row["sources"]))


def load_shared(file: Row) -> None:
    """Rows without a name of their own: a kind of which there is any already is left as it is."""
    for row in file["standing"]:
        add(StandingText, row, key="place")
    kinds: dict[str, type[Caution | AfterStep | Harm]] = {
        "caution": Caution,
        "after": AfterStep,
        "harm": Harm,
    }
    for name, model in kinds.items():
        if model._default_manager.exists():
            continue
        for position, row in enumerate(file[name]):
            new = model(**fields_of(model, row), position=position)
            save(new)
            new.conditions.set(Condition.objects.filter(slug__in=row["conditions"]))


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
        "condition": Condition.objects.filter(slug=row.pop("condition")).first(),
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
