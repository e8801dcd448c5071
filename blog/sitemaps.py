import datetime as dt

from clinic_site.sitemaps import OwnSitemap

from .models import Edition


class ArticleSitemap(OwnSitemap[Edition]):
    def items(self) -> list[Edition]:
        return list(Edition.objects.live().newest_first().defer("content", "words"))

    def lastmod(self, edition: Edition) -> dt.datetime:
        return edition.visible_from
