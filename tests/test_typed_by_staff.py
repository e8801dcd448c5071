"""Whatever staff type is text wherever it is shown: no element, attribute, address, script or header comes of it."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import lxml.etree
import lxml.html
import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from blog import archive
from blog.models import Article, KeyPoint, PreviewLink, ShownPage
from blog.review_reminders import remind
from clinic_site.urls import PAGES as PLAIN_PAGES
from offers import digest
from offers.models import Notice

from .hostile_site import make_hostile_site
from .injections import PRODUCTS, TYPED
from .staff_addresses import shown_to_the_owner

pytestmark = pytest.mark.django_db
ARTICLE = "/blog/dry-needling-for-sciatica/"
PAGES = (
    *("/", "/contact/", "/prices/", "/conditions/", "/muscles/", "/muscles/piriformis/", "/blog/", ARTICLE),
    *(
        "/blog/?region=lower-back",
        "/blog/?condition=sciatica",
        "/find/",
        "/find/?region=lower-back",
        "/report/",
    ),
    *("/search/?q=canary", "/search/?q=sciatica", "/team/ada-example/", "/offers/new-patient/"),
    *(f"/{slug}/" for slug in PLAIN_PAGES.values()),
    "/blog/dry-needling-for-sciatic/",  # a near name, which a page suggests
)
HEADERS = {
    *("Subject", "From", "To", "Reply-To", "Date", "Message-ID", "MIME-Version", "Content-Type"),
    *("Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"),
}
FREE = {"value", "content", "alt", "title", "label", "placeholder"}  # text, and never anything else
ADDRESSES = {"href", "action", "src", "srcset", "data", "poster", "formaction", "xlink:href", "url", "@id"}
LINKS = {("a", "href"), ("form", "action")}
SAFE = re.compile(r"\.\./|https?://|mailto:|tel:|sms:|otpauth://totp/|/(?!/)|[?#]|$")


def faults(page: str) -> list[str]:
    """What of a page came out of TYPED as more than text."""
    read = lxml.html.fromstring(page.encode())
    found = [product for product in PRODUCTS if product in page]
    for node in read.iter(lxml.etree.Element):
        found += [
            f"<{node.tag} {name}={value}>" for name, value in node.items() if is_fault(node.tag, name, value)
        ]
        if node.tag == "script" and node.get("type") == "application/ld+json":
            found += addresses_in(json.loads(node.text))
        elif node.tag in {"script", "style"} and "canary" in (node.text or ""):
            found.append(f"<{node.tag}>{node.text[:100]}")
    return found


def is_fault(tag: str, name: str, value: str) -> bool:
    if name.startswith("on") or name == "srcdoc" or "canary" in name + tag:
        return True
    if name in ADDRESSES and not is_safe(value):
        return True
    is_free = name in FREE or name.startswith(("aria-", "data-")) or (tag, name) in LINKS
    return not is_free and "canary" in unquote(value).lower()


def is_safe(address: str) -> bool:
    """By its beginning, as a browser reads it: without spaces and control characters."""
    bare = re.sub(r"[\x00-\x20]", "", address).lower()
    return bool(SAFE.match(bare)) and not re.search(r"^mailto:.*[?&](?:bcc|cc|to)=", bare)


def addresses_in(data: Any, name: str = "") -> Iterator[str]:
    """Those in structured data that are none, or are not safe."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from addresses_in(value, key)
    elif isinstance(data, list):
        for value in data:
            yield from addresses_in(value, name)
    elif name in ADDRESSES | {"sameAs", "citation", "image", "item"} and not is_safe(str(data)):
        yield f"{name}: {data}"


@pytest.fixture
def owner(db: None) -> User:
    return make_hostile_site()


def test_on_pages_for_readers_and_machines(owner: User) -> None:
    found = {address: faults(Client().get(address).content.decode()) for address in PAGES}
    assert {address: some for address, some in found.items() if some} == {}
    assert Client().get(PAGES[-1]).status_code == 404
    assert "canary(1)" in Client().get(ARTICLE).content.decode()
    assert Client().get(f"/cards{ARTICLE.rstrip('/')}.png")["Content-Type"] == "image/png"

    feed = lxml.etree.fromstring(Client().get("/feed/").content)
    texts = [node.text or "" for node in feed.xpath("//*[@type='html']")]  # the others are text, by RFC 4287
    links = [str(one) for one in feed.xpath("//@href")]
    assert [some for text in texts if text.strip() for some in faults(text)] == []
    assert [link for link in links if "canary" in link or not is_safe(link)] == []
    assert "canary" not in Client().get("/sitemap.xml").content.decode()
    for line in Client().get("/llms.txt").content.decode().splitlines():
        for link in re.findall(r"(?<!\\)\]\((.*?)\)", line):
            assert link.startswith("http://127.0.0.1:8000/"), line


@pytest.mark.same_on_both  # test_clinic_admin.py opens every one of them on PostgreSQL
def test_on_every_page_for_staff(client: Client, owner: User) -> None:
    """The preview, the difference, the archive and the link for a reviewer among them."""
    archive.keep()
    assert ShownPage.objects.count() > 2
    assert [some for page in ShownPage.objects.all() for some in faults(unstyled(page.html.decode()))] == []
    KeyPoint.objects.create(article=Article.objects.get(), text="".join(TYPED).replace("\x00", ""))
    token = PreviewLink.objects.issue(Article.objects.get(), "key", by=owner)
    client.force_login(owner)
    found = {}
    for address in (*shown_to_the_owner(), f"/preview/{token}/"):
        if some := faults(client.get(address, follow=True).content.decode()):
            found[address] = some
    assert found == {}


def unstyled(page: str) -> str:
    """Without the styles that the archive puts into its pages."""
    return re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)


def test_in_mails(owner: User) -> None:
    Notice.objects.send_due()
    with time_machine.travel(dt.datetime(2027, 12, 1, 15, tzinfo=dt.UTC), tick=False):
        remind()
        digest.send()
    assert len(mail.outbox) >= 4
    for sent in mail.outbox:
        assert isinstance(sent, EmailMultiAlternatives)
        message = sent.message()
        assert set(message.keys()) <= HEADERS
        assert set(sent.recipients()) <= {"pat@example.com", "desk@example.com"}
        assert not re.search(r"[\x00-\x1f\x7f]", str(message["Subject"]))
        assert faults(str(sent.alternatives[0][0])) == []
