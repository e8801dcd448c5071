"""How many leads a second the form takes, beside a bare Django form in one interleaved run (`make bench-leads`).

Eight clients fetch the form and send it, for some seconds with our site and then with the bare one
(tests/tools/bare), turn and turn about, so that whatever else the machine does falls on both. Both run under the
command of `manage.py serve` on databases of one kind. A client sends a form that it fetched some seconds ago, since
a person takes a while; what is timed is one fetch and one sending. Ends with 1 when a bound is broken.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException

import django
import psycopg

from .postgres import DURABLE, cluster, find_server
from .served import ROOT, Served
from .visitor import Sheet, Visitor

CLIENTS = 8
TURNS = int(os.environ.get("TURNS", "12"))
TURN = 3.0  # seconds
READ_FOR = 4.0  # seconds between fetching a form and sending it; one sent faster is suspected
LEAST_SHARE, MOST_P99 = 0.6, 3.0
GIVEN = {
    "name": "Pat Example",
    "phone": "(212) 555-0123",
    "email": "pat@example.com",
    "contact_by": "call",
    "region": "other",
    "note": "In the morning, if you can.",
    "text_consent": "on",
}


@dataclass
class Client:
    """Its forms lie in a row: the oldest is sent next."""

    visitor: Visitor
    number: int
    sheets: deque[Sheet] = field(default_factory=deque)
    sent: int = 0

    def stock(self, sheets: int) -> None:
        for _ in range(sheets):
            self.sheets.append(self.visitor.fetch())

    def person(self) -> dict[str, str]:
        return GIVEN | {
            "email": f"pat{self.number}.{self.sent}@example.com",
            "phone": f"(212) 555-01{self.sent % 100:02}",
        }

    def take_turn(self, seconds: float) -> list[tuple[float, float]]:
        """Milliseconds of each fetching and each sending."""
        taken, ends = [], time.perf_counter() + seconds
        while (began := time.perf_counter()) < ends:
            self.sent += 1
            # Each lead is another person at another place, so that no limit is met.
            self.visitor.headers["X-Forwarded-For"] = f"2001:db8:{self.number:x}:{self.sent:x}::1"
            try:
                self.sheets.append(self.visitor.fetch())
                fetched = time.perf_counter()
                answer = self.visitor.send(self.sheets.popleft(), self.person())
            except (ConnectionError, HTTPException):  # gunicorn was renewing a worker
                continue
            assert answer.status == 302, f"{answer.status}: {answer.body[:2000].decode()}"
            taken.append(((fetched - began) * 1000, (time.perf_counter() - fetched) * 1000))
        return taken


@dataclass
class Side:
    name: str
    clients: list[Client]
    turns: list[list[tuple[float, float]]] = field(default_factory=list)

    def stock(self, pool: ThreadPoolExecutor, sheets: int) -> None:
        list(pool.map(lambda client: client.stock(sheets), self.clients))

    def take_turn(self, pool: ThreadPoolExecutor, seconds: float) -> list[tuple[float, float]]:
        return [
            one for part in pool.map(lambda client: client.take_turn(seconds), self.clients) for one in part
        ]

    def pairs(self) -> list[float]:
        return sorted(fetched + sent for turn in self.turns for fetched, sent in turn)

    def a_second(self) -> float:
        return sum(map(len, self.turns)) / (len(self.turns) * TURN)

    def p(self, share: float) -> float:
        pairs = self.pairs()
        return pairs[min(int(len(pairs) * share), len(pairs) - 1)]

    def row(self) -> str:
        flat = [one for turn in self.turns for one in turn]
        fetched, sent = (statistics.median(part) for part in zip(*flat, strict=True))
        return (
            f"{self.name:<12}{self.a_second():>10.1f}{self.p(0.5):>10.1f}{self.p(0.99):>10.1f}"
            f"{fetched:>12.1f}{sent:>12.1f}{len(flat):>9,}"
        )


def manage(environment: dict[str, str], *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "django", *words, "--verbosity", "0"],
        cwd=ROOT,
        env=os.environ | environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def both_sides(url: str) -> Iterator[list[Side]]:
    """Ours and the bare one, each with a database of its own; `url` has a place for its name."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        common = {
            "VAR_DIR": folder,
            "TRUSTED_PROXIES": "1",
            "CLAIMS_AN_HOUR": "1000000",
            "PYTHONPATH": str(ROOT),
        }
        ours = common | {
            "DATABASE_URL": url.format(name="ours", folder=folder),
            "DJANGO_SETTINGS_MODULE": "clinic_site.settings",
        }
        bare = common | {
            "DATABASE_URL": url.format(name="bare", folder=folder),
            "DJANGO_SETTINGS_MODULE": "tests.tools.bare.settings",
        }
        manage(ours, "migrate")
        manage(ours, "load_starter")
        manage(ours, "collectstatic", "--noinput")
        manage(bare, "migrate", "--run-syncdb")
        sites = {"ours": Served(ours), "bare": Served(bare, "tests.tools.bare.wsgi")}
        for site in sites.values():
            stack.enter_context(site)
        yield [
            Side(
                name,
                [Client(Visitor(site.port, f"2001:db8:{number:x}::1"), number) for number in range(CLIENTS)],
            )
            for name, site in sites.items()
        ]


def compare(title: str, url: str) -> bool:
    """Whether both bounds hold."""
    with both_sides(url) as sides, ThreadPoolExecutor(CLIENTS) as pool:
        for side in sides:
            side.stock(pool, 40)
        time.sleep(READ_FOR)
        for side in sides:
            side.take_turn(pool, TURN)  # not counted: everything is loaded once
        for number in range(TURNS):
            for side in sides if number % 2 else reversed(sides):
                side.turns.append(side.take_turn(pool, TURN))
    ours, bare = sides
    share, p99 = ours.a_second() / bare.a_second(), ours.p(0.99) / bare.p(0.99)
    kept = share >= LEAST_SHARE and p99 <= MOST_P99
    print(
        f"\n{title:<12}{'leads/s':>10}{'p50 ms':>10}{'p99 ms':>10}{'fetch p50':>12}{'send p50':>12}{'leads':>9}"
    )
    print(bare.row())
    print(ours.row())
    print(
        f"{share:.2f} of the bare form's leads/s (at least {LEAST_SHARE}), {p99:.2f} × its p99 (at most {MOST_P99})"
    )
    print("kept" if kept else "BROKEN", flush=True)
    return kept


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic_site.settings"
    django.setup()
    kept = [compare("SQLite", "sqlite:///{folder}/{name}.sqlite3")]
    if server := find_server():
        with cluster(server, DURABLE) as address:
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("CREATE DATABASE ours")
                connection.execute("CREATE DATABASE bare")
            kept.append(compare("PostgreSQL", f"{address.rpartition('/')[0]}/{{name}}"))
    else:
        print("NOT RUN on PostgreSQL: its server is not installed here.", file=sys.stderr)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
