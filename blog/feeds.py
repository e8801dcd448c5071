"""The Atom feed of live editions (RFC 4287): ids that never change, dates that are true."""

import datetime as dt
import re
from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from clinic_site import facts
from clinic_site.page_cache import public_page
from clinic_site.reading import read_only

from .index import promoted
from .models import Edition

MOST_ENTRIES = 20
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # XML 1.0, section 2.2


class PlainAtomFeed(Atom1Feed):
    """Without the control characters that come along with what is pasted: Django refuses the whole feed for one."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**_plain(fields))

    def add_item(self, *args: Any, **fields: Any) -> None:
        super().add_item(*_plain(args), **_plain(fields))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return NOT_IN_XML.sub("", value) if isinstance(value, str) else value


class Articles(Feed[Edition, Edition]):
    feed_type = PlainAtomFeed
    link = f"{settings.SITE_ORIGIN}/blog/"
    feed_url = f"{settings.SITE_ORIGIN}/feed/"
    feed_guid = f"tag:{settings.SITE_HOST},2026:articles"
    language = "en-US"

    def title(self) -> str:
        clinic = facts.fact("clinic")
        return clinic.name if clinic else "Articles"

    def subtitle(self) -> str:
        clinic = facts.fact("clinic")
        return clinic.tagline if clinic else ""

    def feed_copyright(self) -> str:
        clinic = facts.fact("clinic")
        return f"© {clinic.legal_name or clinic.name}" if clinic else ""

    def items(self) -> list[Edition]:
        self.advice = facts.fact("advice")
        numbers = [entry.pk for entry in islice(promoted(), MOST_ENTRIES)]
        return list(Edition.objects.live().filter(pk__in=numbers).newest_first())

    def item_title(self, item: Edition) -> str:
        return item.title

    def item_description(self, item: Edition) -> str:
        return escape(item.standfirst)

    def item_link(self, item: Edition) -> str:
        return settings.SITE_ORIGIN + item.get_absolute_url()

    def item_guid(self, item: Edition) -> str:
        """A tag (RFC 4151): the same whatever becomes of the article's title and address."""
        return f"tag:{settings.SITE_HOST},{item.first_visible_from:%Y-%m-%d}:article-{item.article_id}"

    def item_author_name(self, item: Edition) -> str:
        return item.author.name

    def item_author_link(self, item: Edition) -> str:
        return settings.SITE_ORIGIN + item.author.get_absolute_url()

    def item_categories(self, item: Edition) -> list[str]:
        """Its condition and its parts of the body."""
        condition = [item.content["condition"]["name"]] if item.content["condition"] else []
        return [*condition, *(region["name"] for region in item.content["regions"])]

    def item_pubdate(self, item: Edition) -> dt.datetime:
        return item.first_visible_from

    def item_updateddate(self, item: Edition) -> dt.datetime:
        return item.changed_at(self.advice)


@read_only
@public_page
def feed(request: HttpRequest) -> HttpResponse:
    return Articles()(request)
