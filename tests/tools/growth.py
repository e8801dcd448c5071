"""How pages slow down as articles and leads grow: 10, 1,000 and 10,000 of each, measured side by side in one run.

`make growth` fills one throw-away database for each size and asks each of them in turn for the same page, made
anew every time (neither page cache nor 304), so that whatever else the machine does falls on all sizes alike.
The figures are medians in milliseconds of a whole request inside the process. A list of 10 is shorter than a page
of it may be, so the growth from 1,000, where pages are full, stands beside the growth from 10. A worker is this same
file, run with the number of articles.
"""

import datetime as dt
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import parse_qsl

ROOT = Path(__file__).resolve().parents[2]
SIZES = (10, 1_000, 10_000)
ROUNDS = 30
PAGES = {
    "article": "/blog/made-up-0/",
    "list": "/blog/",
    "list of a region": "/blog/?region=lower-back",
    "last page of the list": "/blog/?page=9999",
    "conditions": "/conditions/",
    "muscle": "/muscles/piriformis/",
    "muscles": "/muscles/",
    "home": "/",
    "search, a rare word": "/search/?q=cauda+equina",
    "search, a common word": "/search/?q=pain",
    "search, four common words": "/search/?q=dry+needling+muscle+pain",
    "search, misspelt": "/search/?q=piriformus+siatica",
    "not found": "/blog/made-up-thing/",
    "feed": "/feed/",
    "sitemap": "/sitemap.xml",
    "leads, to do": "/admin/offers/lead/",
    "leads, all": "/admin/offers/lead/?tab=all",
    "leads, set aside": "/admin/offers/lead/?tab=set_aside",
    "leads, a search": "/admin/offers/lead/ find=0007",
    "desk": "/desk/",
    "desk, four digits": "/desk/ find=0007",
    "desk, a rare name": "/desk/ find=quillf",
    "desk, a common name": "/desk/ find=maria",
    "staff home": "/admin/",
    "articles, staff": "/admin/blog/article/",
    "articles, staff, a search": "/admin/blog/article/?q=sciatica",
    "articles, staff, public ones": "/admin/blog/article/?state=public",
    "articles, staff, not signed": "/admin/blog/article/?state=unsigned",
    "reviews due": "/admin/blog/article/reviews/",
    "how they fare": "/admin/articles/health/",
    "what people want to know": "/admin/articles/demand/",
    "what we say it does": "/admin/blog/article/claims/",
}  # with a space and what is sent: a POST
FIRST_NAMES = ("Maria", "James", "Ann", "Wei", "Olga", "Jose", "Fatima", "Peter", "Noor", "Ruth")


def fill(size: int) -> None:
    """Articles made of the starter articles' texts, on 10 conditions and up to 9 muscles as these are.

    Their reviews fall due all over the coming year, and nobody has signed every tenth of them.
    """
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.utils import timezone

    from blog.models import Article, Edition
    from clinic_site.changes import PageChange

    call_command("migrate", verbosity=0)
    call_command("load_starter")
    owner = User.objects.create_superuser("owner")
    models = list(Edition.objects.prefetch_related("regions", "muscles").select_related("article"))
    chance = random.Random(size)
    now = timezone.now()
    made = []
    for number in range(size):
        like = models[number % len(models)]
        title = f"{like.title}, {chance.choice(like.words.split())} {number}"
        due = timezone.localdate() + dt.timedelta(days=1 + 364 * number // size)
        own = {"title": title, "slug": f"made-up-{number}", "next_review_on": due}
        made.append((like, Article(**(_fields_of(like.article) | own))))
    Article.objects.update(withdrawn_at=now)  # the starter articles make way: there are `size` in all
    articles = Article.objects.bulk_create([article for _, article in made], batch_size=500)
    editions = []
    for number, ((like, _), article) in enumerate(zip(made, articles, strict=True)):
        own = {"article_id": article.pk, "slug": article.slug, "title": article.title}
        own |= {"content": like.content | {"title": article.title}, "hash": f"{article.slug:x>64}"}
        own |= {"visible_from": now, "first_visible_from": now, "next_review_on": article.next_review_on}
        own |= {"published_by_id": owner.pk if number % 10 else None}
        editions.append(Edition(**(_fields_of(like) | own)))
    editions = Edition.objects.bulk_create(editions, batch_size=500)
    for name, key in (("regions", "region_id"), ("muscles", "muscle_id")):
        through = getattr(Edition, name).through
        through.objects.bulk_create(
            [
                through(edition_id=edition.pk, **{key: row.pk})
                for (like, _), edition in zip(made, editions, strict=True)
                for row in getattr(like, name).all()
            ],
            batch_size=1000,
        )
    _fill_around([(like.article, article) for (like, _), article in zip(made, articles, strict=True)])
    PageChange.objects.note()
    call_command("rebuild_search", verbosity=0)


def _fields_of(row: Any) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }


def _fill_around(articles: list[tuple[Any, Any]]) -> None:
    """What belongs to the working copies: each of `articles` with the one that it is like. One link is dead."""
    from django.utils import timezone

    from blog.models import Citation, LinkCheck, Source, TextCount
    from blog.text_counts import count

    counts = {row.article_id: row for row in count({like.pk for like, _ in articles})}
    own = [
        _fields_of(counts[like.pk]) | {"article_id": row.pk, "text_of": row.changed_at}
        for like, row in articles
    ]
    TextCount.objects.bulk_create([TextCount(**fields) for fields in own], batch_size=500)
    cited = {like.pk: list(Citation.objects.filter(article=like)) for like, _ in articles}
    citations = [
        Citation(**(_fields_of(row) | {"article_id": article.pk}))
        for like, article in articles
        for row in cited[like.pk]
    ]
    Citation.objects.bulk_create(citations, batch_size=1000)
    links = sorted({link["url"] for source in Source.objects.all() for link in source.links()})
    checks = [LinkCheck(address=link, state=2 * (at > 0), at=timezone.now()) for at, link in enumerate(links)]
    LinkCheck.objects.bulk_create(checks)


