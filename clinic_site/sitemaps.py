import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from . import testimonials
from .models import Page, Practitioner

MOST_ADDRESSES = 1_000  # in one file: sitemaps.org allows 50,000, but each is made in a tenth of a second


class OwnSitemap[Item](Sitemap[Item]):
    """Addresses are built from SITE_ORIGIN, whatever host was asked."""

    limit = MOST_ADDRESSES
    protocol = urlsplit(settings.SITE_ORIGIN).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_ORIGIN).netloc


def index_of(sections: dict[str, OwnSitemap[Any]]) -> list[dict[str, Any]]:
    """Where the parts of a divided sitemap are, each with the date of its newest page."""
    return [
        {
            "location": f"{settings.SITE_ORIGIN}{reverse('sitemap_section', args=[name])}?p={number}",
            "last_mod": newest,
        }
        for name, section in sections.items()
        for newest in [section.get_latest_lastmod()]
        for number in section.paginator.page_range
    ]


class PageSitemap(OwnSitemap[Page]):
    def items(self) -> list[Page]:
        return list(Page.objects.all())

    def lastmod(self, page: Page) -> dt.date:
        return page.updated_on


class PeopleSitemap(OwnSitemap[Practitioner]):
    def items(self) -> list[Practitioner]:
        return list(Practitioner.objects.all())


class FixedSitemap(OwnSitemap[str]):
    """Pages made of many rows have no date of their own, so they claim none."""

    def items(self) -> list[str]:
        names = ["home", "article_list", "conditions", "muscles", "find", "prices", "contact"]
        return [*map(reverse, names), *testimonials.addresses()]

    def location(self, item: str) -> str:
        return item
