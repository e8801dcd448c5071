"""Where an article stands, in the words of the staff pages. Decided from its editions, never stored."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from .articles import Article, ArticleQuerySet
from .editions import Edition, EditionQuerySet
from .pictures import files_shown


@dataclass(frozen=True)
class State:
    """`kind` names the CSS modifier; `live` is what the public reads now, `newest` what was published last."""

    kind: str
    words: str
    live: Edition | None = None
    newest: Edition | None = None

    @property
    def may_be_withdrawn(self) -> bool:
        return self.newest is not None and self.kind != "withdrawn"


def newest_editions() -> EditionQuerySet:
    standing = Edition.objects.filter(called_off_at=None)
    newer = standing.filter(article=OuterRef("article"), number__gt=OuterRef("number"))
    return standing.filter(~Exists(newer))


def with_states(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Whatever `state_of` asks for, in a handful of queries for any number of articles."""
    assert isinstance(articles, ArticleQuerySet)
    return articles.with_everything().prefetch_related(
        Prefetch("editions", newest_editions(), to_attr="newest_editions"),
        Prefetch("editions", Edition.objects.live().defer("words", "content"), to_attr="live_editions"),
    )


def state_of(article: Article) -> State:
    """`article` comes from `with_states`."""
    newest: Edition | None = next(iter(article.newest_editions), None)  # type: ignore[attr-defined]
    live: Edition | None = next(iter(article.live_editions), None)  # type: ignore[attr-defined]
    if newest is None:
        return State("draft", "Never published")
    if article.withdrawn_at:
        return State("withdrawn", "Withdrawn", newest=newest)
    if newest.visible_from > timezone.now():
        prefix = "Public; next edition" if live else "Public"
        return State("coming", f"{prefix} from {moment(newest.visible_from)}", live, newest)
    if differs(article, newest):
        return State("changed", "Draft of a public page", live, newest)
    return State("public", "Public", live, newest)


def differs(article: Article, edition: Edition) -> bool:
    """Whether publishing `article` now would say anything else than `edition` does.

    Other words and other pictures always count. The rest counts only when the article was saved since,
    because newer code may print the same words with other markup.
    """
    draft = Edition.draft_of(article)
    if "".join(draft.words.split()) != "".join(edition.words.split()):
        return True
    if files_shown(draft.content) != files_shown(edition.content):
        return True
    facts = ("author_id", "reviewer_id", "reviewed_on", "next_review_on", "content")
    return article.changed_at > edition.published_at and any(
        getattr(draft, name) != getattr(edition, name) for name in facts
    )


def moment(at: dt.datetime) -> str:
    """A moment on the clinic's clock: Dec. 1, 2026, 9 a.m."""
    return date_format(timezone.localtime(at), "N j, Y, P")
