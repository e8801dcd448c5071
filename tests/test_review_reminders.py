"""Mails about reviews: 30 days and 7 days before, and when one is overdue; once each, to whom it concerns."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from blog.models import Article
from blog.review_reminders import remind
from clinic_site.models import Practitioner

from . import factories as make
from .test_reviews import DUE, noon, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(db: None) -> Article:
    make.make_clinic(email="clinic@example.com")
    make.make_practitioner(email="ada@example.com")
    return published()


def told(days: int) -> list[tuple[list[str], str]]:
    """Whom the chore mails so many days after the day, run twice, and what is on the first line of the list."""
    mail.outbox.clear()
    with time_machine.travel(noon(days), tick=False):
        remind()
        remind()
    return [(sent.to, str(sent.body).splitlines()[2]) for sent in mail.outbox]


def test_each_mail_goes_out_once(article: Article) -> None:
    title = "- Dry needling for sciatica:"
    mine = ["ada@example.com"]
    assert told(-31) == []
    assert told(-30) == [(mine, f"{title} due March 1, 2037, for Ada Example")]
    assert told(-29) == []
    assert told(-7) == [(mine, f"{title} due March 1, 2037, for Ada Example")]
    assert told(0) == []
    assert told(1) == [
        (["ada@example.com", "clinic@example.com"], f"{title} overdue since March 1, 2037, for Ada Example")
    ]
    assert told(40) == []


def test_whoever_is_late_is_told_the_latest_alone(article: Article) -> None:
    assert len(told(3)) == 1
    assert told(4) == []


def test_without_an_address_the_owner_is_told(article: Article) -> None:
    Practitioner.objects.update(email="")
    make.make_user("owner", group="Owner", email="owner@example.com")
    assert [to for to, _ in told(-30)] == [["owner@example.com"]]


def test_one_mail_tells_of_all_pages_and_none_is_lost_with_a_mail(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(slug="another", next_review_on=DUE + dt.timedelta(days=3))

    def broken(mail: EmailMultiAlternatives) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch, time_machine.travel(noon(-27), tick=False):
        patch.setattr(EmailMultiAlternatives, "send", broken)
        with pytest.raises(ConnectionRefusedError):
            remind()
    assert len(told(-27)) == 1
    assert mail.outbox[0].subject == "2 pages to review"
    assert "/admin/blog/article/reviews/" in str(mail.outbox[0].body)


def test_a_withdrawn_page_and_one_that_is_followed_are_left_alone(article: Article) -> None:
    with time_machine.travel(noon(-40)):
        make.make_edition(article, visible_from=noon(-20))
    assert told(-30) == []
    article.refresh_from_db()
    article.withdraw()
    assert told(1) == []
