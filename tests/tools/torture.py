"""What is promised of leads, tried hard (`make torture`): a table of figures, and 1 when a bound is broken.

First on SQLite, then on PostgreSQL, which writes to the disk as it would on a machine that matters. Each run has a
folder of its own; this file is both the one who starts the runs and, with a word after it, a run.
The short version of each is in tests/test_torture.py.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

from .figures import Figure, at_least, at_most, broken, exactly
from .postgres import DURABLE, cluster, find_server

ROOT = Path(__file__).resolve().parents[2]
LEADS, CLIENTS, KILL_EVERY = int(os.environ.get("LEADS", "2000")), 50, 3.0  # seconds
WORKER_KILLS = 50
HOSTILE = int(os.environ.get("HOSTILE", "10000"))
LOG = Path(os.environ.get("VAR_DIR", "var")) / "torture.log"


def prepare() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_starter")
    call_command("collectstatic", interactive=False, verbosity=0)


def empty() -> None:
    """Each part begins with no lead; the models' own methods never delete one."""
    from django.core.management.color import no_style
    from django.db import connection

    from offers.models import Lead

    related = [relation.related_model._meta.db_table for relation in Lead._meta.related_objects]
    tables = [*related, Lead._meta.db_table]
    with connection.constraint_checks_disabled():
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables, allow_cascade=True))


def free_places() -> None:
    from clinic_site.changes import PageChange
    from offers.models import Offer

    Offer.objects.update(cap_total=None)
    PageChange.objects.note()
    time.sleep(1.5)  # until every process has noticed


def p(share: float, times: list[float]) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def web_kills() -> list[Figure]:
    from .served import Served
    from .storms import killed_web

    with Served({}, log=LOG) as site:
        return killed_web(site, LEADS, CLIENTS, KILL_EVERY)


def worker_kills() -> list[Figure]:
    from tests import factories as make

    from .mail_trouble import killed_worker
    from .served import Worker

    for number in range(150):
        make.make_lead(email=f"pat{number}@example.com", phone="", contact_by="email")
    return killed_worker(Worker({}, log=LOG), WORKER_KILLS)


def mail_away() -> list[Figure]:
    from .mail_trouble import Mood, mail_server
    from .served import Served, Worker, free_port
    from .storms import take_turn

    times: dict[bool, list[float]] = {True: [], False: []}
    port = free_port()
    url = {"MAIL_URL": f"smtp://127.0.0.1:{port}"}
    with Served(url, log=LOG) as site, Worker(url, log=LOG):
        for turn in range(40):
            is_there = not turn % 2
            if is_there:
                with mail_server(Mood(0), port):
                    times[True] += take_turn(site, turn, clients=4, claims=15)
            else:
                times[False] += take_turn(site, turn, clients=4, claims=15)
    there, away = p(0.95, times[True]), p(0.95, times[False])
    print(
        f"    p95 with the mail server {there:.1f} ms, without {away:.1f} ms, {len(times[True])} leads each"
    )
    return [at_most("p95 of the form, mail server away / there", away / there, 1.1)]


def races() -> list[Figure]:
    from tests import factories as make

    from .races import last_place_pressed_twice, last_places, one_code, one_form
    from .served import Served

    with Served({}, log=LOG) as site:
        figures = last_places(site, 500, 100)
        figures += last_place_pressed_twice(site, 50)
        empty()
        free_places()
        figures += one_form(site, 100)
    return figures + one_code(make.make_lead(), 50, make.make_user())


def floods() -> list[Figure]:
    from .served import Served
    from .storms import flooded

    with Served({}, log=LOG) as site:
        quiet, under = flooded(site, turns=12, claims=20)
    normal = p(0.95, quiet)
    print(f"    p95 in quiet {normal:.1f} ms, under the flood {p(0.95, under):.1f} ms")
    within = sum(one <= normal for one in under) / len(under)
    return [at_least("share of tickets within the normal p95, under a flood", within, 0.9)]


