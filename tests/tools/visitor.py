"""Somebody with a browser, as far as a form needs one: fetches it, keeps its hidden fields and cookie, sends it."""

import html
import re
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

_HIDDEN = re.compile(rb'<input type="hidden" name="(\w+)" value="([^"]*)"')

KEPT = 1.0  # seconds; the server closes an idle connection after two


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
    """One connection, and an address that a proxy of ours vouches for (TRUSTED_PROXIES=1)."""

    def __init__(self, port: int, address: str = "", path: str = "/offers/new-patient/") -> None:
        self.path = path
        self.headers = {"Accept-Encoding": "identity"} | ({"X-Forwarded-For": address} if address else {})
        self.connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self.asked_at = 0.0

    def fetch(self) -> Sheet:
        """Raises OSError or HTTPException when the connection breaks, AssertionError when no form comes."""
        response, body = self._ask("GET", self.path)
        assert response.status == 200, f"{response.status} for the form"
        hidden = {name.decode(): html.unescape(value.decode()) for name, value in _HIDDEN.findall(body)}
        return Sheet(hidden, (response.headers["Set-Cookie"] or "").partition(";")[0])

    def send(self, sheet: Sheet, fields: dict[str, str]) -> Answer:
        """The same errors. A form that is sent again goes with the same key and is the same request."""
        body = urlencode(sheet.hidden | fields)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": sheet.cookie}
        response, page = self._ask("POST", self.path, body, headers)
        return Answer(response.status, response.headers["Location"] or "", page)

    def _ask(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[HTTPResponse, bytes]:
        if time.monotonic() - self.asked_at > KEPT:
            self.connection.close()
        try:
            self.connection.request(method, path, body, self.headers | (headers or {}))
            response = self.connection.getresponse()
            body_of_it = response.read()
            self.asked_at = time.monotonic()
            return response, body_of_it
        except BaseException:
            self.connection.close()  # the next one is made anew
            raise
