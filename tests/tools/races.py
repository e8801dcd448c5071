"""Many at once, where only one may win."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.models import User
from django.db import connection

from clinic_site.changes import PageChange
from offers.models import Lead, LeadEvent, Offer
from offers.stages import NotAllowed

from .figures import Figure, exactly
from .served import Served
from .storms import READ_FOR, Storm, address, person
from .visitor import Visitor


def at_once[Result](times: int, act: Callable[[int], Result]) -> list[Result]:
    """`act(0)` to `act(times - 1)` in threads that start at the same moment."""
    gate = threading.Barrier(times)

    def wait_and_act(number: int) -> Result:
        gate.wait()
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(wait_and_act, range(times)))


def one_form(site: Served, times: int) -> list[Figure]:
    """One form, sent by `times` presses at the same moment."""
    before = Lead.objects.count()
    storm = Storm(site)
    fields = person(500_000)
    sheet = storm.fetch(Visitor(site.port, address(500_000)))
    time.sleep(READ_FOR)

    def press(_: int) -> str:
        return storm.send(Visitor(site.port, address(500_000)), sheet, fields).location

    tickets = set(at_once(times, press))
    return [
        exactly(f"leads of one form sent {times} times at once", Lead.objects.count() - before, 1),
        exactly("tickets shown for it", len(tickets), 1),
    ]


def one_code(lead: Lead, times: int, by: User) -> list[Figure]:
    """One code, redeemed at `times` desks at the same moment."""

    def redeem(_: int) -> str:
        try:
            Lead.objects.get(pk=lead.pk).redeem(by=by)
        except NotAllowed:
            return "refused"
        return "redeemed"

    said = Counter(at_once(times, redeem))
    lines = lead.events.filter(kind=LeadEvent.Kind.REDEEMED).count()
    return [
        exactly(f"redemptions of one code at {times} desks at once", said["redeemed"], 1),
        exactly("lines of it in the timeline", lines, 1),
        exactly("desks that were told who was first", said["refused"], times - 1),
    ]


def last_places(site: Served, claims: int, places: int) -> list[Figure]:
    """As many claims at once as there are not places for. The offer must be on, and have no lead."""
    Offer.objects.filter(is_on=True).update(cap_total=places)
    PageChange.objects.note()
    storm = Storm(site)
    visitors = [Visitor(site.port, address(600_000 + number)) for number in range(claims)]
    with ThreadPoolExecutor(20) as pool:
        sheets = list(pool.map(storm.fetch, visitors))
    time.sleep(READ_FOR)

    def press(number: int) -> int:
        return storm.press(visitors[number], sheets[number], person(600_000 + number)).status

    said = Counter(at_once(claims, press))
    return [
        exactly(f"tickets for {claims} claims at once with a cap of {places}", said[302], places),
        exactly("claims told that it is over", said[410], claims - places),
        exactly("leads stored for them", Lead.objects.filter(takes_place=True).count(), places),
    ]


def last_place_pressed_twice(site: Served, presses: int) -> list[Figure]:
    """The one place that is left, by one form that is sent `presses` times at once, and once more later."""
    Offer.objects.filter(is_on=True).update(cap_total=Lead.objects.filter(takes_place=True).count() + 1)
    PageChange.objects.note()
    time.sleep(1.5)  # until every process has noticed
    storm = Storm(site)
    fields, visitor = person(700_000), Visitor(site.port, address(700_000))
    sheet = storm.fetch(visitor)
    time.sleep(READ_FOR)
    said = Counter(at_once(presses, lambda _: storm.press(visitor, sheet, fields).location))
    time.sleep(1.5)
    later = storm.press(visitor, sheet, fields).location
    return [
        exactly(f"tickets for {presses} presses of one form at the last place", len(said), 1),
        exactly("presses that saw no ticket", said[""] + (later == ""), 0),
    ]
