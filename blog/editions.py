"""An edition is what the public sees: an article's text, frozen when somebody publishes it.

"Live" is the newest edition whose visible-from has passed, of an article that is not withdrawn. It is decided
when a page is read, here and nowhere else; so publishing for later needs no job, and a draft of a live page
is simply the working copy. An edition that was called off before its hour does not count.
"""

import datetime as dt
import hashlib
import json

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from clinic_site.changes import PublicQuerySet
from clinic_site.models import Practitioner
from clinic_site.rich_text import as_lines, headings
from clinic_site.search_index import SearchText, Weight

from .advice_editions import AdviceEdition
from .articles import Article
from .frozen import Content, freeze, words_of
from .immutable import FrozenQuerySet, FrozenRow
from .review_dates import ReviewDates
from .sign_offs import SignOff
from .topics import Condition, Muscle, Region

# What `live()` asks of an edition, at the end of an index that begins with what else is asked.
LIVE = ["visible_from", "called_off_at", "article", "number"]
MOST_CHANGES = 5  # earlier change notes on a page


class EditionQuerySet(FrozenQuerySet["Edition"]):
    def live(self) -> "EditionQuerySet":
        """The one definition of public."""
        now = timezone.now()
        newer = _newer().filter(visible_from__lte=now)
        return self.filter(
            ~models.Exists(newer), _not_withdrawn(), visible_from__lte=now, called_off_at=None
        ).select_related("author__portrait", "reviewer")

    def with_an_hour(self) -> "EditionQuerySet":
        """Neither called off nor overtaken, before its hour, by a later edition."""
        overtaken = _newer().filter(visible_from__lte=models.OuterRef("visible_from"))
        return self.filter(~models.Exists(overtaken), called_off_at=None)

    def coming(self) -> "EditionQuerySet":
        """What the public will see without anybody doing anything."""
        return self.with_an_hour().filter(_not_withdrawn(), visible_from__gt=timezone.now())

    def call_off(self) -> int:
        """What of these waits for its hour will not have it: the one thing that ever changes in an edition."""
        waiting = self.filter(visible_from__gt=timezone.now(), called_off_at=None)
        return PublicQuerySet.update(waiting, called_off_at=timezone.now())

    def live_or_coming(self) -> "EditionQuerySet":
        live = models.Q(pk__in=Edition.objects.live().select_related(None).values("pk"))
        return self.filter(live | models.Q(pk__in=Edition.objects.coming().values("pk")))

    def newest_first(self) -> "EditionQuerySet":
        return self.order_by("-first_visible_from", "title")


def _newer() -> EditionQuerySet:
    """For a subquery: later editions of the same article that count."""
    return Edition.objects.filter(
        article=models.OuterRef("article"), number__gt=models.OuterRef("number"), called_off_at=None
    )


def _not_withdrawn() -> models.Q:
    """From the short list of those that are, which an index has: SQLite would fetch each article with its texts."""
    return ~models.Q(article__in=Article.objects.withdrawn().values("pk"))


