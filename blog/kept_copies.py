"""Working copies as they were typed: one with each edition, and one of whatever a restore replaced.

An edition holds what readers see, with its markers made links; only what was typed can be gone on with.
"""

import json
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from .articles import Article
from .editions import Edition

# What belongs to the article and not to its text.
NOT_TYPED = {"id", "slug", "withdrawn_at", "changed_at", "changed_by_id", "version"}
ROWS = [
    *("key_points", "picture_rows", "benefits", "muscle_rows", "comparisons", "questions", "citations"),
]
MANY = ["regions", "unlinked_muscles"]

Typed = dict[str, Any]


def typed_in(article: Article) -> Typed:
    """As JSON has it; rows that are pointed to by their keys. `article` comes from `with_everything()`."""
    typed = {
        "fields": _values(article, NOT_TYPED),
        "rows": {
            name: [_values(row, {"id", "article_id"}) for row in getattr(article, name).all()]
            for name in ROWS
        },
        "many": {name: sorted(row.pk for row in getattr(article, name).all()) for name in MANY},
    }
    told: Typed = json.loads(json.dumps(typed, cls=DjangoJSONEncoder))
    return told


def _values(row: models.Model, but: set[str]) -> Typed:
    fields = [field for field in row._meta.concrete_fields if field.attname not in but]
    return {field.attname: field.value_from_object(row) for field in fields}


class KeptCopyQuerySet(models.QuerySet["KeptCopy"]):
    def keep(self, article: Article, *, by: Any = None, edition: Edition | None = None) -> "KeptCopy":
        """`article` comes from `with_everything()`."""
        return self.create(article=article, edition=edition, kept_by=by, typed=typed_in(article))


class KeptCopy(models.Model):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="kept_copies")
    edition = models.OneToOneField(
        Edition, null=True, on_delete=models.PROTECT, related_name="kept_copy"
    )  # None: it was replaced by a restore
    typed = models.JSONField()
    kept_at = models.DateTimeField(default=timezone.now)
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = KeptCopyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()
        verbose_name_plural = "kept copies"

    def __str__(self) -> str:
        return (
            f"Edition {self.edition.number}" if self.edition else f"Kept at {self.kept_at:%Y-%m-%d %H:%M} UTC"
        )

    @transaction.atomic
    def restore(self, *, by: Any) -> list[str]:
        """Make it the working copy; what was there is kept. Returns what is gone since and was left out."""
        Article.objects.select_for_update().get(pk=self.article_id)
        article = Article.objects.with_everything().get(pk=self.article_id)
        KeptCopy.objects.keep(article, by=by)
        gone: list[str] = []
        _put(article, self.typed["fields"], gone)
        article.save()
        article.note_writer(by)
        for name in ROWS:
            kept = getattr(article, name)
            kept.all().delete()
            for values in self.typed["rows"].get(name, []):
                row = kept.model(article=article)
                if _put(row, values, gone):
                    row.save(force_insert=True)
        for name in MANY:
            many = getattr(article, name)
            many.set(many.model.objects.filter(pk__in=self.typed["many"].get(name, [])))
        return gone


def _put(row: models.Model, values: Typed, gone: list[str]) -> bool:
    """Whether `row` now has all of `values`. What they point to and is no more is added to `gone`."""
    whole = True
    for field in row._meta.concrete_fields:
        if field.attname not in values:
            continue
        value = field.to_python(values[field.attname])
        model = field.related_model
        if (
            value is not None
            and isinstance(model, type)
            and not model._default_manager.filter(pk=value).exists()
        ):
            gone.append(str(field.verbose_name))
            value, whole = None, False
        setattr(row, field.attname, value)
    return whole
