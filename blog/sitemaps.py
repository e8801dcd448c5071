import datetime as dt

from clinic_site import facts
from clinic_site.sitemaps import OwnSitemap

from .index import Entry, index
from .models import Muscle


class ArticleSitemap(OwnSitemap[Entry]):
    def items(self) -> list[Entry]:
        return index().newest

    def lastmod(self, entry: Entry) -> dt.datetime:
        advice = facts.fact("advice")
        return max(entry.visible_from, advice.changed_at(entry.condition)) if advice else entry.visible_from


class MuscleSitemap(OwnSitemap[Muscle]):
    """A muscle has no date of its own, so it claims none."""

    def items(self) -> list[Muscle]:
        return list(Muscle.objects.all())
