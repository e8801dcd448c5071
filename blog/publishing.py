"""Publishing makes an edition, of an article or of the shared advice.

It is refused, with every reason at once, while something is missing.
"""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone

from clinic_site.models import AuditEntry, Picture

from .advice_checks import missing_advice
from .advice_editions import AdviceEdition, by_condition, fingerprint, freeze_advice
from .advice_sign_offs import ADVICE_CHECKLIST, AdviceSignOff, advice_writers
from .articles import Article
from .checks import missing
from .editions import Edition, changes_so_far
from .kept_copies import KeptCopy
from .overrulings import sorted_warnings
from .sign_offs import CHECKLIST, SignOff, why_not, writers_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class NotPublishable(Exception):
    """The working copy lacks something, or is not what was looked at. `reasons` are sentences for the editor."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


def what_is_seen(article: Article) -> str:
    """The text of `article` (from `with_everything()`) and its latest edition, in one word for a form."""
    return f"{article.last_number}:{Edition.draft_of(article).hash}"


def unasked(article: Article) -> list[str]:
    """Why nobody can sign or publish `article` (from `with_everything()`) yet: what is missing, what is asked."""
    reasons = missing(article)
    if warnings := sorted_warnings(article)[0]:
        reasons.append(f"Mend or let stand what the page asks about: {len(warnings)} left.")
    return reasons


@transaction.atomic
def sign(article: Article, *, by: "User", seen: str = "", checklist: Sequence[str] = ()) -> SignOff:
    """Stand for the text of `article` as it is now. `seen` as in `publish`.

    Who wrote of it is no second person: they sign with the whole checklist, and only where `instead_of`
    names nobody else. Raises NotPublishable.
    """
    Article.objects.select_for_update().get(pk=article.pk)
    article = Article.objects.with_everything().get(pk=article.pk)
    reasons, writers = unasked(article), writers_of(article)
    if seen and seen != what_is_seen(article):
        reasons = ["Somebody changed or published it since you looked. Look at the preview again."]
    else:
        reasons += why_not(by, writers, checklist, CHECKLIST)
    if reasons:
        raise NotPublishable(reasons)
    draft, ticked = Edition.draft_of(article), CHECKLIST if by.pk in writers else []
    held = SignOff.objects.holding(article, draft.hash)
    if held and (held.signed_by, held.checklist) == (by, ticked):  # the second press
        return held
    return SignOff.objects.create(article=article, hash=draft.hash, signed_by=by, checklist=ticked)


@transaction.atomic
def publish(
    article: Article,
    *,
    by: "User | None",
    change_note: str = "",
    visible_from: dt.datetime | None = None,
    seen: str = "",
) -> Edition:
    """Freeze the working copy of `article` and show it from `visible_from` (now, when it is None).

    `by` is None only for starter content, which nobody of the clinic has signed: everything else has a sign-off of
    exactly this text, and no warning that nobody decided about. `seen` is
    `what_is_seen` of the article they looked at: nobody signs what a colleague changed in between, and a
    second press makes no second edition: it gets the first one's. Publishing a withdrawn article
    brings it back. Raises NotPublishable.
    """
    now = timezone.now()
    Article.objects.select_for_update().get(
        pk=article.pk
    )  # two presses make two numbers, one after the other
    # A picture that is just being replaced waits, and then finds its files shown by this edition.
    list(Picture.objects.select_for_update(of=("self",)).filter(article_rows__article=article))
    article = Article.objects.with_everything().get(pk=article.pk)
    if reasons := missing(article) if by is None else unasked(article):
        raise NotPublishable(reasons)
    if article.withdrawn_at and visible_from and visible_from > now:
        raise NotPublishable(
            ["The article is withdrawn. Publish it at once, or wait: until then it stays away."]
        )
    if seen and seen != what_is_seen(article):
        if done := _first_press(article, seen, by, change_note, visible_from):
            return done
        raise NotPublishable(
            ["Somebody changed or published it since you looked. Look at the preview again."]
        )
    edition = Edition.draft_of(article)
    if by is not None:
        edition.sign_off = SignOff.objects.holding(article, edition.hash)
        if edition.sign_off is None:
            raise NotPublishable(["Nobody has signed off exactly this text yet."])
        edition.overruled = [row.as_kept() for row in sorted_warnings(article)[1]]
    edition.number = article.last_number + 1
    edition.published_by = by
    edition.change_note = change_note
    edition.visible_from = visible_from or now
    edition.earlier_changes = changes_so_far(article, edition.visible_from)
    before = article.editions.with_an_hour().filter(visible_from__lt=edition.visible_from)
    first = before.aggregate(first=models.Min("visible_from"))["first"]
    edition.first_visible_from = first or edition.visible_from
    edition.save()
    edition.regions.set(article.regions.all())
    edition.muscles.set([row.muscle for row in article.muscle_rows.all()])
    if by:
        AuditEntry.objects.note(AuditEntry.Kind.PUBLISHED, by=by, row=edition)
    KeptCopy.objects.keep(article, by=by, edition=edition)
    article.writers.clear()
    if article.withdrawn_at:
        article.withdrawn_at = None
        article.save(update_fields=["withdrawn_at"])
    return edition


def _first_press(
    article: Article, seen: str, by: "User | None", note: str, visible_from: dt.datetime | None
) -> Edition | None:
    """The edition that `by` has just published with the same press of a button."""
    last = article.editions.order_by("-number").first()
    if last is None or last.called_off_at or article.withdrawn_at or f"{last.number - 1}:{last.hash}" != seen:
        return None
    was_at_once = last.visible_from <= last.published_at
    is_same_time = was_at_once if visible_from is None else last.visible_from == visible_from
    return last if is_same_time and (last.published_by, last.change_note) == (by, note) else None


@transaction.atomic
def sign_advice(*, by: "User", seen: str, checklist: Sequence[str] = ()) -> AdviceSignOff:
    """Stand for the shared advice as it is now, by the same rule as in `sign`. `seen` is its fingerprint.

    Raises NotPublishable.
    """
    AdviceEdition.objects.select_for_update().public()  # two presses wait for each other
    content, writers = freeze_advice(), advice_writers()
    reasons = missing_advice(content)
    if seen != fingerprint(content):
        reasons = ["Somebody changed it since you looked. Look at it again."]
    else:
        reasons += why_not(by, writers, checklist, ADVICE_CHECKLIST)
    if reasons:
        raise NotPublishable(reasons)
    ticked = ADVICE_CHECKLIST if by.pk in writers else []
    held = AdviceSignOff.objects.holding(seen)
    if held and (held.signed_by, held.checklist) == (by, ticked):  # the second press
        return held
    return AdviceSignOff.objects.create(hash=seen, signed_by=by, checklist=ticked)


@transaction.atomic
def publish_advice(*, by: "User | None", change_note: str = "", seen: str = "") -> AdviceEdition:
    """Freeze the shared advice and show it on all articles now.

    `by` is None only for starter content: everything else has a sign-off of exactly this advice. `seen` is the
    fingerprint of what they looked at: nobody publishes what a colleague changed in between, and a second press gets
    the first one's edition. Raises NotPublishable.
    """
    now = timezone.now()  # whoever changes it from now on is a writer of the next one: see advice_writers
    content = freeze_advice()
    sign_off = AdviceSignOff.objects.holding(fingerprint(content))
    if reasons := missing_advice(content):
        raise NotPublishable(reasons)
    if seen and seen != fingerprint(content):
        raise NotPublishable(["Somebody changed it since you looked. Look at it again."])
    if by is not None and sign_off is None:
        raise NotPublishable(["Nobody has signed off exactly this advice yet."])
    AdviceEdition.objects.select_for_update().public()  # two presses wait for each other
    before = AdviceEdition.objects.public()
    pressed = fingerprint(content), by, change_note
    if before and (before.hash, before.published_by, before.change_note) == pressed:
        return before
    prints = by_condition(content)
    old_prints = before.content["prints"] if before else {}
    old_changes = before.content["changed_at"] if before else {}
    changed = {
        slug: old_changes[slug] if old_prints.get(slug) == print_ else now.isoformat()
        for slug, print_ in prints.items()
    }
    edition = AdviceEdition(
        number=before.number + 1 if before else 1,
        content=content | {"prints": prints, "changed_at": changed},
        hash=fingerprint(content),
        published_by=by,
        published_at=now,
        change_note=change_note,
        sign_off=sign_off if by else None,
    )
    edition.save()
    if by:
        AuditEntry.objects.note(AuditEntry.Kind.PUBLISHED, by=by, row=edition)
    return edition
