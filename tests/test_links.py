"""The link check: what counts as dead, what cannot be told, and how gently it asks."""

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command

from blog import links
from blog.link_checks import Answer, State
from blog.models import Source
from clinic_site.models import Page

from . import factories as make

ASKED: list[tuple[str, str, str]] = []


class Publisher(BaseHTTPRequestHandler):
    """Answers /404 with 404; /head-405 with 405 to HEAD alone; /moved sends on to /200."""

    def answer(self) -> None:
        ASKED.append((self.command, self.path, self.headers["User-Agent"]))
        word = urlsplit(self.path).path.strip("/").split("/")[0]
        if word == "slow":
            time.sleep(0.5)
        if word == "nonsense":
            self.wfile.write(b"this is no HTTP\n\n")
            return
        status = {"moved": 301, "slow": 200}.get(word) or int(word.removeprefix("head-"))
        self.send_response(200 if word.startswith("head-") and self.command == "GET" else status)
        if word == "moved":
            self.send_header("Location", self.path.removeprefix("/moved") or "/200")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET = answer

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def publisher() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Publisher) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(autouse=True)
def nobody_else_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names lead nowhere; only the publisher above is there."""
    real = socket.getaddrinfo

    def only_here(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host == "127.0.0.1":
            return real(host, *args, **kwargs)
        is_busy = host == "busy.example"
        raise socket.gaierror(socket.EAI_AGAIN if is_busy else socket.EAI_NONAME, "Name not known")

    monkeypatch.setattr(socket, "getaddrinfo", only_here)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    ASKED.clear()


@pytest.mark.parametrize(
    ("path", "state", "words"),
    [
        ("/200", State.FINE, "answers"),
        ("/moved", State.FINE, "answers"),
        ("/head-405", State.FINE, "answers"),
        ("/head-404", State.FINE, "answers"),
        ("/404", State.DEAD, "not found (404)"),
        ("/410", State.DEAD, "gone (410)"),
        ("/moved/404", State.DEAD, "not found (404)"),
        ("/403", State.UNSURE, "refused (403): open it yourself"),
        ("/429", State.UNSURE, "refused (429): open it yourself"),
        ("/503", State.UNSURE, "refused (503): open it yourself"),
        ("/500", State.UNSURE, "refused (500): open it yourself"),
    ],
)
def test_only_not_found_and_gone_are_dead(publisher: str, path: str, state: State, words: str) -> None:
    assert links.ask(publisher + path) == Answer(state, words)


def test_a_publisher_known_to_turn_programs_away_is_named_so(
    publisher: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "SHY", (publisher.removeprefix("http://"),))
    assert links.ask(f"{publisher}/403").words == "turns programs away (403): open it yourself"
    assert links.ask(f"{publisher}/404").state is State.DEAD


def test_a_registry_is_believed_and_nobody_behind_it_is_asked(
    publisher: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "REGISTRIES", {publisher.removeprefix("http://")})
    assert links.ask(f"{publisher}/moved/403").state is State.FINE
    assert [path for _, path, _ in ASKED] == ["/moved/403"]
    assert links.ask(f"{publisher}/404").state is State.DEAD


def test_silence_and_nonsense_are_not_dead(publisher: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "PATIENCE", 0.1)
    for address in (
        f"{publisher}/slow",
        f"{publisher}/nonsense",
        "http://127.0.0.1:9/",
        "https://busy.example/",
    ):
        assert links.ask(address).state is State.UNSURE, address
        assert links.ask(address).words.startswith("no answer"), address


def test_a_host_that_does_not_exist_is_dead_unless_we_are_offline(publisher: str) -> None:
    gone = ["https://gone.example/a", "https://lost.example/b"]
    found = links.ask_all([*gone, f"{publisher}/200"], pause=0)
    assert [found[address] for address in gone] == [Answer(State.DEAD, "no such host")] * 2
    assert {answer.state for answer in links.ask_all(gone, pause=0).values()} == {State.UNSURE}


def test_it_says_who_asks_reads_nothing_and_waits_in_between(
    publisher: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(links, "sleep", waited.append)
    links.ask_all([f"{publisher}/200/{number}" for number in range(3)], pause=0.1)
    assert waited == [0.1, 0.1]
    assert [method for method, _, _ in ASKED] == ["HEAD"] * 3
    assert all(agent.startswith("link check of http") for _, _, agent in ASKED)


def checked(**options: Any) -> str:
    out = StringIO()
    call_command("check_links", stdout=out, pause=0, **options)
    return out.getvalue()


@pytest.mark.django_db
class TestCommand:
    @pytest.fixture(autouse=True)
    def site(self) -> None:
        make.make_clinic()

    def test_dead_links_fail_and_others_do_not(self, publisher: str) -> None:
        Page.objects.create(slug="about", title="About", body=f'<a href="{publisher}/403?a=1&amp;b=2">x</a>')
        report = checked(all=True)
        assert f"cannot tell  refused (403): open it yourself          {publisher}/403?a=1&b=2" in report
        assert "[page about]" in report
        assert "0 DEAD, 1 cannot tell, 0 fine" in report
        make.make_source(url=f"{publisher}/410")
        with pytest.raises(CommandError, match=r"0 wrong, 1 dead\."):
            checked()

    def test_offline_it_asks_nobody(self, publisher: str) -> None:
        make.make_source(url=f"{publisher}/404")
        assert checked(offline=True) == "Nothing is wrong.\n"
        assert ASKED == []

    @pytest.mark.parametrize(
        ("field", "value"),
        [("doi", "doi:10.1136/x"), ("pmid", "PMC123"), ("isbn", "978-92-4-008187-9"), ("url", "x")],
    )
    def test_ill_formed_identifiers_are_wrong(self, field: str, value: str) -> None:
        make.make_source()
        Source.objects.update(**{field: value})
        with pytest.raises(CommandError, match="1 wrong, 0 dead"):
            checked(offline=True)

    def test_links_within_the_site_lead_to_a_page(self) -> None:
        edition = make.make_edition(make.make_article(body='<p>A <a href="/blog/nowhere/">link</a>. [1]</p>'))
        with pytest.raises(CommandError, match="1 wrong"):
            checked(offline=True)
        body = f'<p>A <a href="{edition.get_absolute_url()}">link</a>.</p>'
        Page.objects.create(slug="about", title="About", body=body)
        assert links.links_in_texts()[edition.get_absolute_url()] == ["page about"]
        assert [place for place, _ in links.faults_of_form()] == [f"article {edition.slug}"]

    def test_every_link_of_a_source_is_asked_for_with_its_place(self) -> None:
        make.make_source(key="a-2020", doi="10.1136/bmj.x", pmid="123")
        assert links.addresses_elsewhere() == {
            "https://doi.org/10.1136/bmj.x": ["source a-2020"],
            "https://pubmed.ncbi.nlm.nih.gov/123/": ["source a-2020"],
        }
