"""What is slow to count of an article's text: counted once for each text, not on each look at the board."""

import hashlib
from collections.abc import Iterable
from functools import cache

from django.db import models

from .articles import Article
from .checks import typed_texts
from .claim_words import FILE, claims_in
from .editions import Edition
from .links import HREF
from .readability import prose_of, reading_of

AT_ONCE = 50  # texts held in memory, and counted while somebody waits
MOST_IN_A_RUN = 500  # of the chore


class TextCountQuerySet(models.QuerySet["TextCount"]):
    def stale(self) -> list[int]:
        """Public articles whose text was not counted as it is now."""
        fresh = self.filter(
            article=models.OuterRef("pk"), text_of=models.OuterRef("changed_at"), rules=rules()
        )
        live = Edition.objects.live().filter(article=models.OuterRef("pk"))
        stale = Article.objects.filter(~models.Exists(fresh), models.Exists(live)).order_by()
        return list(stale.values_list("pk", flat=True))

    def keep(self, numbers: Iterable[int]) -> None:
        """Count these articles and keep what was found in the place of what was kept before."""
        numbers = list(numbers)
        for start in range(0, len(numbers), AT_ONCE):
            self.bulk_create(
                count(numbers[start : start + AT_ONCE]),
                update_conflicts=True,
                unique_fields=["article"],
                update_fields=["text_of", "rules", "grade", "wording", "claims", "links"],
            )


class TextCount(models.Model):
    """Of the working copy, as the editing page counts it."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="text_count")
    text_of = models.DateTimeField(help_text="Article.changed_at of what was counted.")
    rules = models.CharField(max_length=16, help_text="Which claim words were looked for.")
    grade = models.FloatField(null=True, help_text="Empty: there is no text.")
    wording = models.JSONField(default=list, help_text="Reading.warnings.")
    claims = models.JSONField(default=list, help_text="Finding.key of each claim.")
    links = models.JSONField(default=list, help_text="Off the site.")

    objects = TextCountQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Article {self.article_id}, as of {self.text_of:%Y-%m-%d %H:%M} UTC"


@cache
def rules() -> str:
    return hashlib.sha256(FILE.read_bytes()).hexdigest()[:16]


def count(numbers: Iterable[int]) -> list[TextCount]:
    """Not stored."""
    found = []
    for article in Article.objects.with_everything().filter(pk__in=numbers):
        prose = list(prose_of(article))
        reading = reading_of(prose)
        links = {url for text in prose for url in HREF.findall(text) if url.startswith("http")}
        found.append(
            TextCount(
                article=article,
                text_of=article.changed_at,
                rules=rules(),
                grade=reading.grade if reading else None,
                wording=reading.warnings() if reading else [],
                claims=sorted(
                    {claim.key for where, text in typed_texts(article) for claim in claims_in(where, text)}
                ),
                links=sorted(links),
            )
        )
    return found


def count_stale() -> int:
    """A chore. How many were counted; what is left is counted in the next run."""
    stale = TextCount.objects.stale()[:MOST_IN_A_RUN]
    TextCount.objects.keep(stale)
    return len(stale)
