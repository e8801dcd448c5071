"""What the worker has done beside the mails: each chore once, none in the way of a mail, the worker seen to live."""

import datetime as dt
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as site_settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone
from django.utils.module_loading import import_string
from pytest_django import Settings

from offers import beside, chores
from offers.beside import Beside
from offers.chores import UNFINISHED, next_time
from offers.models import Chore, FormCheck, Heartbeat
from offers.notices import NoticeQuerySet

from . import factories as make

pytestmark = pytest.mark.django_db
NEW_YORK = ZoneInfo("America/New_York")
NOON = dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
HERE = "tests.test_chores"
TOLD = "the row of Pat Example is too long"
done: list[str] = []


def one() -> None:
    done.append("one")


def broken() -> None:
    done.append("broken")
    raise OperationalError(TOLD)


@pytest.fixture(autouse=True)
def fresh(settings: Settings) -> None:
    done.clear()
    settings.CHORES = {f"{HERE}.broken": HOUR, f"{HERE}.one": HOUR}


def due(name: str = "one", moment: dt.datetime | None = None) -> Chore:
    return Chore.objects.create(name=f"{HERE}.{name}", due_at=moment or timezone.now())


def test_every_chore_of_the_settings_is_there() -> None:
    """The fixture above puts its own in their place."""
    import clinic_site.settings as own

    assert own.CHORES
    for path in own.CHORES:
        assert callable(import_string(path)), path


def test_what_is_due_is_done_and_due_again_later() -> None:
    chore = due()
    with time_machine.travel(NOON, tick=False):
        Chore.objects.update(due_at=NOON)
        assert Chore.objects.do_due() == 1
        assert Chore.objects.do_due() == 0
    chore.refresh_from_db()
    assert done == ["one"]
    assert (chore.last_ok_at, chore.due_at, chore.trouble) == (NOON, NOON + HOUR, "")


def test_a_chore_that_fails_is_noted_tried_again_and_stops_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logging.getLogger("offers").addHandler(caplog.handler)
    with time_machine.travel(NOON, tick=False):
        failing = due("broken")
        due("one")
        assert Chore.objects.do_due() == 1
    failing.refresh_from_db()
    logging.getLogger("offers").removeHandler(caplog.handler)
    assert "tests.test_chores.broken failed: OperationalError" in caplog.text
    assert TOLD not in caplog.text
    assert done == ["broken", "one"]
    assert (failing.trouble, failing.last_ok_at) == ("OperationalError", None)
    assert failing.due_at == NOON + dt.timedelta(minutes=30)


def test_a_chore_that_was_killed_is_noted_and_taken_up_when_its_lease_is_over() -> None:
    chore = due()
    assert Chore.objects.take(chore)  # and then the process is gone
    assert Chore.objects.do_due() == 0
    assert Chore.objects.get(name=chore.name).trouble == UNFINISHED
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        assert Chore.objects.do_due() == 1
    assert done == ["one"]


def test_whoever_comes_back_after_its_lease_changes_nothing() -> None:
    chore = due()
    assert Chore.objects.take(chore)
    later = timezone.now() + HOUR
    Chore.objects.update(due_at=later, trouble="")  # another has done it since
    chore.do()
    chore.refresh_from_db()
    assert (chore.due_at, chore.last_ok_at) == (later, None)


@pytest.mark.django_db(transaction=True)
def test_several_workers_do_each_chore_once() -> None:
    due()

    def work(_: int) -> int:
        try:
            return Chore.objects.do_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(16))) == 1
    assert done == ["one"]


def test_a_new_chore_waits_for_its_time() -> None:
    make.make_clinic()
    with time_machine.travel(NOON, tick=False):
        assert Chore.objects.do_due() == 0
        assert set(Chore.objects.values_list("due_at", flat=True)) == {NOON + HOUR}
    assert done == []


def test_what_is_no_chore_any_more_is_not_done_and_cleared_away() -> None:
    due("gone")
    assert Chore.objects.do_due() == 0
    Session.objects.create(session_key="old", expire_date=timezone.now() - DAY)
    test = make.make_lead(is_test=True)
    type(test).objects.update(created_at=timezone.now() - DAY)
    chores.clean_up()
    assert not Chore.objects.filter(name=f"{HERE}.gone").exists()
    assert not Session.objects.exists()
    assert not type(test).objects.exists()


