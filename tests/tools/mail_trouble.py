"""A mail server in a bad mood, and a notice worker that is killed while it talks to it."""

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from offers.models import Notice

from .figures import Figure, at_least, at_most, exactly
from .served import Worker, free_port

PATIENCE = 300.0  # seconds for all notices to arrive after the last kill
HANG = 5.0  # seconds, longer than the worker waits
THINKING = 0.05  # seconds between a mail's last line and the answer: time to be killed in


@dataclass
class Mood:
    """Takes some, refuses some for now, leaves some without an answer; always good when `trouble` is 0."""

    trouble: float
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    taken: Counter[str] = field(default_factory=Counter)  # Message-ID -> how often it was taken
    mails: list[Message] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    begun: threading.Event = field(default_factory=threading.Event)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.begun.set()
        await asyncio.sleep(THINKING)
        if self.chance.random() < self.trouble:
            if self.chance.random() < 0.5:
                self.troubles["hung"] += 1
                await asyncio.sleep(HANG)
            else:
                self.troubles["refused"] += 1
            return "451 4.3.0 Not now"
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content)
        self.mails.append(mail)
        self.taken[str(mail["Message-ID"])] += 1
        return "250 OK"


@contextmanager
def mail_server(mood: Mood, port: int = 0) -> Iterator[str]:
    """Its MAIL_URL."""
    server = Controller(mood, hostname="127.0.0.1", port=port or free_port())
    server.start()
    try:
        yield f"smtp://127.0.0.1:{server.port}"
    finally:
        server.stop()


def killed_worker(worker: Worker, kills: int, trouble: float = 0.5) -> list[Figure]:
    """Send all notices that are queued, by a worker that is killed `kills` times while a mail is under way."""
    queued = Notice.objects.count()
    mood = Mood(trouble)
    with ExitStack() as stack:
        worker.environment["MAIL_URL"] = stack.enter_context(mail_server(mood))
        stack.enter_context(worker)
        done, chance = 0, random.Random(2)
        while done < kills and mood.begun.wait(60):
            time.sleep(chance.uniform(0, 2.5 * THINKING))
            worker.kill()
            done += 1
            mood.begun.clear()
            worker.start()
        wait_for_mail()
    sent = Notice.objects.filter(status=Notice.Status.SENT).values_list("message_id", flat=True)
    return [
        at_least("times the worker was killed in mid-send", done, kills),
        at_least("mails refused for now", mood.troubles["refused"], 1),
        at_least("mails left without an answer", mood.troubles["hung"], 1),
        at_least("notices delivered", len(set(sent) & set(mood.taken)), queued),
        exactly("notices lost", queued - len(set(sent) & set(mood.taken)), 0),
        at_most("repeats, all kills together", mood.taken.total() - len(mood.taken), done),
    ]


def wait_for_mail() -> None:
    """Until everything has been sent, or the patience is over."""
    ends = time.monotonic() + PATIENCE
    while Notice.objects.exclude(status=Notice.Status.SENT).exists() and time.monotonic() < ends:
        time.sleep(0.2)
