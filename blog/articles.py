"""The working copy of an article, in ordered rows. Nothing here is public: see editions.py."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from clinic_site import search_index
from clinic_site.changes import PageChange
from clinic_site.models import Practitioner
from clinic_site.rich_text import RichTextField

from .sources import Source
from .topics import Condition, Muscle, Region

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MARKER_HELP = "[1] stands for source 1 of the list below."


class ArticleQuerySet(models.QuerySet["Article"]):
    def with_everything(self) -> "ArticleQuerySet":
        """For whoever prints a whole article: one query for each kind of row."""
        rows = ("key_points", "benefits", "comparisons", "questions", "regions", "unlinked_muscles")
        return self.select_related("condition", "author", "reviewer").prefetch_related(
            *rows, "muscle_rows__muscle", "picture_rows__picture", "citations__source", "condition__regions"
        )

    def withdrawn(self) -> "ArticleQuerySet":
        return self.filter(withdrawn_at__isnull=False)


class Article(models.Model):
    title = models.CharField(max_length=120)
    slug = models.SlugField(
        "address",
        unique=True,
        max_length=80,
        help_text="The last part of the page's address. Keep it once the page is public.",
    )
    standfirst = models.TextField(blank=True, default="", help_text="Two sentences under the title.")
    condition = models.ForeignKey(
        Condition, null=True, blank=True, on_delete=models.PROTECT, related_name="articles"
    )
    regions = models.ManyToManyField(Region, blank=True, related_name="articles")
    body = RichTextField(blank=True, default="", help_text=MARKER_HELP)
    other_options = RichTextField(
        blank=True,
        default="",
        help_text=f"What else helps, what may suit better, and when needles are not the first choice. {MARKER_HELP}",
    )
    muscles_intro = RichTextField(
        "what the muscles have to do with it", blank=True, default="", help_text=MARKER_HELP
    )
    unlinked_muscles = models.ManyToManyField(
        Muscle,
        blank=True,
        related_name="+",
        verbose_name="names that stay plain",
        help_text="The first mention of a muscle links to the library by itself, but not of these.",
    )
    comparison_left = models.CharField("left column", max_length=60, blank=True, default="Dry needling")
    comparison_right = models.CharField("right column", max_length=60, blank=True, default="Acupuncture")
    conclusion = RichTextField(blank=True, default="", help_text=MARKER_HELP)
    search_title = models.CharField(
        "title in search results", max_length=70, blank=True, default="", help_text="Empty: the title."
    )
    description = models.CharField(
        "description in search results",
        max_length=170,
        blank=True,
        default="",
        help_text="Empty: standfirst.",
    )
    author = models.ForeignKey(
        Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="articles"
    )
    reviewer = models.ForeignKey(
        Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="reviewed_articles"
    )
    reviewed_on = models.DateField(
        null=True, blank=True, help_text="When the whole text was last held against the evidence."
    )
    next_review_on = models.DateField(null=True, blank=True, help_text="A year later, as a rule.")
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    changed_at = models.DateTimeField("last changed", auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL
    )
    writers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, editable=False, related_name="+"
    )  # all who changed the working copy since it was last published

    version = models.PositiveIntegerField(default=0, editable=False)  # counts saves: see admin_writing.py

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        indexes = [
            models.Index(fields=["title"], name="article_title"),
            models.Index(fields=["changed_at"], name="article_changed"),
            models.Index(
                fields=["withdrawn_at"],
                name="article_withdrawn",
                condition=models.Q(withdrawn_at__isnull=False),
            ),
        ]
        permissions = [
            ("publish_article", "Can publish and withdraw articles"),
            ("sign_article", "Can sign off articles and let a claim stand"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A form that was opened before is told of it; withdrawing changes nothing that is on the form."""
        if kwargs.get("update_fields") is None:
            self.version += 1
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])

    @property
    def last_number(self) -> int:
        """Of its editions, whether or not they are public; 0: it was never published."""
        return self.editions.aggregate(last=models.Max("number"))["last"] or 0

    def note_writer(self, by: "User") -> None:
        """`by` has changed the working copy."""
        self.changed_by = by
        Article.objects.filter(pk=self.pk).update(changed_by=by)
        self.writers.add(by)

    def withdraw(self) -> None:
        """Take the article off the site; its address answers 410 until an edition is published again.

        What waits for its hour has none any more.
        """
        with transaction.atomic():
            self.editions.call_off()
            self.withdrawn_at = timezone.now()
            self.save(update_fields=["withdrawn_at"])
            search_index.drop_group(f"article:{self.pk}")
            PageChange.objects.note()


class Row(models.Model):
    """One of an article's ordered rows."""

    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class KeyPoint(Row):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="key_points")
    text = models.TextField(help_text=MARKER_HELP)

    def __str__(self) -> str:
        return self.text[:60]


class ArticleMuscle(Row):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="muscle_rows")
    muscle = models.ForeignKey(Muscle, on_delete=models.PROTECT, related_name="article_rows")
    note = models.TextField("what it has to do with this pain", help_text=MARKER_HELP)

    class Meta(Row.Meta):
        verbose_name = "muscle"
        constraints = [
            models.UniqueConstraint(fields=["article", "muscle"], name="muscle_once_in_an_article")
        ]

    def __str__(self) -> str:
        return str(self.muscle)


class Benefit(Row):
    """One statement of what a treatment may do. It cannot be published without a source that tested it."""

    class Certainty(models.TextChoices):
        # GRADE's four levels, in the words that the whole site uses for them.
        HIGH = "high", "High: we can rely on this"
        MODERATE = "moderate", "Moderate: probably true"
        LOW = "low", "Low: may be true, more study could change it"
        VERY_LOW = "very_low", "Very low: we do not know"

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="benefits")
    statement = models.TextField(help_text=f"Say what it was compared with. {MARKER_HELP}")
    certainty = models.CharField("how sure we are", max_length=8, choices=Certainty)

    class Meta(Row.Meta):
        verbose_name = "statement of benefit"
        verbose_name_plural = "statements of benefit"

    def __str__(self) -> str:
        return self.statement[:60]


class Comparison(Row):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="comparisons")
    aspect = models.CharField(max_length=80)
    left = models.TextField(help_text=MARKER_HELP)
    right = models.TextField(help_text=MARKER_HELP)

    class Meta(Row.Meta):
        verbose_name = "comparison row"

    def __str__(self) -> str:
        return self.aspect


class Question(Row):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="questions")
    question = models.CharField(max_length=160)
    anchor = models.SlugField("address on the page", max_length=60, help_text="For example: does-it-help.")
    answer = RichTextField(help_text=MARKER_HELP)

    class Meta(Row.Meta):
        constraints = [models.UniqueConstraint(fields=["article", "anchor"], name="question_address_once")]

    def __str__(self) -> str:
        return self.question


class Citation(models.Model):
    """A source in an article's list. Its number is typed, so moving rows never renumbers the text."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="citations")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations")
    number = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Empty: further reading, without a marker in the text."
    )

    class Meta:
        ordering = [models.F("number").asc(nulls_last=True), "pk"]
        verbose_name = "source"
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="source_number_once"),
            models.UniqueConstraint(fields=["article", "source"], name="source_once_in_an_article"),
        ]

    def __str__(self) -> str:
        return f"{self.number or 'Further reading'}: {self.source}"
