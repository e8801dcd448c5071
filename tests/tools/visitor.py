"""Somebody with a browser, as far as a form needs one: fetches it, keeps its hidden fields and cookie, sends it."""

import html
import re
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

_HIDDEN = re.compile(rb'<input type="hidden" name="(\w+)" value="([^"]*)"')


@dataclass(frozen=True)
class Sheet:
    """A form that has been fetched and not been sent yet."""

    hidden: dict[str, str]
    cookie: str


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: bytes


class Visitor:
    """At an address that a proxy of ours vouches for (TRUSTED_PROXIES=1). Between fetching and sending, a person
    takes longer than a server keeps a connection, so each has one of its own."""

    def __init__(self, port: int, address: str, path: str = "/offers/new-patient/") -> None:
        self.port, self.path = port, path
        self.headers = {"X-Forwarded-For": address, "Connection": "close"}

    def fetch(self) -> Sheet:
        """Raises OSError or HTTPException when the connection breaks, AssertionError when no form comes."""
        response, body = self._ask("GET", self.path)
        assert response.status == 200, f"{response.status} for the form"
        hidden = {name.decode(): html.unescape(value.decode()) for name, value in _HIDDEN.findall(body)}
        return Sheet(hidden, (response.headers["Set-Cookie"] or "").partition(";")[0])

    def send(self, sheet: Sheet, fields: dict[str, str]) -> Answer:
        """The same errors. A form that is sent again goes with the same key and is the same request."""
        return self.post(urlencode(sheet.hidden | fields).encode(), sheet.cookie)

    def post(self, body: bytes, cookie: str = "") -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        response, page = self._ask("POST", self.path, body, headers)
        return Answer(response.status, response.headers["Location"] or "", page)

    def _ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[HTTPResponse, bytes]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body, self.headers | (headers or {}))
            response = connection.getresponse()
            return response, response.read()
