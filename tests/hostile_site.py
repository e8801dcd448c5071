"""A small site whose staff typed injections into every box there is.

Every text field of every model that staff edit is filled, as the models tell them, so that a new one is, too. Fields
take what their own validation lets through; rich text is stored unclean, as if the cleaning on saving had failed.
"""

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import connection, models
from django.test import RequestFactory

from blog.advice_editions import fingerprint, freeze_advice
from blog.immutable import FrozenRow
from blog.models import Article, ArticlePicture, Comparison
from blog.publishing import publish, publish_advice, sign_advice
from clinic_site.models import Clinic, Page, Picture, Synonym
from clinic_site.rich_text import RichTextField
from clinic_site.urls import PAGES as PLAIN_PAGES
from offers.consent_texts import Unchangeable
from offers.models import Offer

from . import factories as make
from .injections import TYPED
from .staff_addresses import make_rows


def edited() -> Iterator[type[models.Model]]:
    """The models whose rows a form of the staff pages writes, the rows of an article among them."""
    request = RequestFactory().get("/admin/")
    request.user = User(is_superuser=True, is_active=True)
    for model, rows in admin.site._registry.items():
        may = rows.has_add_permission(request) or rows.has_change_permission(request)
        if may and not issubclass(model, FrozenRow):
            yield model
            yield from (inline.model for inline in rows.inlines)


def passes(field: Any, text: str) -> bool:
    """By its own validators. Its length is left aside: the longest shows the most, and SQLite takes it."""
    try:
        for check in field.validators:
            if not isinstance(check, MaxLengthValidator):
                check(text)
    except ValidationError:
        return False
    return True


@cache
def hostile(field: Any) -> list[str]:
    """What of TYPED the field takes."""
    typed = [text.replace("\x00", "") for text in TYPED]  # no form lets this sign through
    return typed if isinstance(field, RichTextField) else [text for text in typed if passes(field, text)]


def takes(row: models.Model, field: Any, text: str) -> bool:
    """Whether the row's own `clean` finds no fault with `text` behind what is there. If so, it has it now."""
    old = getattr(row, field.name)
    behind = f"{old} {text}"
    # PostgreSQL takes no more than the field is meant for, nor does the phone's square with the clinic's name in it.
    longest = field.max_length if connection.vendor != "sqlite" or field.model is Clinic else None
    setattr(row, field.name, (behind if passes(field, behind) else text)[:longest])
    try:
        row.clean()
    except ValidationError as refused:
        if field.name in getattr(refused, "error_dict", {field.name}):
            setattr(row, field.name, old)
            return False
    return True


def filled(row: models.Model) -> set[str]:
    """Put it into all text fields of `row`: all at once where that is taken, else one by one. Their names."""
    done = set()
    for field in row._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField) and field.editable
        if is_text and not field.choices and field.name != "password":
            texts = hostile(field)
            if (texts and takes(row, field, "\n".join(texts))) or sum(
                takes(row, field, one) for one in texts
            ):
                done.add(f"{type(row).__name__}.{field.name}")
    with suppress(Unchangeable):  # words that somebody has agreed to
        row.save()
    return done


def rows_of(model: type[models.Model]) -> list[models.Model]:
    rows = list(model._default_manager.all())
    assert rows, f"{model.__name__} wants a row below"
    return rows


def make_hostile_site() -> User:
    """A small site with a row of everything, filled from end to end and then published."""
    make.make_clinic(email="desk@example.com", street="1 Example Street")
    owner = make.make_user("owner", is_superuser=True)
    Page.objects.bulk_create(Page(slug=slug, title=slug) for slug in PLAIN_PAGES.values())
    article = make.make_article()
    make_rows()
    Synonym.objects.create()
    make.make_consent_text(kind="news")
    ArticlePicture.objects.create(article=article, number=1, picture=Picture.objects.get())
    Comparison.objects.create(article=article, aspect="Needles", left="Thin.", right="Thin.")
    Article.objects.update(body="<h2>What it is</h2><p>[picture 1]</p><p>Pain down the leg. [1]</p>")
    Offer.objects.update(regular_fee=make.make_fee())
    names = {name for model in edited() for row in rows_of(model) for name in filled(row)}
    assert {"Article.title", "Offer.terms", "Clinic.name", "User.first_name", "ConsentText.wording"} <= names
    assert len(names) > 85
    sign_advice(by=owner, seen=fingerprint(freeze_advice()))
    publish_advice(by=owner)
    publish(Article.objects.get(), by=None)
    return owner
