"""How pages slow down as articles and leads grow: 10, 1,000 and 10,000 of each, measured side by side in one run.

`make growth` fills one throw-away database for each size and asks each of them in turn for the same page, made
anew every time (neither page cache nor 304), so that whatever else the machine does falls on all sizes alike.
The figures are medians in milliseconds of a whole request inside the process. A worker is this same file, run with
the number of articles.
"""

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
    "reviews due": "/admin/blog/article/reviews/",
    "how they fare": "/admin/articles/health/",
    "what people want to know": "/admin/articles/demand/",
    "what we say it does": "/admin/blog/article/claims/",
}  # with a space and what is sent: a POST
FIRST_NAMES = ("Maria", "James", "Ann", "Wei", "Olga", "Jose", "Fatima", "Peter", "Noor", "Ruth")


def fill(size: int) -> None:
    """Articles made of the starter articles' texts, on 10 conditions and up to 9 muscles as these are."""
    from django.core.management import call_command
    from django.utils import timezone

    from blog.models import Article, Edition
    from clinic_site.changes import PageChange

    call_command("migrate", verbosity=0)
    call_command("load_starter")
    models = list(Edition.objects.prefetch_related("regions", "muscles"))
    chance = random.Random(size)
    now = timezone.now()
    made = []
    for number in range(size):
        like = models[number % len(models)]
        title = f"{like.title}, {chance.choice(like.words.split())} {number}"
        made.append((like, Article(title=title, slug=f"made-up-{number}", condition=like.condition)))
    Article.objects.update(withdrawn_at=now)  # the starter articles make way: there are `size` in all
    articles = Article.objects.bulk_create([article for _, article in made])
    editions = []
    for (like, _), article in zip(made, articles, strict=True):
        fields = {
            field.attname: getattr(like, field.attname)
            for field in Edition._meta.concrete_fields
            if field.attname
            not in {"id", "article_id", "slug", "title", "visible_from", "first_visible_from"}
        }
        content = like.content | {"title": article.title}
        fields |= {"content": content, "hash": f"{article.slug:x>64}", "visible_from": now}
        editions.append(
            Edition(article=article, slug=article.slug, title=article.title, first_visible_from=now, **fields)
        )
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
    PageChange.objects.note()
    call_command("rebuild_search", verbosity=0)


def fill_leads(size: int) -> None:
    """Spread over a year and all stages, three in ten of them unanswered; every tenth has one first name."""
    import datetime as dt
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
    both_factors(client, User.objects.create_superuser("owner"))
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
            + "   growth  queries"
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
            growth = medians[SIZES[-1]] / medians[SIZES[0]]
            row = "".join(f"{medians[size]:>10.1f}" for size in SIZES)
            print(
                f"{name:<30}{row}{growth:>9.2f}   {'/'.join(str(queries[size]) for size in SIZES)}",
                flush=True,
            )


if __name__ == "__main__":
    work(int(sys.argv[1])) if sys.argv[1:2] and sys.argv[1].isdecimal() else report()
