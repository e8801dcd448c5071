"""Whether all is well, in words that a receptionist understands: what is looked at, what was found, what to do."""

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from django.conf import settings
from django.db.models import Max
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from clinic_site.models import StaffMail

from .chores import UNFINISHED
from .models import Chore, FormCheck, Lead, Notice, live_offer
from .signs import HELP, STALE, Sign, form_sign, silence_sign, worker_sign
from .spans import span_words

LATE = dt.timedelta(minutes=10)  # a mail goes out within seconds; past this it meets trouble
TIGHT, FULL = 0.10, 0.03  # of a disk, free
LEAST_FREE = 500_000_000  # bytes: a day's backup and pictures
OLD_BACKUP = STALE  # a nightly one that is a morning late


@dataclass(frozen=True)
class Look:
    """`name`: what was looked at."""

    name: str
    sign: Sign


def looks() -> list[Look]:
    """The bad ones first, else in the order in which they matter."""
    found = list(_looks())
    return sorted(found, key=lambda look: look.sign.kind != "bad")


def _looks() -> Iterator[Look]:
    is_open = live_offer() is not None
    yield Look("The form", form_sign(FormCheck.objects.latest_of(FormCheck.Kind.FORM), is_open=is_open))
    quiet = silence_sign(FormCheck.objects.latest_of(FormCheck.Kind.SILENCE)) if is_open else None
    yield Look("Requests", quiet or _last_lead())
    yield Look("Mail", _mail())
    yield Look(
        "The worker", worker_sign() or Sign("good", "The worker runs: it sends mails and tests the form.")
    )
    yield Look("Daily work", _chores())
    yield Look("Backup", _backup(settings.BACKUP_DIR))
    yield Look("Disk", _disk(shutil.disk_usage(_existing(settings.VAR_DIR))))


def _ago(moment: dt.datetime) -> str:
    return f"{span_words(timezone.now() - moment)} ago"


def _last_lead() -> Sign:
    at = Lead.objects.real().aggregate(at=Max("created_at"))["at"]
    return Sign("plain", f"The last request came {_ago(at)}." if at else "No request has come yet.")


def _mail() -> Sign:
    late = timezone.now() - LATE
    waiting = sum(kind.objects.filter(queued_at__lte=late).due().count() for kind in (Notice, StaffMail))
    if waiting:
        mails = "1 mail waits" if waiting == 1 else f"{waiting} mails wait"
        words = "They are kept and tried again by themselves."
        steps = ("Look at the list of leads here; no mail may tell you of new ones.", HELP)
        return Sign("bad", f"{mails} for longer than ten minutes.", words, steps)
    at = Notice.objects.aggregate(at=Max("sent_at"))["at"]
    return (
        Sign("good", f"Mails go out; the last one {_ago(at)}.")
        if at
        else Sign("plain", "No mail has been sent yet.")
    )


def _chores() -> Sign:
    failed = Chore.objects.filter(name__in=settings.CHORES).exclude(trouble="")
    failed = failed.exclude(trouble=UNFINISHED, due_at__gt=timezone.now())  # at it just now
    if count := failed.count():
        jobs = "1 job" if count == 1 else f"{count} jobs"
        return Sign(
            "bad",
            f"{jobs} of the daily work did not end well.",
            "It is tried again every half hour.",
            (HELP,),
        )
    at = Chore.objects.aggregate(at=Max("last_ok_at"))["at"]
    if at is None:
        return Sign("plain", "The daily work has not been done yet: it begins at seven in the morning.")
    return Sign("good", f"The daily work is done; the last of it {_ago(at)}.")


def _backup(folder: str) -> Sign:
    if not folder:
        words = "Ask whoever looks after the website when the last was made, and to set BACKUP_DIR: then it shows here."
        return Sign("plain", "Whether there is a backup is not known here.", words)
    times = list(_times_of_backups(folder))
    if not times:
        return Sign("bad", "There is no backup.", f"Nothing is in {folder}.", (HELP,))
    newest = dt.datetime.fromtimestamp(max(times), dt.UTC)
    if timezone.now() - newest > OLD_BACKUP:
        words = "There should be one every day. What came in since then could be lost."
        return Sign("bad", f"The newest backup is {span_words(timezone.now() - newest)} old.", words, (HELP,))
    return Sign("good", f"The newest backup was made {_ago(newest)}.")


def _times_of_backups(folder: str) -> Iterator[float]:
    """A dump that failed leaves an empty file, which is none; one that goes away meanwhile makes room for another."""
    for file in Path(folder).rglob("*"):
        with suppress(FileNotFoundError):
            found = file.stat()
            if S_ISREG(found.st_mode) and found.st_size:
                yield found.st_mtime


def _disk(usage: "shutil._ntuple_diskusage") -> Sign:
    free, size = usage.free / usage.total, filesizeformat(usage.free)
    if free < FULL or usage.free < LEAST_FREE:
        words = "When it is full, requests can no longer be stored."
        return Sign("bad", f"The disk is nearly full: {size} free.", words, (HELP,))
    if free < TIGHT:
        words = "Tell whoever looks after the website when there is time."
        return Sign("plain", f"The disk fills up: {size} free.", words)
    return Sign("good", f"There is room on the disk: {size} free.")


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())