def fill_leads(size: int) -> None:
    """Spread over a year and all stages, three in ten of them unanswered; every tenth has one first name."""
    import uuid

    from django.utils import timezone

    from offers.codes import new_code
    from offers.lead_keys import keys_of
    from offers.leads import Lead
    from offers.models import LeadKey, Offer
    from offers.stages import Stage

    offer, now, chance = Offer.objects.get(), timezone.now(), random.Random(size)
    stages = (
        [Stage.NEW] * 3 + [Stage.CONTACTED] * 2 + [Stage.BOOKED, Stage.REDEEMED, Stage.LOST, Stage.SET_ASIDE]
    )
    codes: set[str] = set()
    while len(codes) < size:  # of ten thousand, two are the same by chance now and then
        codes.add(new_code())
    leads = []
    for number, code in enumerate(codes):
        stage = chance.choice(stages)
        created = now - dt.timedelta(days=365 * number / size, minutes=5)
        surname = "Quillfeather" if number == 7 else "".join(chance.choices("abcdefghijklmnoprstuvw", k=7))
        lead = Lead(
            offer=offer,
            name=f"{FIRST_NAMES[number % 10]} {surname.capitalize()}",
            phone=f"+1212555{number:04d}",
            email=f"patient{number}@example.com",
            region="lower-back",
            note="After five, please.",
            contact_by="call",
            code=code,
            form_key=uuid.uuid4(),
            stage=stage,
            created_at=created,
            redeemed_at=created if stage == Stage.REDEEMED else None,
            next_contact_on=(now + dt.timedelta(days=number % 20 - 5)).date() if number % 7 == 0 else None,
        )
        lead.token_digest = f"{number:x>64}"
        leads.append(lead)
    Lead.objects.bulk_create(leads, batch_size=500)
    LeadKey.objects.bulk_create([key for lead in leads for key in keys_of(lead)], batch_size=1000)


def work(size: int) -> None:
    """Fill a database, then answer each address on standard input with the milliseconds and queries it took."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic_site.settings"
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from clinic_site import facts, page_cache
    from tests.conftest import pytest_configure
    from tests.signing_in import both_factors

    pytest_configure()  # static files by their plain names: nothing has to be collected
    fill(size)
    fill_leads(size)
    facts.forget()
    facts.CHECKED_EVERY = 3600.0
    page_cache.BROTLI_QUALITY = 1  # compressing costs the same whatever the number of articles
    client = Client(headers={"host": "127.0.0.1"})
    both_factors(client, User.objects.get(username="owner"))
    print("ready", flush=True)
    for line in sys.stdin:
        page_cache.forget()
        with CaptureQueriesContext(connection) as queries:
            started = perf_counter()
            address, _, sent = line.strip().partition(" ")
            response = client.post(address, dict(parse_qsl(sent))) if sent else client.get(address)
            taken = (perf_counter() - started) * 1000
        answer = {"ms": taken, "queries": len(queries), "status": response.status_code}
        print(json.dumps(answer | {"bytes": len(response.content)}), flush=True)


def start(size: int, folder: str) -> Callable[[str], dict[str, Any]]:
    environment = os.environ | {
        "VAR_DIR": folder,
        "DATABASE_URL": f"sqlite:///{folder}/growth.sqlite3",
        "PYTHONWARNINGS": "ignore",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.tools.growth", str(size)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    to, answers = process.stdin, process.stdout
    started = perf_counter()
    while answers.readline().strip() != "ready":
        assert process.poll() is None, f"the worker with {size} articles stopped"
    print(f"{size:>6} articles and leads made in {perf_counter() - started:.0f} s", flush=True)

    def ask(address: str) -> dict[str, Any]:
        to.write(f"{address}\n")
        to.flush()
        answer: dict[str, Any] = json.loads(answers.readline())
        return answer

    return ask


def report() -> None:
    with ExitStack() as stack:
        folders = [stack.enter_context(tempfile.TemporaryDirectory()) for _ in SIZES]
        workers = {size: start(size, folder) for size, folder in zip(SIZES, folders, strict=True)}
        print(
            f"\n{'median ms of a page made anew':<30}"
            + "".join(f"{size:>10,}" for size in SIZES)
            + "   growth  from 1,000  queries"
        )
        wanted = sys.argv[1:] or list(PAGES)
        for name, address in ((name, PAGES[name]) for name in wanted):
            for ask in workers.values():
                ask(address)
            taken: dict[int, list[float]] = {size: [] for size in SIZES}
            queries = {}
            for _ in range(ROUNDS):
                for size, ask in workers.items():
                    answer = ask(address)
                    taken[size].append(answer["ms"])
                    queries[size] = answer["queries"]
            medians = {size: statistics.median(times) for size, times in taken.items()}
            growth, full = (medians[SIZES[-1]] / medians[size] for size in SIZES[:2])
            row = "".join(f"{medians[size]:>10.1f}" for size in SIZES)
            print(
                f"{name:<30}{row}{growth:>9.2f}{full:>12.2f}  {'/'.join(str(queries[size]) for size in SIZES)}",
                flush=True,
            )


if __name__ == "__main__":
    work(int(sys.argv[1])) if sys.argv[1:2] and sys.argv[1].isdecimal() else report()
