"""Reviews: which public pages are due for one, and "reviewed, no change"."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone

from clinic_site.models import AuditEntry

from .admin_states import differs
from .articles import Article
from .editions import Edition, EditionQuerySet, changes_so_far
from .publishing import NotPublishable
from .review_dates import QUEUED, year_after
from .sign_offs import CHECKLIST, SignOff, another_signer, changed_it_last
from .sources import Source

if TYPE_CHECKING:
    from django.contrib.auth.models import User

OWN = {
    "pk",
    "number",
    "published_by",
    "published_at",
    "visible_from",
    "reviewed_on",
    "next_review_on",
    "sign_off",
}


def due_for_review() -> EditionQuerySet:
    """Public editions whose review is due within QUEUED or was due, the longest overdue first.

    `is_followed`: a later edition waits for its hour, and the review goes on with that one.
    """
    coming = Edition.objects.coming().filter(article=models.OuterRef("article"))
    due = Edition.objects.live().filter(next_review_on__lte=timezone.localdate() + QUEUED)
    return (
        due.annotate(is_followed=models.Exists(coming))
        .defer("content", "words")
        .order_by("next_review_on", "title")
    )


def reviewed_between(first: dt.date, last: dt.date) -> int:
    """How many articles somebody of the clinic has reviewed and published in these days, both counted."""
    reviewed = Edition.objects.filter(
        reviewed_on__range=(first, last), published_by__isnull=False, called_off_at=None
    )
    return reviewed.order_by().values("article").distinct().count()


@transaction.atomic
def review_without_change(article: Article, *, by: "User", seen: int) -> Edition:
    """The public text of `article` once more, word for word, as an edition that was reviewed today.

    `by` signs exactly that text, with its new dates. A draft of the page stays a draft. `seen` is the number of the
    edition that they read: a second press makes no second edition, and nobody answers for a text that somebody else
    published in between. Raises NotPublishable.
    """
    article = Article.objects.select_for_update().get(pk=article.pk)
    live = Edition.objects.live().filter(article=article).first()
    if live is None:
        raise NotPublishable(["It is not public, so there is nothing to review."])
    if live.number > seen and live.published_by_id == by.pk and live.reviewed_on == timezone.localdate():
        return live  # the second press
    if reasons := list(_reasons(article, live, seen, by)):
        raise NotPublishable(reasons)
    is_draft = differs(Article.objects.with_everything().get(pk=article.pk), live)
    edition = _signed_copy(live, article, by)
    article.reviewed_on, article.next_review_on = edition.reviewed_on, edition.next_review_on
    article.version += 1  # whoever has the editing page open must not write the old dates back unseen
    kept = ["reviewed_on", "next_review_on", "version"]
    article.save(update_fields=[*kept, *(["changed_at"] if is_draft else [])])
    return edition


def _signed_copy(live: Edition, article: Article, by: "User") -> Edition:
    edition = _copy(live, timezone.localdate())
    edition.number = article.last_number + 1
    edition.published_by = by
    edition.earlier_changes = changes_so_far(article, edition.visible_from)
    ticked = CHECKLIST if changed_it_last(article, by) else []  # the queue shows it to whoever is alone
    edition.sign_off = SignOff.objects.create(
        article=article, hash=edition.hash, signed_by=by, checklist=ticked
    )
    edition.save()
    edition.regions.set(live.regions.all())
    edition.muscles.set(live.muscles.all())
    AuditEntry.objects.note(AuditEntry.Kind.PUBLISHED, by=by, row=edition)
    return edition


def _reasons(article: Article, live: Edition, seen: int, by: "User") -> Iterable[str]:
    if not by.has_perm("blog.sign_article"):
        other = another_signer(by)
        name = f": {other.get_full_name() or other.get_username()} can" if other else ""
        yield f"Noting a review signs the page, which only a reviewer may{name}."
    elif changed_it_last(article, by) and (other := another_signer(by)):
        name = other.get_full_name() or other.get_username()
        yield f"You changed it last, so somebody else reviews it: {name} can."
    if live.number != seen:
        yield "Somebody published it since you looked. Read the page again."
    if Edition.objects.coming().filter(article=article).exists():
        yield "A new edition of it waits for its hour: review that one."
    shown = [row["key"] for row in live.content["sources"]]
    for source in Source.objects.filter(key__in=shown, checked_on=None):
        yield f"The source “{source.title}” counts as unchecked now. Check it first, or take it out."


def _copy(live: Edition, today: dt.date) -> Edition:
    fields = [field.attname for field in Edition._meta.concrete_fields if field.name not in {"id", *OWN}]
    edition = Edition(**{name: getattr(live, name) for name in fields})
    edition.change_note = ""
    edition.visible_from = timezone.now()
    edition.text_from = live.text_from or live.visible_from
    edition.reviewed_on, edition.next_review_on = today, year_after(today)
    edition.hash = edition.fingerprint()
    return edition
