"""Links to a place on a page of ours: whether the page, made as readers get it, has that place."""

import re
from html import unescape
from urllib.parse import unquote

from django.core.exceptions import ValidationError

from clinic_site import facts
from clinic_site.addresses import answer_at, is_ours, key_of, page_at, parts_of, request_for
from clinic_site.redirects import Redirect

from .articles import Article
from .editions import Edition
from .record_links import ANY_LINK, REFERENCE, address_of

ID = re.compile(r"""\sid=["']?([^"'\s>]+)""")
TOP = {"", "top"}  # of any page, as HTML has it
TEXT = ":~:"  # then the browser looks for words, and shows the page without them, too


class Places:
    """On the pages that one article leads to. A page is made once, and only when a link asks for a place on it."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.made: dict[str, set[str] | None] = {}

    def words_astray(self, html: str) -> list[str]:
        """The words of links in `html` whose page is there, but not the place on it."""
        return [words for address, words in ANY_LINK.findall(html) if self._is_astray(unescape(address))]

    def _is_astray(self, address: str) -> bool:
        page, _, fragment = address.partition("#")
        place = unquote(fragment)
        if place.lower() in TOP or TEXT in place:
            return False
        if page not in self.made:
            self.made[page] = self._of(page)
        found = self.made[page]
        return found is not None and not {place, fragment} & found

    def _of(self, page: str) -> set[str] | None:
        """None for a page that is not ours, or not there: others ask about that."""
        if reference := REFERENCE.fullmatch(page):
            page = address_of(reference[1], int(reference[2]))
        if not page:
            return _ids(self._own()) if not reference else None
        try:
            parts = parts_of(page)
        except ValidationError:
            return None
        path = unquote(parts.path)
        if not is_ours(parts):
            return None
        if key_of(path) == key_of(self.article.get_absolute_url()):
            return _ids(self._own())
        return places_at(path, parts.query)

    def _own(self) -> bytes:
        """The article's page as it would be if it were published now."""
        from .views import show  # which knows all models, and these what is asked about an article

        request = request_for(self.article.get_absolute_url())
        return show(request, Edition.draft_of(self.article), facts.fact("advice"), is_preview=True).content


def places_at(path: str, query: str = "") -> set[str] | None:
    """The ids on the page of ours at a decoded `path`, or where it leads now; None when no page answers."""
    if moved := Redirect.objects.for_path(path) if not page_at(path, query) else None:
        parts = parts_of(moved.new_path)
        path, query = unquote(parts.path), parts.query
    found = page_at(path, query)
    if not found:
        return None
    answer = answer_at(found, query)
    is_page = not answer.streaming and answer["Content-Type"].startswith("text/html")
    return _ids(answer.content) if is_page else None


def _ids(page: bytes) -> set[str]:
    return {unescape(name) for name in ID.findall(page.decode())}
