"""What no log line may say, at whatever level it is written."""

import logging
import re
import traceback

# Addresses whose last part is a secret: a patient's ticket, the link in a mail that stops news, a sign-in by link.
# Whoever reads one in a log could open it.
SECRET = re.compile(r"(/claimed/|/offers/stop/|/sign-in/)\s*[^\s\"'<>]+", re.IGNORECASE)


def masked(text: str) -> str:
    return SECRET.sub(r"\1...", text)


class WithoutSecrets(logging.Filter):
    """Django logs the address of each page that is not there, or fails; and an exception may quote it."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if SECRET.search(message):
            record.msg, record.args = masked(message), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = masked("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
        return True


class WithoutContext(logging.Filter):
    """For Django's templates: a variable that is missing is told at DEBUG with all that the page was made of."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        return True
