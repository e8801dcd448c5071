"""What the site does by itself from time to time: settings.CHORES names each, and how often.

A chore is a function without arguments that may be run twice, or be killed in the middle and run again. It runs in a
process of its own (`manage.py do_chores`, started by the notice worker), so that no mail waits for it: a process can
be ended when it hangs, a thread cannot, and the form alarm waits for the worker's mails itself.
"""

import datetime as dt
import logging
import traceback
from collections.abc import Callable

from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string

from clinic_site.models import Clinic, load_clinic

from .form_test import remove_left_over

MORNING = dt.time(7)  # clinic time, before anybody needs the site to be well; what is daily is done then
LONGEST = 10 * 60  # seconds, then the process is ended
LEASE = dt.timedelta(minutes=15)  # longer than LONGEST: nobody else does it in the meantime
TRY_AGAIN = dt.timedelta(minutes=30)  # after a failure
DAY = dt.timedelta(days=1)
UNFINISHED = "not finished"

log = logging.getLogger(__name__)


def next_time(every: dt.timedelta, now: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """When a chore is due again: after `every`, or for whole days in the clinic's morning, summer time or not."""
    if every < DAY:
        return now + every
    local = now.astimezone(zone)
    days = every.days - (local.time() < MORNING)
    return dt.datetime.combine(local.date() + dt.timedelta(days=days), MORNING, tzinfo=zone)


class ChoreQuerySet(models.QuerySet["Chore"]):
    def due(self) -> "ChoreQuerySet":
        return self.filter(name__in=settings.CHORES, due_at__lte=timezone.now()).order_by("due_at", "name")

    def note_new(self) -> None:
        """A chore that was never done is due at its next time, not at once: a first start has enough to do."""
        known = set(self.values_list("name", flat=True))
        new = [name for name in settings.CHORES if name not in known]
        rows = [Chore(name=name, due_at=_next(name)) for name in new]
        if rows:
            self.bulk_create(rows, ignore_conflicts=True)

    def take(self, chore: "Chore") -> bool:
        """Whether it is this process that does it now; of several that ask, one is told yes."""
        chore.leased_until = timezone.now() + LEASE
        mine = self.filter(pk=chore.pk, due_at=chore.due_at, due_at__lte=timezone.now())
        return bool(mine.update(due_at=chore.leased_until, trouble=UNFINISHED))

    def do_due(self, before_each: Callable[[], object] = lambda: None) -> int:
        """Do all that is due, one after the other. How many were done well."""
        self.note_new()
        done = 0
        for chore in self.due():
            if self.take(chore):
                before_each()
                done += chore.do()
        return done


class Chore(models.Model):
    """One row for each of settings.CHORES. `due_at` lies ahead while somebody does it."""

    name = models.CharField(max_length=100, unique=True, help_text="The dotted path of its function.")
    due_at = models.DateTimeField()
    last_ok_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=100, blank=True, default="")

    objects = ChoreQuerySet.as_manager()

    leased_until: dt.datetime  # set by `take`

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def do(self) -> bool:
        """Whether it was done. A failure is noted and tried again later; it stops nothing else."""
        fields: dict[str, object]
        try:
            import_string(self.name)()
        except Exception as error:
            where = "".join(traceback.format_tb(error.__traceback__))  # not its text: it may tell of a person
            log.error("The chore %s failed: %s\n%s", self.name, type(error).__name__, where)
            fields = {"trouble": type(error).__name__, "due_at": timezone.now() + TRY_AGAIN}
        else:
            fields = {"trouble": "", "last_ok_at": timezone.now(), "due_at": _next(self.name)}
        Chore.objects.filter(pk=self.pk, due_at=self.leased_until).update(**fields)
        return not fields["trouble"]


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def beat(self, most_often: dt.timedelta) -> None:
        """The worker is alive. Several of them write no more than one does."""
        now = timezone.now()
        if not self.filter(pk=1).exists():
            self.bulk_create([Heartbeat(pk=1, at=now)], ignore_conflicts=True)
        elif self.filter(pk=1, at__lt=now - most_often).exists():
            self.filter(pk=1).update(at=now)


class Heartbeat(models.Model):
    """One row: when the notice worker was last seen."""

    at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Seen at {self.at:%Y-%m-%d %H:%M} UTC"


def clean_up() -> None:
    """Daily: what has ended and would only gather."""
    call_command("clearsessions")
    remove_left_over()
    Chore.objects.exclude(name__in=settings.CHORES).delete()


def _next(name: str) -> dt.datetime:
    return next_time(settings.CHORES[name], timezone.now(), (load_clinic() or Clinic()).zone)
