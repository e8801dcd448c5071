"""What of the blog shows a picture: working copies, and every edition that was ever published."""

from collections.abc import Iterator

from django.db.models import Count
from django.urls import reverse

from clinic_site.pictures import Use

from .editions import Edition
from .pictures import ArticlePicture


def uses(stem: str) -> Iterator[Use]:
    for row in ArticlePicture.objects.filter(picture__stem=stem).select_related("article"):
        yield Use(f"Article: {row.article}", reverse("admin:blog_article_change", args=[row.article_id]))
    # All editions are read for it: fine for a staff page and for a picture that goes, not for a public page.
    shown = Edition.objects.filter(content__pictures__icontains=stem).order_by("article__title")
    for pk, title, count in shown.values_list("article", "article__title").annotate(count=Count("pk")):
        words = "one edition" if count == 1 else f"{count} editions"
        yield Use(f"Published: {title}, {words}", reverse("admin:blog_article_editions", args=[pk]))
