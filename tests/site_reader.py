"""Reads pages as a machine does, and walks the site from the home page by its links."""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urldefrag, urljoin

from django.conf import settings
from django.test import Client
from lxml import html

Node = dict[str, Any]
NOT_PAGES = ("/media/", "/static/", "/cards/")


@dataclass(frozen=True)
class Page:
    address: str
    status: int
    headers: dict[str, str]
    source: str
    clicks: int = 0
    linked_from: str = ""

    @cached_property
    def tree(self) -> Any:
        return html.fromstring(self.source)

    @cached_property
    def text(self) -> str:
        """What is printed of it, in order."""
        body = self.tree.find("body")
        return words(" ".join(body.itertext()))

    @property
    def is_indexable(self) -> bool:
        return self.status == 200 and "noindex" not in self.headers["X-Robots-Tag"]

    @property
    def nodes(self) -> list[Node]:
        """Its structured data."""
        found: list[Node] = []
        for block in self.tree.xpath("//script[@type='application/ld+json']/text()"):
            graph = json.loads(block)
            assert graph["@context"] == "https://schema.org"
            found += graph["@graph"]
        return found

    def node(self, kind: str) -> Node:
        (found,) = (node for node in self.nodes if kind in node["@type"])
        return found

    def all(self, path: str) -> list[str]:
        """The texts or attributes at an XPath."""
        return [
            words(item if isinstance(item, str) else item.text_content()) for item in self.tree.xpath(path)
        ]

    def links(self) -> Iterator[tuple[str, str]]:
        """Address and fragment of each link that stays on the site."""
        for href in self.tree.xpath("//a/@href"):
            address, fragment = urldefrag(urljoin(settings.SITE_ORIGIN + self.address, href))
            if address.startswith(f"{settings.SITE_ORIGIN}/"):
                yield address.removeprefix(settings.SITE_ORIGIN), fragment


def words(text: str) -> str:
    return " ".join(text.split())


def read(client: Client, address: str, clicks: int = 0, linked_from: str = "") -> Page:
    response = client.get(address)
    headers = dict(response.items())
    source = response.content.decode() if headers["Content-Type"].startswith("text/html") else ""
    return Page(address, response.status_code, headers, source, clicks, linked_from)


def crawl(client: Client) -> dict[str, Page]:
    """Every page that links lead to, by the fewest clicks from the home page."""
    found: dict[str, Page] = {}
    waiting = deque([("/", 0, "")])
    asked = {"/"}
    while waiting:
        address, clicks, linked_from = waiting.popleft()
        page = read(client, address, clicks, linked_from)
        found[address] = page
        if page.status != 200 or not page.source:
            continue
        for link, _ in page.links():
            if link not in asked and not link.startswith(NOT_PAGES):
                asked.add(link)
                waiting.append((link, clicks + 1, address))
    return found