# The clocks go back in the night to 1 November, and forward in the night to 14 March.
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (dt.datetime(2026, 11, 22, 6, 59, tzinfo=NEW_YORK), dt.datetime(2026, 11, 22, 7, tzinfo=NEW_YORK)),
        (dt.datetime(2026, 11, 22, 7, tzinfo=NEW_YORK), dt.datetime(2026, 11, 23, 7, tzinfo=NEW_YORK)),
        (
            dt.datetime(2026, 10, 31, 12, tzinfo=NEW_YORK),
            dt.datetime(2026, 11, 1, 7, tzinfo=NEW_YORK),
        ),
        (
            dt.datetime(2027, 3, 13, 12, tzinfo=NEW_YORK),
            dt.datetime(2027, 3, 14, 7, tzinfo=NEW_YORK),
        ),
    ],
)
def test_what_is_daily_is_done_in_the_clinics_morning(now: dt.datetime, expected: dt.datetime) -> None:
    assert next_time(DAY, now, NEW_YORK) == expected


def test_a_form_that_does_not_work_is_tried_again_before_the_next_morning(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CHORES = {"offers.alarm.daily_test": DAY}
    bad = FormCheck(ok=False, what="The form refused the test request.")
    monkeypatch.setattr("offers.alarm.check_form", lambda: bad)
    with time_machine.travel(NOON, tick=False):
        chore = Chore.objects.create(name="offers.alarm.daily_test", due_at=NOON)
        assert Chore.objects.do_due() == 0
        chore.refresh_from_db()
        assert chore.due_at == NOON + dt.timedelta(minutes=30)


# Beside the worker

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Beside]:
    """One whose chores hang, and that looks each time it is asked."""
    monkeypatch.setattr(beside, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(Beside, "command", SLEEP)
    found = Beside()
    yield found
    found.end()


def test_chores_that_hang_hold_up_no_mail_and_are_started_once(worker: Beside) -> None:
    due()
    worker.look()
    first = worker.chores
    assert first
    worker.look()
    assert worker.chores is first
    assert first.poll() is None  # it hangs, and the worker is here


def test_chores_are_started_only_when_some_are_due(worker: Beside) -> None:
    due(moment=timezone.now() + HOUR)
    worker.look()
    assert worker.chores is None


def test_when_the_worker_ends_its_chores_end(worker: Beside) -> None:
    due()
    worker.look()
    worker.end()
    assert worker.chores
    assert worker.chores.poll() == -signal.SIGTERM


def test_a_chore_that_hangs_ends_its_process_however_deep_it_hangs() -> None:
    """As `do_chores` does it, with one second in place of ten minutes."""
    code = (
        "import signal, sqlite3\n"
        "signal.signal(signal.SIGALRM, signal.SIG_DFL)\n"
        "signal.alarm(1)\n"
        "sqlite3.connect(':memory:').execute("
        "'with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n').fetchall()\n"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=30, check=False).returncode == -signal.SIGALRM


def test_the_command_sets_the_time_limit_before_each_chore(monkeypatch: pytest.MonkeyPatch) -> None:
    alarms: list[int] = []
    monkeypatch.setattr(signal, "alarm", alarms.append)
    due("one")
    due("broken")
    before = signal.getsignal(signal.SIGALRM)
    call_command("do_chores")
    signal.signal(signal.SIGALRM, before)
    assert alarms == [600, 600, 0]
    assert chores.LEASE.total_seconds() > chores.LONGEST


def test_the_worker_is_seen_once_a_minute_at_most(worker: Beside) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        worker.look()
        clock.shift(dt.timedelta(seconds=30))
        Beside().look()  # another worker
        assert Heartbeat.objects.get().at == NOON
        clock.shift(dt.timedelta(seconds=30))
        worker.look()
        assert Heartbeat.objects.get().at == NOON + dt.timedelta(minutes=1)


def test_a_worker_that_looked_just_now_does_not_ask_the_database(
    worker: Beside, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable[..., object]
) -> None:
    monkeypatch.setattr(beside, "LOOK_EVERY", 60.0)
    worker.look()
    with django_assert_num_queries(0):  # type: ignore[attr-defined]  # a context manager
        worker.look()


def test_a_busy_database_does_not_stop_the_worker(worker: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(chores.HeartbeatQuerySet, "beat", locked)
    worker.look()
    assert not Heartbeat.objects.exists()


def test_between_two_mails_of_a_backlog_the_worker_is_seen_too(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []
    monkeypatch.setattr(Beside, "look", lambda self: looks.append(time.monotonic()))

    def send(_: NoticeQuerySet, stop: Callable[[], bool], wait: object) -> int:
        assert not stop()
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop()
        return 0

    before = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr(NoticeQuerySet, "send_due", send)
    call_command("send_notices", "--pause", "0.01")
    for name, handler in before.items():
        signal.signal(name, handler)
    assert len(looks) == 4


def test_the_worker_calls_the_command_that_does_them() -> None:
    assert Beside.command == [sys.executable, str(site_settings.BASE_DIR / "manage.py"), "do_chores"]
