"""Where an article, a muscle, a condition, a source or a standing text is used: what breaks when it goes.

All texts are read for it: fine for a staff page that somebody asks for, not for a form or a public page.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.text import capfirst

from clinic_site.models import Page, Practitioner

from .advice import AfterStep, Caution, Harm, StandingText
from .articles import Article, Question
from .editions import Edition
from .record_links import reference_to
from .sources import Source
from .topics import Condition, Muscle

TEXTS = ("body", "other_options", "muscles_intro", "conclusion")
SHARED: list[tuple[type[models.Model], str]] = [
    *((StandingText, "text"), (Caution, "reason"), (AfterStep, "what"), (Harm, "note"))
]
PLAIN: list[tuple[type[models.Model], str]] = [(Page, "body"), (Practitioner, "bio")]


@dataclass(frozen=True)
class Used:
    name: str
    where: str
    url: str
    is_public: bool = True  # a reader would see it go


def uses_of(row: models.Model) -> list[Used]:
    """Those that readers see come first."""
    match row:
        case Article() | Condition() | Muscle() | Practitioner():
            words = [reference_to(row), row.get_absolute_url()]
            found = [*_articles(row, words), *_texts([*SHARED[:1], *PLAIN], words)]
        case Source():
            muscles = (_used(muscle) for muscle in row.muscles.all())
            found = [*_articles(row, [f'"key": "{row.key}"']), *muscles, *_texts(SHARED, [f"[{row.key}]"])]
        case StandingText():
            live = Edition.objects.live().count()
            url = reverse("admin:blog_article_changelist")
            found = [Used("Every article", f"{live} public now", url, live > 0)]
        case _:
            found = []
    return sorted(found, key=lambda used: (not used.is_public, used.name))


def public_uses_of(row: models.Model) -> list[Used]:
    return [used for used in uses_of(row) if used.is_public]


def _articles(row: Any, words: list[str]) -> Iterator[Used]:
    """`words` are how an edition's content, or a text, speaks of `row`."""
    drafts = Article.objects.filter(_in_working_copy(row, words))
    editions = Edition.objects.live().select_related(None)
    whole = editions.annotate(whole=Cast("content", models.TextField())).filter(
        _holds("whole", words) | _by_row(row)
    )
    titles = dict(whole.values_list("article_id", "title"))
    public = set(titles)
    copies = dict(drafts.values_list("pk", "title"))
    for pk, title in (titles | copies).items():
        if isinstance(row, Article) and row.pk == pk:
            continue
        if pk not in public:
            where = "Article; in the working copy alone"
        else:
            where = "Article" if pk in copies else "Article; on the public page, not in the working copy"
        yield Used(title, where, reverse("admin:blog_article_change", args=[pk]), pk in public)


def _in_working_copy(row: Any, words: list[str]) -> models.Q:
    match row:
        case Source():
            return models.Q(pk__in=row.citations.values("article"))
        case Muscle():
            by_row = models.Q(pk__in=row.article_rows.values("article"))
        case Condition():
            by_row = models.Q(condition=row)
        case _:
            by_row = models.Q(pk=None)
    answers = Question.objects.filter(_holds("answer", words)).values("article")
    in_texts = [_holds(name, words) for name in TEXTS]
    return models.Q(by_row, models.Q(pk__in=answers), *in_texts, _connector=models.Q.OR)


def _by_row(row: Any) -> models.Q:
    match row:
        case Muscle():
            through = Edition.muscles.through._default_manager.filter(muscle_id=row.pk)
            return models.Q(pk__in=through.values("edition_id"))
        case Condition():
            return models.Q(condition=row)
    return models.Q(pk=None)


def _holds(name: str, words: Iterable[str]) -> models.Q:
    return models.Q.create([(f"{name}__contains", one) for one in words], connector=models.Q.OR)


def _texts(fields: Iterable[tuple[type[models.Model], str]], words: list[str]) -> Iterator[Used]:
    for model, name in fields:
        yield from map(_used, model._default_manager.filter(_holds(name, words)))


def _used(row: models.Model) -> Used:
    url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return Used(str(row), capfirst(str(row._meta.verbose_name)), url)
