"""What staff see of the way from reading to a visit: right sums, a chart and its table, for whom it is meant."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from offers import funnel
from offers.counts import Kind
from offers.funnel_chart import HEIGHT, shares_of, steps_of
from offers.models import DailyCount

from . import factories as make

HOME, PAGE = "/admin/", "/admin/offers/funnel/"
SCIATICA, NECK = "dry-needling-for-sciatica", "dry-needling-for-neck-pain"
SUNDAY = dt.date(2026, 11, 22)
NOON = "2026-11-22T17:00:00Z"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def site(module_rows: None) -> None:
    with time_machine.travel(NOON, tick=False):
        make.make_clinic()
        condition = make.make_condition()
        for slug in (SCIATICA, NECK):
            make.make_edition(make.make_article(slug=slug, condition=condition))


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def count(kind: str, article: str = SCIATICA, n: int = 1, days_ago: int = 0) -> None:
    DailyCount.objects.add(kind, article, n, SUNDAY - dt.timedelta(days=days_ago))


def look(client: Client, address: str, group: str = "Owner") -> str:
    client.force_login(make.make_user(group=group))
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_of_each_articles_readers_so_many_asked(client: Client) -> None:
    count(Kind.READ, SCIATICA, n=200)
    count(Kind.CLAIMED, SCIATICA, n=4)
    count(Kind.READ, NECK, n=60)
    count(Kind.CLAIMED, NECK, n=6)
    count(Kind.READ, "rarely", n=49)
    count(Kind.CLAIMED, "rarely", n=40)
    count(Kind.CLAIMED, "", n=9)
    shares = shares_of(funnel.by_article(SUNDAY, SUNDAY))
    assert [(share.name, share.words, share.width) for share in shares] == [
        ("Dry needling for neck pain", "10 in 100", 100.0),
        ("Dry needling for sciatica", "2 in 100", 20.0),
        ("rarely", "Too few readers to tell", 0.0),
    ]
    page = look(client, HOME)
    assert "200 read it, 4 asked" in page
    assert '<rect width="20.0" height="1">' in page


# Sums


def test_a_week_begins_on_monday_and_all_articles_are_in_it() -> None:
    count(Kind.READ, SCIATICA, 5, days_ago=6)
    count(Kind.READ, NECK, 2)
    count(Kind.READ, SCIATICA, 3, days_ago=7)
    weeks = funnel.by_week()
    assert [week.reads for week in weeks] == [0] * 10 + [3, 7]
    assert [week.name for week in weeks[-2:]] == ["Nov 9", "Nov 16"]


def test_twelve_weeks_and_no_day_more() -> None:
    count(Kind.READ, days_ago=83)
    count(Kind.READ, n=100, days_ago=84)
    assert funnel.by_week()[0].reads == 1


def test_an_article_has_all_its_numbers_of_the_days_asked_for() -> None:
    count(Kind.READ, n=400)
    count(Kind.OPENED, n=20)
    count(Kind.CLAIMED, n=8)
    count(Kind.CLAIMED, "", n=2)
    count(Kind.READ, NECK, n=500)
    count(Kind.CENTS, n=10_050)
    count(Kind.CALL, n=3)
    count(Kind.READ, n=1_000, days_ago=3)
    first, second, unknown = funnel.by_article(SUNDAY, SUNDAY)
    assert (first.name, second.name) == ("Dry needling for neck pain", "Dry needling for sciatica")
    assert second.steps == ["400", "20", "8", "0", "0"]
    assert (second.given, second.taps, second.to_the_form_text) == ("$100.50", ["3", "0", "0"], "5 in 100")
    assert (unknown.name, unknown.steps[2]) == ("No article, or not known", "2")
    assert funnel.total_of([first, second, unknown]).steps == ["900", "20", "10", "0", "0"]


def test_an_article_that_is_no_longer_there_keeps_its_numbers() -> None:
    count(Kind.READ, "an-older-article")
    assert [article.name for article in funnel.by_article(SUNDAY, SUNDAY)] == ["an-older-article"]


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 0, ""),
        (0, 9, "0 in 100"),
        (1, 400, "under 1 in 100"),
        (1, 3, "33 in 100"),
        (4, 3, ""),
        (-1, 3, ""),
    ],
)
def test_a_share_is_said_only_where_there_is_one(part: int, whole: int, words: str) -> None:
    assert funnel.in_100(part, whole) == words


def test_the_best_and_the_worst_article_are_among_those_with_enough_readers() -> None:
    count(Kind.READ, SCIATICA, 100)
    count(Kind.READ, NECK, 100)
    count(Kind.READ, "hardly-read", 10)
    for article in (SCIATICA, "hardly-read"):
        count(Kind.OPENED, article, 9)
    pair = funnel.best_and_worst(funnel.by_article(SUNDAY, SUNDAY))
    assert pair is not None
    assert [article.name for article in pair] == ["Dry needling for sciatica", "Dry needling for neck pain"]


def test_there_is_no_best_while_all_are_alike() -> None:
    count(Kind.READ, SCIATICA, 100)
    assert funnel.best_and_worst(funnel.by_article(SUNDAY, SUNDAY)) is None


# The chart


def test_every_row_of_bars_has_its_own_scale() -> None:
    count(Kind.READ, n=1_000)
    count(Kind.READ, n=500, days_ago=7)
    count(Kind.READ, n=1, days_ago=14)
    count(Kind.OPENED, n=4)
    read, opened, *_ = steps_of(funnel.by_week())
    assert [bar.height for bar in read.bars[-3:]] == [1.5, HEIGHT / 2, HEIGHT]
    assert opened.bars[-1].height == HEIGHT
    assert all(bar.y + bar.height == HEIGHT for bar in read.bars)
    assert [bar.is_running for bar in read.bars] == [False] * 11 + [True]
    assert (read.total, read.share, opened.share) == ("1,501", "", "under 1 in 100")


def test_the_home_page_has_a_chart_and_the_same_as_a_table(client: Client) -> None:
    count(Kind.READ, n=1_234)
    count(Kind.REDEEMED, n=2)
    count(Kind.CENTS, n=20_000)
    page = look(client, HOME)
    part = page[page.index('class="funnel"') :].split("<h3")[0]
    assert part.count('<svg class="funnel__weeks"') == 5
    assert part.count("<rect") == 5 * 12
    assert part.count("Week of Nov 16: 1,234") == 1
    assert len(re.findall(r"<th scope=\"row\">", part)) == 12 + 1
    assert "<td>1,234</td>" in part
    assert "<b>$200</b> given in discounts" in part
    assert "style=" not in part


def test_the_home_page_asks_two_questions_more_however_much_was_counted(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(HOME)
        return len([one for one in captured if "dailycount" in one["sql"]])

    look(client, HOME)
    assert queries() == 2
    for number in range(30):
        count(Kind.READ, f"article-{number}", days_ago=number)
    assert queries() == 2


# The page


def test_the_page_shows_each_article_for_the_days_asked_for(client: Client) -> None:
    count(Kind.READ, SCIATICA, 31)
    count(Kind.READ, NECK, 47, days_ago=5)
    page = look(client, PAGE)
    assert page.index("Dry needling for neck pain") < page.index("Dry needling for sciatica")
    page = client.get(PAGE, {"since": "2026-11-20", "until": "2026-11-22"}).content.decode()
    assert "<td>31</td>" in page
    assert "Dry needling for neck pain" not in page
    assert "November 20, 2026 to November 22, 2026" in page


@pytest.mark.parametrize(("order", "first"), [("best", "sciatica"), ("worst", "neck pain")])
def test_the_best_or_the_worst_article_comes_first(client: Client, order: str, first: str) -> None:
    for slug in (SCIATICA, NECK):
        count(Kind.READ, slug, 100)
    count(Kind.OPENED, SCIATICA, 9)
    client.force_login(make.make_user(group="Owner"))
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>', client.get(PAGE, {"order": order}).content.decode())
    assert rows[0] == f"Dry needling for {first}"
    assert rows[-1] == "Together"


@pytest.mark.parametrize(
    "query", ["since=x", "until=", "order=y", "since=0001-01-01", "since=2026-11-22&until=2026-01-01"]
)
def test_days_that_make_no_sense_spoil_nothing(client: Client, query: str) -> None:
    look(client, f"{PAGE}?{query}")


def test_the_desk_may_look_and_editors_and_strangers_may_not(client: Client) -> None:
    count(Kind.READ, n=7)
    assert 'class="funnel"' in look(client, HOME, group="Front desk")
    assert client.get(PAGE).status_code == 200
    client.force_login(make.make_user("edith", group="Editor"))
    assert 'class="funnel"' not in client.get(HOME).content.decode()
    assert client.get(PAGE).status_code == 403
    client.logout()
    assert client.get(PAGE)["Location"] == f"/admin/login/?next={PAGE}"
    client.force_login(make.make_user("nobody", is_staff=False))
    assert client.get(PAGE).status_code == 302
