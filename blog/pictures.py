"""Pictures in an article's text. A line [picture 1] stands for picture 1 of the article, as [1] does for a source."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.html import strip_tags

from clinic_site.models import Picture

from .articles import Article
from .rendering import Citations

# What the editor makes of a marker on a line of its own, in clean HTML.
LINE = re.compile(r"<p>\s*\[picture(?:\s|&nbsp;)*(\d{1,2})\](?:\s|&nbsp;|<br ?/?>)*</p>", re.IGNORECASE)
MARKER = re.compile(r"\[picture\b[^\]]*\]", re.IGNORECASE)
# What an edition keeps of a picture: its files never change under their address, so this is all of it.
KEPT = ("stem", "suffix", "width", "height", "widths", "alt", "credit")


class ArticlePicture(models.Model):
    """A picture in an article's list. Its number is typed, so moving lines never renumbers the text."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="picture_rows")
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="article_rows")
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(99)])
    caption = models.CharField(
        max_length=300, blank=True, default="", help_text="Stands under it. [1] stands for source 1."
    )

    class Meta:
        ordering = ["number", "pk"]
        verbose_name = "picture"
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="picture_number_once")]

    def __str__(self) -> str:
        return f"[picture {self.number}] of {self.article}"


def freeze_pictures(article: Article, citations: Citations) -> list[dict[str, Any]]:
    """`article` comes from `with_everything()`."""
    return [
        {
            "number": row.number,
            "caption_html": citations.plain(row.caption),
            **{name: getattr(row.picture, name) for name in KEPT},
        }
        for row in article.picture_rows.all()
    ]


def thaw(row: dict[str, Any]) -> Picture:
    """The picture as an edition keeps it, not stored."""
    return Picture(**{name: row[name] for name in KEPT})


def files_shown(content: dict[str, Any]) -> list[str]:
    return [row["stem"] for row in content.get("pictures", [])]


def without_lines(html: str) -> str:
    return LINE.sub("", html)


def missing_pictures(article: Article, text: str) -> Iterator[str]:
    """What keeps the pictures of `article` from being published. `text` is all its text, the body included."""
    placed = Counter(int(number) for number in LINE.findall(article.body))
    rows = {row.number for row in article.picture_rows.all()}
    for number, times in sorted(placed.items()):
        if number not in rows:
            yield f"The text has a line [picture {number}], but there is no picture {number}."
        if times > 1:
            yield f"The line [picture {number}] stands in the text {times} times: leave one of them."
    for number in sorted(rows - placed.keys()):
        yield f"Picture {number} has no line [picture {number}] in the text."
    lines = " ".join(line[0] for line in LINE.finditer(article.body))
    for marker in sorted(
        Counter(MARKER.findall(strip_tags(text))) - Counter(MARKER.findall(strip_tags(lines)))
    ):
        yield f"“{marker}” shows no picture there: give it a line of its own in the body."
