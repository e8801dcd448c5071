"""Advertising as it was shown: New York wants copies kept for a year after the last time (8 NYCRR 29.1(b)(12)).

A chore of the notice worker looks at the pages, so publishing waits for nothing. Each edition that was shown is kept,
also one that was overtaken between two looks: it is printed from its own text. Of the other pages, what stood for a
shorter time than between two looks is not kept.
"""

import datetime as dt
import gzip
import hashlib
import re
from collections.abc import Iterator

from django.conf import settings
from django.db import models
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from clinic_site.addresses import answer_at, request_for
from clinic_site.hours import now_in_words
from clinic_site.stylesheet import FOLDER, squeeze

from .advice_editions import AdviceEdition
from .editions import Edition

SHEET = re.compile(r'<link rel="stylesheet" href="[^"]*/css/([a-z]+)(?:\.[0-9a-f]+)?\.css"( media="print")?>')
MOST_AT_ONCE = 200  # editions in one look: a large site is through in some hours
HIDDEN = re.compile(r'<input type="hidden"[^>]*>')  # tokens of a form: another one each time


class ShownPageQuerySet(models.QuerySet["ShownPage"]):
    def note(
        self, address: str, html: str, *, edition: Edition | None = None, until: dt.datetime | None = None
    ) -> None:
        """`address` shows `html` now, or did so until `until`. Words that change with the hour make no new version.

        The first of an edition counts from the moment at which the edition became public, a later one from now.
        """
        now = timezone.now()
        plain = HIDDEN.sub("", html)
        words = now_in_words()
        print_ = hashlib.sha256((plain.replace(words, "") if words else plain).encode()).hexdigest()
        last = self.filter(address=address).order_by("-pk").first()
        is_known = edition is not None and self.filter(edition=edition).exists()
        if last and last.hash == print_ and last.edition_id == (edition.pk if edition else None):
            self.filter(pk=last.pk).update(last_shown=now, advertised=_advertised())
            return
        self.create(
            address=address,
            edition=edition,
            hash=print_,
            packed=gzip.compress(with_styles(plain).encode(), mtime=0),
            first_shown=edition.visible_from if edition and not is_known else now,
            last_shown=until or now,
            advertised=_advertised(),
        )

    def newest(self) -> "ShownPageQuerySet":
        """Of each edition the last one kept."""
        newest = self.exclude(edition=None).order_by().values("edition").annotate(newest=models.Max("pk"))
        return self.filter(pk__in=newest.values("newest"))

    def between(self, first: dt.date, last: dt.date) -> "ShownPageQuerySet":
        """Shown on at least one of these days of the clinic."""
        return self.filter(first_shown__date__lte=last, last_shown__date__gte=first)

    def forget_old(self) -> None:
        self.filter(last_shown__lt=_border()).delete()


class ShownPage(models.Model):
    address = models.CharField(max_length=500, db_index=True)
    edition = models.ForeignKey(Edition, null=True, on_delete=models.PROTECT, related_name="shown_pages")
    hash = models.CharField(max_length=64)
    packed = models.BinaryField()  # HTML with its styles, gzip
    advertised = models.TextField(default="", help_text="What it said of the offer, in one line.")
    first_shown = models.DateTimeField()
    last_shown = models.DateTimeField()

    objects = ShownPageQuerySet.as_manager()

    class Meta:
        ordering = ["-last_shown", "-pk"]
        default_permissions = ("view",)
        verbose_name = "page as it was shown"
        verbose_name_plural = "pages as they were shown"

    def __str__(self) -> str:
        return f"{self.address} from {self.first_shown:%Y-%m-%d %H:%M} UTC"

    @property
    def html(self) -> bytes:
        return gzip.decompress(self.packed)


def with_styles(html: str) -> str:
    """The files of styles that `html` links, put into it."""

    def put(found: re.Match[str]) -> str:
        media = ' media="print"' if found[2] else ""
        return f"<style{media}>{squeeze((FOLDER / f'{found[1]}.css').read_text())}</style>"

    return SHEET.sub(put, html)


def keep() -> None:
    """What is shown now, the editions that were shown since the last look, and nothing that is too old."""
    _editions()
    for path in settings.ARCHIVED_PAGES:
        for address in import_string(path)():
            response = answer_at(address)
            if response.status_code == 200:
                ShownPage.objects.note(address, response.content.decode())
    ShownPage.objects.forget_old()


def addresses() -> Iterator[str]:
    yield reverse("home")


def _editions() -> None:
    """Each as on its first day, and anew when the offer on it is another; else only its last moment is moved."""
    now, says = timezone.now(), _advertised()
    live = set(Edition.objects.live().select_related(None).values_list("pk", flat=True))
    newest = ShownPage.objects.newest().filter(edition__in=Edition.objects.live().values("pk"))
    newest.filter(advertised=says).update(last_shown=now)
    missing = Edition.objects.filter(
        ~_before_its_hour(), visible_from__lte=now, called_off_at=None, shown_pages=None
    ).filter(
        models.Q(pk__in=Edition.objects.live().values("pk")) | models.Q(visible_from__gte=_border())
    )  # what was forgotten is not printed anew
    others = Edition.objects.filter(pk__in=newest.exclude(advertised=says).values("edition"))
    for edition in [*_whole(missing), *_whole(others)]:
        until = now if edition.pk in live else _end_of(edition)
        html = _page_of(edition).content.decode()
        ShownPage.objects.note(edition.get_absolute_url(), html, edition=edition, until=until)


def _before_its_hour() -> models.Q:
    """A later one was public by then, or the article was withdrawn: it was never shown."""
    hour = models.OuterRef("visible_from")
    later = Edition.objects.filter(article=models.OuterRef("article"), number__gt=models.OuterRef("number"))
    overtaken = later.filter(called_off_at=None, published_at__lte=hour, visible_from__lte=hour)
    return models.Q(models.Exists(overtaken)) | models.Q(article__withdrawn_at__lte=models.F("visible_from"))


def _whole(editions: models.QuerySet[Edition]) -> models.QuerySet[Edition]:
    return editions.select_related("author__portrait", "reviewer", "article").order_by("pk")[:MOST_AT_ONCE]


def _advertised() -> str:
    words: str = import_string(settings.ADVERTISED)()
    return words


def _end_of(edition: Edition) -> dt.datetime:
    """When one that is not live was overtaken or withdrawn."""
    later = Edition.objects.filter(article=edition.article_id, number__gt=edition.number, called_off_at=None)
    ends = [max(row.published_at, row.visible_from) for row in later.only("published_at", "visible_from")]
    if withdrawn := edition.article.withdrawn_at:
        ends.append(withdrawn)
    return max(edition.visible_from, min(ends, default=edition.visible_from))


def _border() -> dt.datetime:
    """What was last shown before it may be forgotten."""
    return timezone.now() - dt.timedelta(days=settings.ARCHIVE_DAYS)


def _page_of(edition: Edition) -> HttpResponse:
    from .views import show  # it needs the models, of which this module is one

    advice = AdviceEdition.objects.as_of(edition.visible_from)
    return show(request_for(edition.get_absolute_url()), edition, advice)
