"""Is all well: mail, worker, daily work, backup, disk, last request, last test, in a receptionist's words."""

import datetime as dt
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from clinic_site.models import StaffMail
from offers.models import Chore, FormCheck, Heartbeat, Lead, Notice
from offers.well import Look, looks

from . import factories as make

pytestmark = pytest.mark.django_db
WELL = "/admin/offers/lead/is-all-well/"
Usage = namedtuple("Usage", "total used free")
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def site(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BACKUP_DIR = ""
    disk(monkeypatch, free=40)
    make.make_clinic()
    make.make_offer()
    Heartbeat.objects.create(pk=1, at=timezone.now())
    FormCheck.objects.create(ok=True, at=timezone.now() - 3 * HOUR)


def disk(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    """So many of 100 GB."""
    usage = Usage(100 * 10**9, (100 - free) * 10**9, free * 10**9)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)


def found(name: str) -> Look:
    return next(look for look in looks() if look.name == name)


def words(name: str) -> tuple[str, str]:
    return found(name).sign.kind, found(name).sign.title


def test_it_says_yes_and_what_it_looked_at(client: Client) -> None:
    client.force_login(make.make_user(group="Front desk"))
    page = client.get(WELL).content.decode()
    assert "Yes, as far as the website can tell." in page
    for said in (
        "The form was tested 3 hours ago and works.",
        "No request has come yet.",
        "The worker runs",
        "Whether there is a backup is not known here.",
        "There is room on the disk: 37.3",
    ):
        assert said in page
    assert 'href="/admin/offers/lead/is-all-well/"' in client.get("/admin/").content.decode()


def test_what_is_bad_stands_first_with_what_to_do(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    disk(monkeypatch, free=2)
    client.force_login(make.make_user(group="Front desk"))
    page = client.get(WELL).content.decode()
    assert "No. 1 thing needs somebody." in page
    assert page.index("The disk is nearly full: 1.9") < page.index("The worker runs")
    assert "Call whoever looks after the website" in page
    disk(monkeypatch, free=9)
    assert words("Disk")[0] == "plain"


def test_a_mail_that_waits_is_bad_after_ten_minutes() -> None:
    lead = make.make_lead()
    assert words("Mail") == ("plain", "No mail has been sent yet.")
    Notice.objects.update(queued_at=timezone.now() - HOUR, not_before=timezone.now() - HOUR)
    assert words("Mail") == ("bad", "2 mails wait for longer than ten minutes.")
    StaffMail.objects.create(to=["olga@example.com"], queued_at=timezone.now() - HOUR)
    assert words("Mail") == ("bad", "3 mails wait for longer than ten minutes.")
    StaffMail.objects.all().delete()
    Notice.objects.update(status=Notice.Status.SENT, sent_at=timezone.now() - 2 * HOUR)
    assert words("Mail") == ("good", "Mails go out; the last one 2 hours ago.")
    Lead.objects.filter(pk=lead.pk).update(created_at=timezone.now() - 5 * HOUR)
    assert words("Requests") == ("plain", "The last request came 5 hours ago.")


def test_a_backup_is_as_old_as_its_newest_file(settings: Settings, tmp_path: Path) -> None:
    settings.BACKUP_DIR = str(tmp_path / "backups")
    assert words("Backup") == ("bad", "There is no backup.")
    (tmp_path / "backups" / "daily").mkdir(parents=True)
    for name, hours in (("old", 90), ("daily/new", 5)):
        file = tmp_path / "backups" / name
        file.write_text("rows")
        moment = (timezone.now() - hours * HOUR).timestamp()
        os.utime(file, (moment, moment))
    assert words("Backup") == ("good", "The newest backup was made 5 hours ago.")
    file.unlink()
    (tmp_path / "backups" / "daily" / "failed").touch()
    (tmp_path / "backups" / "latest").symlink_to(file)  # what it named is gone
    assert words("Backup") == ("bad", "The newest backup is 3 days old.")


def test_daily_work_that_failed_is_said_and_one_that_runs_is_not(settings: Settings) -> None:
    settings.CHORES = {"a": HOUR}
    now = timezone.now()
    assert words("Daily work")[0] == "plain"
    chore = Chore.objects.create(name="a", due_at=now + HOUR, last_ok_at=now - 2 * HOUR)
    assert words("Daily work") == ("good", "The daily work is done; the last of it 2 hours ago.")
    Chore.objects.filter(pk=chore.pk).update(trouble="not finished")
    assert words("Daily work")[0] == "good"
    Chore.objects.filter(pk=chore.pk).update(trouble="OperationalError")
    assert words("Daily work") == ("bad", "1 job of the daily work did not end well.")


def test_a_worker_that_is_away_is_bad() -> None:
    Heartbeat.objects.update(at=timezone.now() - HOUR)
    assert words("The worker") == ("bad", "No mail goes out: the worker was last seen 1 hour ago.")


def test_it_is_for_who_may_see_leads(client: Client) -> None:
    client.force_login(make.make_user("editor", group="Editor"))
    assert client.get(WELL).status_code == 403
    assert WELL not in client.get("/admin/").content.decode()
