"""A public article takes another address, and the old one leads there in one hop."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from clinic_site.addresses import key_of
from clinic_site.redirects import Redirect

from .articles import Article
from .editions import Edition
from .kept_copies import KeptCopy

TAKEN = "Another article has the address /blog/{}/."


@transaction.atomic
def move(article: Article, slug: str) -> None:
    """What is public now, and what is to come, is published again word for word under `slug`.

    An edition's fingerprint is of its text, so its signature holds. Raises ValidationError with a sentence.
    """
    article = Article.objects.select_for_update().get(pk=article.pk)
    check_address(article, slug)
    shown = _shown_or_coming(article)
    old = reverse("article", args=[article.slug])
    was_public = any(edition.visible_from <= timezone.now() for edition in shown)
    _take(article, slug)
    number = article.last_number
    for edition in shown:
        number += 1
        _again(edition, number, slug)
    if was_public:
        Redirect.objects.filter(old_key=key_of(old)).delete()
        Redirect(
            old_path=old, new_path=reverse("article", args=[slug])
        ).save()  # it mends the earlier ones, too


def check_address(article: Article, slug: str) -> None:
    if slug == article.slug:
        raise ValidationError("This is its address already.")
    if article.withdrawn_at:
        raise ValidationError("The article is withdrawn. Publish it first: old links need a page to lead to.")
    if (
        Article.objects.filter(slug=slug).exists()
        or Edition.objects.live_or_coming().filter(slug=slug).exists()
    ):
        raise ValidationError(TAKEN.format(slug))
    path = reverse("article", args=[slug])
    taken = Redirect.objects.for_path(path)
    if taken and taken.new_key != key_of(reverse("article", args=[article.slug])):
        raise ValidationError(
            f"{path} is an old address that leads to {taken.new_path}: links to it would end here."
        )


def _take(article: Article, slug: str) -> None:
    """Somebody else may have taken `slug` since it was looked for: only the database knows who was first."""
    try:
        with transaction.atomic():
            Article.objects.filter(pk=article.pk).update(slug=slug)
    except IntegrityError as error:
        raise ValidationError(TAKEN.format(slug)) from error


def earlier_addresses(article: Article) -> list[str]:
    """Slugs under which it was published, and not now; the latest first."""
    slugs = article.editions.exclude(slug=article.slug).order_by("-number").values_list("slug", flat=True)
    return list(dict.fromkeys(slugs))


def _shown_or_coming(article: Article) -> list[Edition]:
    """In the order in which they are to be numbered: a later one overtakes an earlier one."""
    live = Edition.objects.live().filter(article=article)
    coming = Edition.objects.coming().filter(article=article).order_by("number")
    return [*live, *coming]


def _again(edition: Edition, number: int, slug: str) -> None:
    regions, muscles = list(edition.regions.all()), list(edition.muscles.all())
    kept = KeptCopy.objects.filter(edition=edition).first()
    fields = {field.attname: getattr(edition, field.attname) for field in Edition._meta.concrete_fields}
    del fields["id"]
    copy = Edition(**fields | {"number": number, "slug": slug, "published_at": timezone.now()})
    copy.save()
    copy.regions.set(regions)
    copy.muscles.set(muscles)
    if kept:
        typed = {"typed": kept.typed, "kept_by": kept.kept_by}
        KeptCopy.objects.create(article_id=edition.article_id, edition=copy, **typed)