def hostile() -> list[Figure]:
    from offers.models import Lead
    from tests.hostile import Submission, attack

    from .served import Served
    from .storms import READ_FOR
    from .visitor import Visitor

    with Served({}, log=LOG) as site:
        sheet = Visitor(site.port, "192.0.2.1").fetch()
        own = {name: sheet.hidden[name] for name in ("opened", "csrfmiddlewaretoken")}
        time.sleep(READ_FOR)

        def post(submission: Submission) -> tuple[int, str, str]:
            answer = Visitor(site.port, submission.address).post(submission.body(**own), sheet.cookie)
            return answer.status, answer.location, answer.body.decode()

        outcome = attack(post, HOSTILE, seed_=4)
    stored = {lead.email: lead for lead in Lead.objects.select_related("offer") if lead.email}
    for fault in [*outcome.faults, *outcome.lost][:10]:
        print(f"    {fault}")
    wrong = [email for email, ticket in outcome.tickets.items() if stored[email].get_absolute_url() != ticket]
    return [
        exactly("hostile and odd forms sent", outcome.sent, HOSTILE),
        exactly("faults, or something shown raw", len(outcome.faults), 0),
        exactly("real ones among them that got no ticket", len(outcome.lost), 0),
        exactly("real ones stored otherwise than confirmed", len(wrong), 0),
        exactly("leads stored", Lead.objects.count(), outcome.taken),
    ]


def canaries() -> list[Figure]:
    """What the processes themselves have written, and what a thief of the database would find."""
    from .canaries import ARTICLE, CANARIES, OF_LEADS, dump, found_in, raw_files
    from .mail_trouble import Mood, mail_server, wait_for_mail
    from .served import Served, Worker
    from .storms import READ_FOR
    from .visitor import Visitor

    log = LOG.with_name("canaries.log")
    mood = Mood(0.5)
    with mail_server(mood) as url, Served({}, log=log) as site:
        visitor = Visitor(site.port, "192.0.2.7")
        visitor.headers["Referer"] = f"http://127.0.0.1:{site.port}/blog/{ARTICLE}/"
        sheet = visitor.fetch()
        time.sleep(READ_FOR)
        given = CANARIES | {"contact_by": "email", "region": "lower-back"}
        visitor.send(sheet, given | {"region": "nowhere"})
        ticket = visitor.send(sheet, given).location
        with Worker({"MAIL_URL": url}, log=log):
            wait_for_mail()
    print(f"    {log.stat().st_size} bytes of log, {len(dump())} bytes of SQL, {len(mood.mails)} mails")
    subjects = " ".join(str(mail["Subject"]) for mail in mood.mails)
    to_staff = " ".join(mail.as_string() for mail in mood.mails if CANARIES["email"] not in str(mail["To"]))
    told = {"log": log.read_text(), "address of the ticket": ticket, "subjects": subjects, "notice": to_staff}
    told |= {"SQL dump": dump(), "files of the database": raw_files()}
    hidden = dump(*OF_LEADS)
    return [
        exactly("tickets", bool(ticket), True),
        exactly("mails to staff", bool(to_staff), True),
        *(exactly(f"marked values in: {place}", len(found_in(text)), 0) for place, text in told.items()),
        exactly(
            "the article or the region in the leads' tables",
            ARTICLE in hidden or "lower-back" in hidden,
            False,
        ),
    ]


PARTS: dict[str, Callable[[], list[Figure]]] = {
    "web": web_kills,
    "worker": worker_kills,
    "mail": mail_away,
    "races": races,
    "flood": floods,
    "hostile": hostile,
    "canaries": canaries,
}


def run(parts: list[str]) -> int:
    """All parts on the database of the environment."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic_site.settings"
    django.setup()
    prepare()
    failed = 0
    for name in parts:
        began = time.monotonic()
        figures = PARTS[name]()
        print(f"\n{name} ({time.monotonic() - began:.0f} s)")
        print(*figures, sep="\n", flush=True)
        failed += len(broken(figures))
        empty()
    return 1 if failed else 0


def start(database: str, parts: list[str]) -> bool:
    """Whether all bounds held. `database` is an address, with a place for the folder of the run."""
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        own = {
            "VAR_DIR": folder,
            "DATABASE_URL": database.format(folder=folder),
            "TRUSTED_PROXIES": "1",
            "CLAIMS_AN_HOUR": "1000000",
            "PYTHONPATH": str(ROOT),
        }
        print(f"\n=== {database.partition(':')[0]}", flush=True)
        command = [sys.executable, "-m", "tests.tools.torture", "run", *parts]
        return subprocess.run(command, cwd=ROOT, env=os.environ | own, check=False).returncode == 0


def main(words: list[str]) -> int:
    """`words` choose parts, and "sqlite" or "postgres" one database; without any, all."""
    if words and words[0] == "run":
        return run(words[1:])
    chosen = [word for word in words if word in PARTS] or list(PARTS)
    kept = []
    if "postgres" not in words:
        kept.append(start("sqlite:///{folder}/db.sqlite3", chosen))
    if "sqlite" not in words:
        if server := find_server():
            with cluster(server, DURABLE) as url:
                kept.append(start(url, chosen))
        else:
            print("NOT RUN on PostgreSQL: its server is not installed here.", file=sys.stderr)
    return 0 if kept and all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
