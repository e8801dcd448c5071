"""How often a mail that waits in the database is tried, and the name that it keeps through all tries."""

import datetime as dt
from email.utils import make_msgid

from django.conf import settings

# Longer than a dozen answers that each come in the last of the 10 s we wait for one.
LEASE = dt.timedelta(minutes=2)
FIRST_PAUSE = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(hours=1)
MOST_TRIES = 32  # over a day of them


def new_message_id() -> str:
    return make_msgid(domain=settings.MAIL_FROM.rpartition("@")[2])


def pause_after(tries: int) -> dt.timedelta:
    doubled = FIRST_PAUSE * (1 << min(tries - 1, 10))
    return min(doubled, LONGEST_PAUSE)
