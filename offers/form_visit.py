"""A visitor without a screen, for the form alarm. It knows one address, the site's own on this machine, and goes
nowhere else whatever a page or a redirect says.
"""

import http.client
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from django.conf import settings

TIMEOUT = 10  # seconds for one answer
MOST_BYTES = 1_000_000
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (what is listened at, and where to knock then)


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    page: str


class HiddenFields(HTMLParser):
    """The hidden fields of the page's POST form."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.is_inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = given.get("method", "").lower() == "post"
        elif self.is_inside and tag == "input" and given.get("type") == "hidden" and "name" in given:
            self.found[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False


class Visitor:
    def __init__(self) -> None:
        self.cookies = SimpleCookie()

    def ask(self, path: str, fields: dict[str, str] | None = None) -> Answer:
        """GET a page, or POST `fields` to it. Raises OSError or http.client.HTTPException."""
        host = settings.HOST.strip("[]")
        connection = http.client.HTTPConnection(EVERYWHERE.get(host, host), settings.PORT, timeout=TIMEOUT)
        try:
            body = urlencode(fields) if fields is not None else None
            connection.request("POST" if fields is not None else "GET", path, body, self.headers(body))
            response = connection.getresponse()
            for line in response.headers.get_all("Set-Cookie") or []:
                self.cookies.load(line)
            page = response.read(MOST_BYTES).decode(errors="replace")
            return Answer(response.status, response.headers.get("Location", ""), page)
        finally:
            connection.close()

    def headers(self, body: str | None) -> dict[str, str]:
        """As the proxy in front would send them, and as somebody who is not to be counted."""
        headers = {
            "Host": urlsplit(settings.SITE_ORIGIN).netloc,
            "User-Agent": "form-check-bot",
            "Sec-GPC": "1",
            "DNT": "1",
        }
        if settings.IS_SECURE:
            headers["X-Forwarded-Proto"] = "https"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={cookie.value}" for name, cookie in self.cookies.items())
        if body is not None:
            headers["Origin"] = settings.SITE_ORIGIN
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return headers
