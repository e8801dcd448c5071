"""Many clients at the form at once, while the web server dies under them or somebody floods it."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from http.client import HTTPException

from offers.models import Lead, Notice

from .figures import Figure, at_least, exactly
from .served import Served
from .visitor import Answer, Sheet, Visitor

READ_FOR = 3.5  # seconds between fetching a form and sending it; one sent faster is suspected
BATCH = 10  # forms that a client fetches before it waits
BREAKS = (OSError, HTTPException)


def person(number: int) -> dict[str, str]:
    """What this one types. The name tells them apart later."""
    return {
        "name": f"Pat Example the {number}th",
        "phone": "",
        "email": f"pat{number}@example.com",
        "contact_by": "email",
        "region": "other",
        "note": "In the morning, if you can.",
    }


def address(number: int) -> str:
    """A network of its own for each, so that no limit for one address is met."""
    return f"2001:db8:{number // 65536:x}:{number % 65536:x}::1"


@dataclass
class Storm:
    """Clients who go on pressing the button of the same form until they are told that it has arrived."""

    site: Served
    breaks: Counter[str] = field(default_factory=Counter)
    confirmed: dict[int, str] = field(default_factory=dict)  # who -> address of the ticket

    def work(self, numbers: list[int]) -> None:
        for start in range(0, len(numbers), BATCH):
            batch = numbers[start : start + BATCH]
            visitors = [Visitor(self.site.port, address(number)) for number in batch]
            sheets = [self.fetch(visitor) for visitor in visitors]
            time.sleep(READ_FOR)
            for number, visitor, sheet in zip(batch, visitors, sheets, strict=True):
                self.confirmed[number] = self.send(visitor, sheet, person(number)).location

    def fetch(self, visitor: Visitor) -> Sheet:
        while True:
            try:
                return visitor.fetch()
            except BREAKS:
                self.breaks["fetching"] += 1
                time.sleep(0.2)

    def send(self, visitor: Visitor, sheet: Sheet, fields: dict[str, str]) -> Answer:
        """Until there is a ticket."""
        answer = self.press(visitor, sheet, fields)
        assert answer.status == 302, f"{answer.status}: {answer.body[:2000].decode()}"
        return answer

    def press(self, visitor: Visitor, sheet: Sheet, fields: dict[str, str]) -> Answer:
        """Until there is an answer, and not the one to try again."""
        while True:
            try:
                answer = visitor.send(sheet, fields)
            except BREAKS:
                self.breaks["sending"] += 1
            else:
                if answer.status != 503:
                    return answer
                self.breaks["asked to press again"] += 1
            time.sleep(0.2)


@dataclass
class Killer:
    """Kills the site `every` seconds after it answered, and starts it again, until told to stop, or `most` times."""

    site: Served
    every: float
    most: int
    kills: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def at_work(self) -> Iterator["Killer"]:
        thread = threading.Thread(target=self.work)
        thread.start()
        try:
            yield self
        finally:
            self.stop.set()
            thread.join()

    def work(self) -> None:
        while self.kills < self.most and not self.stop.wait(self.every):
            self.site.kill()
            self.kills += 1
            self.site.start()
            self.site.wait()


def killed_web(site: Served, leads: int, clients: int, every: float, most: int = 10_000) -> list[Figure]:
    """The database must hold nothing else when it starts."""
    storm, killer = Storm(site), Killer(site, every, most)
    with killer.at_work(), ThreadPoolExecutor(clients) as pool:
        for done in [pool.submit(storm.work, list(range(start, leads, clients))) for start in range(clients)]:
            done.result()
    return [
        exactly("leads confirmed", len(storm.confirmed), leads),
        at_least("times the web server was killed", killer.kills, 1),
        at_least("connections that broke while sending", storm.breaks["sending"], 0),
        *look_at(storm.confirmed),
    ]


def look_at(confirmed: dict[int, str]) -> list[Figure]:
    """What the database holds of those who were told that it has arrived."""
    stored: dict[str, list[Lead]] = {}
    for lead in Lead.objects.select_related("offer").prefetch_related("notices", "events"):
        stored.setdefault(lead.name, []).append(lead)
    wanted = sorted([Notice.Kind.PATIENT, Notice.Kind.CLINIC])
    lost = doubled = half = others = 0
    for number, ticket in confirmed.items():
        leads = stored.pop(person(number)["name"], [])
        lost += not leads
        doubled += len(leads) > 1
        others += bool(leads) and leads[0].get_absolute_url() != ticket
        half += any(
            sorted(notice.kind for notice in lead.notices.all()) != wanted or not lead.events.all()
            for lead in leads
        )
    return [
        exactly("confirmed and lost", lost, 0),
        exactly("confirmed and doubled", doubled, 0),
        exactly("confirmed without its notices or its event", half, 0),
        exactly("confirmed with somebody else's ticket", others, 0),
        exactly("stored and never confirmed", len(stored), 0),
    ]


def flooded(site: Served, turns: int, claims: int, a_minute: int = 200) -> tuple[list[float], list[float]]:
    """Milliseconds in which one address gets its tickets: in turns of quiet, and while another one floods."""
    times: dict[bool, list[float]] = {False: [], True: []}
    number = 100_000
    for turn in range(turns):
        is_flooded = bool(turn % 2)
        with flood(site, a_minute) if is_flooded else nullcontext():
            visitors = [Visitor(site.port, address(number + offset)) for offset in range(claims)]
            sheets = [visitor.fetch() for visitor in visitors]
            time.sleep(READ_FOR)
            for visitor, sheet in zip(visitors, sheets, strict=True):
                began = time.perf_counter()
                answer = visitor.send(sheet, person(number))
                assert answer.status == 302, f"{answer.status}: {answer.body[:2000].decode()}"
                times[is_flooded].append((time.perf_counter() - began) * 1000)
                number += 1
                time.sleep(0.1)
    return times[False], times[True]


@contextmanager
def flood(site: Served, a_minute: int) -> Iterator[None]:
    stop = threading.Event()

    def pour() -> None:
        visitor, number = Visitor(site.port, "192.0.2.66"), 900_000
        sheet = visitor.fetch()
        while not stop.wait(60 / a_minute):
            number += 1
            with suppress(*BREAKS):
                visitor.send(sheet, person(number))

    thread = threading.Thread(target=pour)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def take_turn(site: Served, turn: int, clients: int, claims: int) -> list[float]:
    """Milliseconds of each fetching and sending, `clients` at once, as fast as they get their tickets."""

    def work(client: int) -> list[float]:
        first = 200_000 + (turn * clients + client) * claims
        visitors = [Visitor(site.port, address(first + offset)) for offset in range(claims)]
        old = [visitor.fetch() for visitor in visitors]
        time.sleep(READ_FOR)
        times = []
        for number, (visitor, sheet) in enumerate(zip(visitors, old, strict=True), start=first):
            began = time.perf_counter()
            visitor.fetch()
            answer = visitor.send(sheet, person(number))
            assert answer.status == 302, f"{answer.status}: {answer.body[:2000].decode()}"
            times.append((time.perf_counter() - began) * 1000)
        return times

    with ThreadPoolExecutor(clients) as pool:
        return [one for times in pool.map(work, range(clients)) for one in times]