class Edition(ReviewDates, FrozenRow):
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=120)
    standfirst = models.TextField()
    content = models.JSONField()
    words = models.TextField()
    condition = models.ForeignKey(
        Condition, null=True, on_delete=models.PROTECT, related_name="editions"
    )  # None: an article about no condition
    regions = models.ManyToManyField(Region, related_name="editions")
    muscles = models.ManyToManyField(Muscle, related_name="editions")
    author = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="editions")
    reviewer = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="reviewed_editions")
    reviewed_on = models.DateField()
    next_review_on = models.DateField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(default=timezone.now)
    visible_from = models.DateTimeField()
    first_visible_from = models.DateTimeField()
    called_off_at = models.DateTimeField(null=True)
    text_from = models.DateTimeField(null=True)  # where an earlier edition had the same text: since when
    change_note = models.CharField(max_length=200, blank=True, default="")
    earlier_changes = models.JSONField(default=list)
    hash = models.CharField(max_length=64)
    sign_off = models.ForeignKey(
        SignOff, null=True, on_delete=models.PROTECT, related_name="editions"
    )  # None: starter content, or published before sign-offs were kept
    overruled = models.JSONField(default=list)  # warnings that were let stand, see overrulings.py

    objects = EditionQuerySet.as_manager()  # type: ignore[misc]  # narrower than a row's

    search_kind = "Article"

    class Meta:
        ordering = ["article", "-number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="edition_number_once")]
        indexes = [
            models.Index(fields=["slug", "visible_from"]),
            models.Index(fields=["-first_visible_from", "title"]),
            # What is counted and put in order is in an index: SQLite walks through all the text of a row for it.
            models.Index(
                fields=[
                    *("article", "number", "visible_from", "called_off_at"),
                    *("next_review_on", "published_by", "title"),
                ],
                name="edition_in_short",
            ),
            models.Index(fields=["next_review_on", *LIVE], name="edition_due"),
            models.Index(fields=["published_by", *LIVE], name="edition_signed"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, edition {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])

    @classmethod
    def draft_of(cls, article: Article) -> "Edition":
        """The edition that publishing `article` now would make, not stored: the preview shows this."""
        now = timezone.now()
        content = freeze(article)
        content.pop("unknown_markers")
        today = timezone.localdate()
        edition = cls(
            article=article,
            number=0,
            slug=article.slug,
            title=article.title,
            standfirst=article.standfirst,
            content=json.loads(json.dumps(content)),
            words=words_of(content),
            condition=article.condition,
            author=article.author,
            reviewer=article.reviewer,
            reviewed_on=article.reviewed_on or today,
            next_review_on=article.next_review_on or today,
            visible_from=now,
            first_visible_from=now,
        )
        edition.hash = edition.fingerprint()
        return edition

    def fingerprint(self) -> str:
        """SHA-256 of all that was signed: the content, who stands for it, and the review dates."""
        signed: Content = {
            "content": self.content,
            "author": self.author_id,
            "reviewer": self.reviewer_id,
            "reviewed_on": self.reviewed_on.isoformat(),
            "next_review_on": self.next_review_on.isoformat(),
        }
        return hashlib.sha256(json.dumps(signed, sort_keys=True).encode()).hexdigest()

    def changed_at(self, advice: AdviceEdition | None) -> dt.datetime:
        """When what its page prints last changed: its own text, or the advice for its condition."""
        slug = (self.content["condition"] or {}).get("slug", "")
        own = self.text_from or self.visible_from
        return max(own, advice.changed_at(slug)) if advice else own

    def changes_pages_at(self) -> list[dt.datetime]:
        return [self.visible_from]

    def search_text(self) -> SearchText | None:
        """The rest of the article's editions is over once this one is public."""
        if self.called_off_at:
            return None
        content = self.content
        names = [row["name"] for row in content["muscles"]]
        questions = [row["question"] for row in content["questions"]]
        parts = [
            (Weight.NAME, self.title),
            (Weight.ALIAS, (content["condition"] or {}).get("name", "")),
            (Weight.LEAD, f"{self.standfirst} {content['description']}"),
            (Weight.HEADING, " ".join([*headings(content["body_html"]), *names, *questions])),
            (Weight.NOTE, " ".join(line for point in content["key_points"] for line in as_lines(point))),
            (Weight.BODY, self.words),
        ]
        is_public = self.visible_from <= timezone.now()
        return SearchText(self.title, parts, group=f"article:{self.article_id}", supersedes=is_public)

    def search_line(self) -> str:
        return self.standfirst

    @classmethod
    def to_index(cls) -> models.QuerySet["Edition"]:
        return cls.objects.live_or_coming().order_by("article", "number")

    @classmethod
    def to_show(cls) -> models.QuerySet["Edition"]:
        return cls.objects.live().select_related(None).defer("content", "words")

    @property
    def signed_off(self) -> bool:
        """False for starter content that no person of the clinic has published yet."""
        return self.published_by_id is not None


def changes_so_far(article: Article, at: dt.datetime) -> list[Content]:
    """What the editions that are public before `at` say is new in them, the latest first."""
    public = article.editions.with_an_hour().filter(visible_from__lt=at)
    told = public.exclude(change_note="").order_by("-number")[:MOST_CHANGES]
    return [
        {"on": timezone.localdate(row.visible_from).isoformat(), "note": row.change_note}
        for row in told.only("visible_from", "change_note")
    ]
