import datetime as dt

from clinic_site import facts
from clinic_site.sitemaps import OwnSitemap

from .advice_editions import AdviceEdition
from .index import Entry, promoted
from .models import Muscle


class ArticleSitemap(OwnSitemap[Entry]):
    def items(self) -> list[Entry]:
        self.advice: AdviceEdition | None = facts.fact("advice")
        return list(promoted())

    def lastmod(self, entry: Entry) -> dt.datetime:
        if self.advice is None:
            return entry.text_from
        return max(entry.text_from, self.advice.changed_at(entry.condition))


class MuscleSitemap(OwnSitemap[Muscle]):
    """A muscle has no date of its own, so it claims none."""

    def items(self) -> list[Muscle]:
        return list(Muscle.objects.all())
