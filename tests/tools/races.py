"""Many at once, where only one may win."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.models import User
from django.db import connection

from offers.models import Lead, LeadEvent
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
    threading.Event().wait(READ_FOR)

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
